// ListPartitionReassignments (46): the reassignments that are under way (KIP-455).
import { array, errorCode, int32, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const ListPartitionReassignments = api(
  46,
  'ListPartitionReassignments',
  { versions: '0', flexible: '0+' },
  {
    request: {
      timeoutMs: int32({ default: 60000 }),
      /** Null: all. */
      topics: nullable(
        array(
          struct({
            name: string(),
            partitionIndexes: array(int32()),
          }),
        ),
        { default: null },
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
      topics: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              replicas: array(int32()),
              addingReplicas: array(int32()),
              removingReplicas: array(int32()),
            }),
          ),
        }),
      ),
    },
  },
)
export interface ListPartitionReassignmentsRequest extends Infer<typeof ListPartitionReassignments.request> {}
export interface ListPartitionReassignmentsResponse extends Infer<typeof ListPartitionReassignments.response> {}
