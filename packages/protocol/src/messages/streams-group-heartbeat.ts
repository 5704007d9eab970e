// StreamsGroupHeartbeat (88): the conversation of a Kafka Streams member, whose tasks the broker assigns (KIP-1071). A null field says:
// as before.
import { array, bool, errorCode, int16, int32, int64, int8, nullable, string, struct, uint16 } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

const keyValue = struct({
  key: string(),
  value: string(),
})

const topicInfo = struct({
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: array(keyValue),
})

const taskIds = struct({
  subtopologyId: string(),
  partitions: array(int32()),
})

const endpoint = struct({
  host: string(),
  port: uint16(),
})

const taskOffset = struct({
  subtopologyId: string(),
  partition: int32(),
  offset: int64(),
})

const status = struct({
  statusCode: int8(),
  statusDetail: string(),
})

const topicPartition = struct({
  topic: string(),
  partitions: array(int32()),
})

/** v0 is flexible. */
export const StreamsGroupHeartbeat = api(
  88,
  'StreamsGroupHeartbeat',
  { versions: '0', flexible: '0+' },
  {
    request: {
      groupId: string(),
      memberId: string(),
      memberEpoch: int32(),
      endpointInformationEpoch: int32(),
      instanceId: nullable(string(), { default: null }),
      rackId: nullable(string(), { default: null }),
      rebalanceTimeoutMs: int32({ default: -1 }),
      /** Sent with the first heartbeat only. */
      topology: nullable(
        struct({
          epoch: int32(),
          subtopologies: array(
            struct({
              subtopologyId: string(),
              sourceTopics: array(string()),
              sourceTopicRegex: array(string()),
              stateChangelogTopics: array(topicInfo),
              repartitionSinkTopics: array(string()),
              repartitionSourceTopics: array(topicInfo),
              copartitionGroups: array(
                struct({
                  sourceTopics: array(int16()),
                  sourceTopicRegex: array(int16()),
                  repartitionSourceTopics: array(int16()),
                }),
              ),
            }),
          ),
        }),
        { default: null },
      ),
      activeTasks: nullable(array(taskIds), { default: null }),
      standbyTasks: nullable(array(taskIds), { default: null }),
      warmupTasks: nullable(array(taskIds), { default: null }),
      processId: nullable(string(), { default: null }),
      userEndpoint: nullable(endpoint, { default: null }),
      clientTags: nullable(array(keyValue), { default: null }),
      taskOffsets: nullable(array(taskOffset), { default: null }),
      taskEndOffsets: nullable(array(taskOffset), { default: null }),
      /** The whole application shall stop. */
      shutdownApplication: bool({ default: false }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string(), { default: null }),
      memberId: string(),
      memberEpoch: int32(),
      heartbeatIntervalMs: int32(),
      acceptableRecoveryLag: int32(),
      taskOffsetIntervalMs: int32(),
      /** What the member should know or see to: stale topology, missing source topics, and the like. */
      status: nullable(array(status)),
      activeTasks: nullable(array(taskIds), { default: null }),
      standbyTasks: nullable(array(taskIds), { default: null }),
      warmupTasks: nullable(array(taskIds), { default: null }),
      endpointInformationEpoch: int32(),
      partitionsByUserEndpoint: nullable(
        array(
          struct({
            userEndpoint: endpoint,
            activePartitions: array(topicPartition),
            standbyPartitions: array(topicPartition),
          }),
        ),
        { default: null },
      ),
    },
  },
)
export interface StreamsGroupHeartbeatRequest extends Infer<typeof StreamsGroupHeartbeat.request> {}
export interface StreamsGroupHeartbeatResponse extends Infer<typeof StreamsGroupHeartbeat.response> {}
