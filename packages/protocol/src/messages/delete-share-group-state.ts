// DeleteShareGroupState (86): a group coordinator has the state of partitions forgotten (KIP-932).
import { array, errorCode, int32, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const DeleteShareGroupState = api(
  86,
  'DeleteShareGroupState',
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
export interface DeleteShareGroupStateRequest extends Infer<typeof DeleteShareGroupState.request> {}
export interface DeleteShareGroupStateResponse extends Infer<typeof DeleteShareGroupState.response> {}
