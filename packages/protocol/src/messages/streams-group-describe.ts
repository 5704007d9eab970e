// StreamsGroupDescribe (89): topology, members and tasks of streams groups (KIP-1071).
import { array, bool, errorCode, int16, int32, int64, nullable, string, struct, uint16 } from '../schema/field.ts'
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

const endpoint = struct({
  host: string(),
  port: uint16(),
})

const taskOffset = struct({
  subtopologyId: string(),
  partition: int32(),
  offset: int64(),
})

const taskIds = struct({
  subtopologyId: string(),
  partitions: array(int32()),
})

const assignment = struct({
  activeTasks: array(taskIds),
  standbyTasks: array(taskIds),
  warmupTasks: array(taskIds),
})

/** v0 is flexible. */
export const StreamsGroupDescribe = api(
  89,
  'StreamsGroupDescribe',
  { versions: '0', flexible: '0+' },
  {
    request: {
      groupIds: array(string()),
      includeAuthorizedOperations: bool(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      groups: array(
        struct({
          errorCode: errorCode(),
          errorMessage: nullable(string(), { default: null }),
          groupId: string(),
          groupState: string(),
          groupEpoch: int32(),
          assignmentEpoch: int32(),
          topology: nullable(
            struct({
              epoch: int32(),
              subtopologies: nullable(
                array(
                  struct({
                    subtopologyId: string(),
                    sourceTopics: array(string()),
                    repartitionSinkTopics: array(string()),
                    stateChangelogTopics: array(topicInfo),
                    repartitionSourceTopics: array(topicInfo),
                  }),
                ),
                { default: null },
              ),
            }),
            { default: null },
          ),
          members: array(
            struct({
              memberId: string(),
              memberEpoch: int32(),
              instanceId: nullable(string(), { default: null }),
              rackId: nullable(string(), { default: null }),
              clientId: string(),
              clientHost: string(),
              topologyEpoch: int32(),
              processId: string(),
              userEndpoint: nullable(endpoint, { default: null }),
              clientTags: array(keyValue),
              taskOffsets: array(taskOffset),
              taskEndOffsets: array(taskOffset),
              assignment: assignment,
              targetAssignment: assignment,
              isClassic: bool(),
            }),
          ),
          authorizedOperations: int32({ default: -2147483648 }),
        }),
      ),
    },
  },
)
export interface StreamsGroupDescribeRequest extends Infer<typeof StreamsGroupDescribe.request> {}
export interface StreamsGroupDescribeResponse extends Infer<typeof StreamsGroupDescribe.response> {}
