// OffsetDelete (47): forgets a group's offsets of topics it no longer reads (KIP-496). Never flexible.
import { array, errorCode, int32, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** There is only v0. */
export const OffsetDelete = api(
  47,
  'OffsetDelete',
  { versions: '0', flexible: 'none' },
  {
    request: {
      groupId: string(),
      topics: array(
        struct({
          name: string({ mapKey: true }),
          partitions: array(
            struct({
              partitionIndex: int32(),
            }),
          ),
        }),
      ),
    },
    response: {
      errorCode: errorCode(),
      throttleTimeMs: int32({ default: 0 }),
      topics: array(
        struct({
          name: string({ mapKey: true }),
          partitions: array(
            struct({
              partitionIndex: int32({ mapKey: true }),
              errorCode: errorCode(),
            }),
          ),
        }),
      ),
    },
  },
)
export interface OffsetDeleteRequest extends Infer<typeof OffsetDelete.request> {}
export interface OffsetDeleteResponse extends Infer<typeof OffsetDelete.response> {}
