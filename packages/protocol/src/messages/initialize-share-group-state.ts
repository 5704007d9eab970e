// InitializeShareGroupState (83): a group coordinator asks a share coordinator to keep state for partitions (KIP-932).
import { array, errorCode, int32, int64, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const InitializeShareGroupState = api(
  83,
  'InitializeShareGroupState',
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
              stateEpoch: int32(),
              /** -1: not known yet. */
              startOffset: int64(),
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
export interface InitializeShareGroupStateRequest extends Infer<typeof InitializeShareGroupState.request> {}
export interface InitializeShareGroupStateResponse extends Infer<typeof InitializeShareGroupState.response> {}
