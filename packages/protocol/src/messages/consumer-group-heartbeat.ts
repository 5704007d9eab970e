// ConsumerGroupHeartbeat (68): the whole conversation of a member of a KIP-848 group: it joins with epoch 0, leaves with -1, or -2 as
// a static member that will be back. A null field says: as before.
import { array, errorCode, int32, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

const topicPartitions = struct({
  topicId: uuid(),
  partitions: array(int32()),
})

/** v1 subscription by regular expression, and the member id is the client's to make (KIP-1082). */
export const ConsumerGroupHeartbeat = api(
  68,
  'ConsumerGroupHeartbeat',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      groupId: string(),
      memberId: string(),
      memberEpoch: int32(),
      instanceId: nullable(string(), { default: null }),
      rackId: nullable(string(), { default: null }),
      /** -1: as before. */
      rebalanceTimeoutMs: int32({ default: -1 }),
      subscribedTopicNames: nullable(array(string()), { default: null }),
      subscribedTopicRegex: nullable(string(), { versions: '1+' }),
      serverAssignor: nullable(string(), { default: null }),
      topicPartitions: nullable(
        array(
          struct({
            topicId: uuid(),
            partitions: array(int32()),
          }),
        ),
        { default: null },
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string(), { default: null }),
      memberId: nullable(string(), { default: null }),
      memberEpoch: int32(),
      heartbeatIntervalMs: int32(),
      /** Null: as before. */
      assignment: nullable(
        struct({
          topicPartitions: array(topicPartitions),
        }),
        { default: null },
      ),
    },
  },
)
export interface ConsumerGroupHeartbeatRequest extends Infer<typeof ConsumerGroupHeartbeat.request> {}
export interface ConsumerGroupHeartbeatResponse extends Infer<typeof ConsumerGroupHeartbeat.response> {}
