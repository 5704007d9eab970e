// DeleteShareGroupOffsets (92): forgets an empty share group's offsets of topics (KIP-932).
import { array, errorCode, int32, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const DeleteShareGroupOffsets = api(
  92,
  'DeleteShareGroupOffsets',
  { versions: '0', flexible: '0+' },
  {
    request: {
      groupId: string(),
      topics: array(
        struct({
          topicName: string(),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string(), { default: null }),
      responses: array(
        struct({
          topicName: string(),
          topicId: uuid(),
          errorCode: errorCode(),
          errorMessage: nullable(string(), { default: null }),
        }),
      ),
    },
  },
)
export interface DeleteShareGroupOffsetsRequest extends Infer<typeof DeleteShareGroupOffsets.request> {}
export interface DeleteShareGroupOffsetsResponse extends Infer<typeof DeleteShareGroupOffsets.response> {}
