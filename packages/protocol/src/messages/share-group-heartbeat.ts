// ShareGroupHeartbeat (76): the conversation of a share group's member (KIP-932). Epochs as in ConsumerGroupHeartbeat.
import { array, errorCode, int32, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

const topicPartitions = struct({
  topicId: uuid(),
  partitions: array(int32()),
})

/** v1 is the first that is stable. */
export const ShareGroupHeartbeat = api(
  76,
  'ShareGroupHeartbeat',
  { versions: '1', flexible: '0+' },
  {
    request: {
      groupId: string(),
      memberId: string(),
      memberEpoch: int32(),
      rackId: nullable(string(), { default: null }),
      /** Null: as before. */
      subscribedTopicNames: nullable(array(string()), { default: null }),
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
export interface ShareGroupHeartbeatRequest extends Infer<typeof ShareGroupHeartbeat.request> {}
export interface ShareGroupHeartbeatResponse extends Infer<typeof ShareGroupHeartbeat.response> {}
