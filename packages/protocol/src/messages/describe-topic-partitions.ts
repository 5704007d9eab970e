// DescribeTopicPartitions (75): topics in pages, with the replicas that may become leader (KIP-966).
import { array, bool, errorCode, int32, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const DescribeTopicPartitions = api(
  75,
  'DescribeTopicPartitions',
  { versions: '0', flexible: '0+' },
  {
    request: {
      /** Empty: all. */
      topics: array(
        struct({
          name: string(),
        }),
      ),
      responsePartitionLimit: int32({ default: 2000 }),
      /** Where the last page ended; null: from the beginning. */
      cursor: nullable(
        struct({
          topicName: string(),
          partitionIndex: int32(),
        }),
        { default: null },
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      topics: array(
        struct({
          errorCode: errorCode(),
          name: nullable(string(), { mapKey: true }),
          topicId: uuid(),
          isInternal: bool({ default: false }),
          partitions: array(
            struct({
              errorCode: errorCode(),
              partitionIndex: int32(),
              leaderId: int32(),
              leaderEpoch: int32({ default: -1 }),
              replicaNodes: array(int32()),
              isrNodes: array(int32()),
              eligibleLeaderReplicas: nullable(array(int32()), { default: null }),
              lastKnownElr: nullable(array(int32()), { default: null }),
              offlineReplicas: array(int32()),
            }),
          ),
          topicAuthorizedOperations: int32({ default: -2147483648 }),
        }),
      ),
      /** Null: this was the last page. */
      nextCursor: nullable(
        struct({
          topicName: string(),
          partitionIndex: int32(),
        }),
        { default: null },
      ),
    },
  },
)
export interface DescribeTopicPartitionsRequest extends Infer<typeof DescribeTopicPartitions.request> {}
export interface DescribeTopicPartitionsResponse extends Infer<typeof DescribeTopicPartitions.response> {}
