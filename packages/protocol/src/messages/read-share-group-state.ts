// ReadShareGroupState (84): a partition's leader reads what the share coordinator keeps for it (KIP-932).
import { array, errorCode, int16, int32, int64, int8, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const ReadShareGroupState = api(
  84,
  'ReadShareGroupState',
  { versions: '0', flexible: '0+' },
  {
    request: {
      groupId: string(),
      topics: array(
        struct({
          topicId: uuid(),
          partitions: array(
            struct({
              partition: int32(),
              leaderEpoch: int32(),
            }),
          ),
        }),
      ),
    },
    response: {
      results: array(
        struct({
          topicId: uuid(),
          partitions: array(
            struct({
              partition: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string(), { default: null }),
              stateEpoch: int32(),
              startOffset: int64(),
              stateBatches: array(
                struct({
                  firstOffset: int64(),
                  lastOffset: int64(),
                  /** 0: available, 2: acknowledged, 4: archived. */
                  deliveryState: int8(),
                  deliveryCount: int16(),
                }),
              ),
            }),
          ),
        }),
      ),
    },
  },
)
export interface ReadShareGroupStateRequest extends Infer<typeof ReadShareGroupState.request> {}
export interface ReadShareGroupStateResponse extends Infer<typeof ReadShareGroupState.response> {}
