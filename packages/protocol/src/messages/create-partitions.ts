// CreatePartitions (37): more partitions for topics. There is no way back.
import { array, bool, errorCode, int32, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible, v3 THROTTLING_QUOTA_EXCEEDED (KIP-599). */
export const CreatePartitions = api(
  37,
  'CreatePartitions',
  { versions: '0-3', flexible: '2+' },
  {
    request: {
      topics: array(
        struct({
          name: string({ mapKey: true }),
          /** How many there shall be, not how many more. */
          count: int32(),
          /** Replicas by hand; null: the cluster chooses. */
          assignments: nullable(
            array(
              struct({
                brokerIds: array(int32()),
              }),
            ),
          ),
        }),
      ),
      timeoutMs: int32(),
      validateOnly: bool(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      results: array(
        struct({
          name: string(),
          errorCode: errorCode(),
          errorMessage: nullable(string(), { default: null }),
        }),
      ),
    },
  },
)
export interface CreatePartitionsRequest extends Infer<typeof CreatePartitions.request> {}
export interface CreatePartitionsResponse extends Infer<typeof CreatePartitions.response> {}
