// DeleteRecords (21): moves the log start forward. Sent to the leaders.
import { array, errorCode, int32, int64, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible. */
export const DeleteRecords = api(
  21,
  'DeleteRecords',
  { versions: '0-2', flexible: '2+' },
  {
    request: {
      topics: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              /** The first offset to stay; -1: the high watermark. */
              offset: int64(),
            }),
          ),
        }),
      ),
      timeoutMs: int32(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      topics: array(
        struct({
          name: string({ mapKey: true }),
          partitions: array(
            struct({
              partitionIndex: int32({ mapKey: true }),
              /** The log start offset afterwards, -1 in an error. */
              lowWatermark: int64(),
              errorCode: errorCode(),
            }),
          ),
        }),
      ),
    },
  },
)
export interface DeleteRecordsRequest extends Infer<typeof DeleteRecords.request> {}
export interface DeleteRecordsResponse extends Infer<typeof DeleteRecords.response> {}
