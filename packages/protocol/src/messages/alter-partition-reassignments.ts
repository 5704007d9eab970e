// AlterPartitionReassignments (45): where the replicas of partitions shall be (KIP-455).
import { array, bool, errorCode, int32, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 may forbid a change of the replication factor (KIP-860). */
export const AlterPartitionReassignments = api(
  45,
  'AlterPartitionReassignments',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      timeoutMs: int32({ default: 60000 }),
      allowReplicationFactorChange: bool({ versions: '1+', default: true }),
      topics: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              /** Null: give up a reassignment that is under way. */
              replicas: nullable(array(int32()), { default: null }),
            }),
          ),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      allowReplicationFactorChange: bool({ versions: '1+', default: true, ignorable: true }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
      responses: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string()),
            }),
          ),
        }),
      ),
    },
  },
)
export interface AlterPartitionReassignmentsRequest extends Infer<typeof AlterPartitionReassignments.request> {}
export interface AlterPartitionReassignmentsResponse extends Infer<typeof AlterPartitionReassignments.response> {}
