// AlterShareGroupOffsets (91): moves an empty share group to other offsets (KIP-932).
import { array, errorCode, int32, int64, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const AlterShareGroupOffsets = api(
  91,
  'AlterShareGroupOffsets',
  { versions: '0', flexible: '0+' },
  {
    request: {
      groupId: string(),
      topics: array(
        struct({
          topicName: string({ mapKey: true }),
          partitions: array(
            struct({
              partitionIndex: int32(),
              startOffset: int64(),
            }),
          ),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string(), { default: null }),
      responses: array(
        struct({
          topicName: string({ mapKey: true }),
          topicId: uuid(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string(), { default: null }),
            }),
          ),
        }),
      ),
    },
  },
)
export interface AlterShareGroupOffsetsRequest extends Infer<typeof AlterShareGroupOffsets.request> {}
export interface AlterShareGroupOffsetsResponse extends Infer<typeof AlterShareGroupOffsets.response> {}
