// WriteShareGroupState (85): a partition's leader writes its delivery state to the share coordinator (KIP-932).
import { array, errorCode, int16, int32, int64, int8, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 how many deliveries are complete (KIP-1226). */
export const WriteShareGroupState = api(
  85,
  'WriteShareGroupState',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      groupId: string(),
      topics: array(
        struct({
          topicId: uuid(),
          partitions: array(
            struct({
              partition: int32(),
              stateEpoch: int32(),
              leaderEpoch: int32(),
              /** -1: as before. */
              startOffset: int64(),
              deliveryCompleteCount: int32({ versions: '1+', default: -1, ignorable: true }),
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
    response: {
      results: array(
        struct({
          topicId: uuid(),
          partitions: array(
            struct({
              partition: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string(), { default: null }),
            }),
          ),
        }),
      ),
    },
  },
)
export interface WriteShareGroupStateRequest extends Infer<typeof WriteShareGroupState.request> {}
export interface WriteShareGroupStateResponse extends Infer<typeof WriteShareGroupState.response> {}
