// CreateTopics (19): new topics, each with its own outcome.
import { array, bool, errorCode, int16, int32, int8, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v2 throttle time, v4 -1 for partitions and replication factor means the broker's default (KIP-464), v5 is flexible and tells the
 * configs (KIP-525), v6 THROTTLING_QUOTA_EXCEEDED (KIP-599), v7 topic ids (KIP-516).
 */
export const CreateTopics = api(
  19,
  'CreateTopics',
  { versions: '2-7', flexible: '5+' },
  {
    request: {
      topics: array(
        struct({
          name: string({ mapKey: true }),
          /** -1: the default, or as many as there are assignments. */
          numPartitions: int32(),
          /** -1: the default, or as the assignments say. */
          replicationFactor: int16(),
          /** Replicas by hand; empty: the cluster chooses. */
          assignments: array(
            struct({
              partitionIndex: int32({ mapKey: true }),
              brokerIds: array(int32()),
            }),
          ),
          configs: array(
            struct({
              name: string({ mapKey: true }),
              value: nullable(string()),
            }),
          ),
        }),
      ),
      timeoutMs: int32({ default: 60000 }),
      /** Say what would happen, change nothing. */
      validateOnly: bool({ default: false }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      topics: array(
        struct({
          name: string({ mapKey: true }),
          topicId: uuid({ versions: '7+', ignorable: true }),
          errorCode: errorCode(),
          errorMessage: nullable(string()),
          /** Why `configs` is null. */
          topicConfigErrorCode: errorCode({ versions: '5+', tag: 0, ignorable: true }),
          numPartitions: int32({ versions: '5+', default: -1, ignorable: true }),
          replicationFactor: int16({ versions: '5+', default: -1, ignorable: true }),
          /** Null where the sender may not see them. */
          configs: nullable(
            array(
              struct({
                name: string(),
                value: nullable(string()),
                readOnly: bool(),
                /** As in DescribeConfigs. */
                configSource: int8({ default: -1 }),
                isSensitive: bool(),
              }),
            ),
            { versions: '5+', default: [], ignorable: true },
          ),
        }),
      ),
    },
  },
)
export interface CreateTopicsRequest extends Infer<typeof CreateTopics.request> {}
export interface CreateTopicsResponse extends Infer<typeof CreateTopics.response> {}
