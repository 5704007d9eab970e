// Streams groups (KIP-1071) in `__consumer_offsets`.
import { array, bits64, int16, int32, int64, int8, nullable, string, struct, uint16 } from '../schema/field.ts'
import type { Infer } from '../schema/message.ts'
import { recordKey, recordValue } from './coordinator-record.ts'

export const StreamsGroupMetadataKey = recordKey(17, 'StreamsGroupMetadataKey', {
  groupId: string(),
})
export interface StreamsGroupMetadataKey extends Infer<typeof StreamsGroupMetadataKey.schema> {}

const lastAssignmentConfig = struct({
  key: string(),
  value: string(),
})

export const StreamsGroupMetadataValue = recordValue(
  'StreamsGroupMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    epoch: int32(),
    /** Over the source topics: another hash asks for a new assignment. */
    metadataHash: bits64(),
    validatedTopologyEpoch: int32({ default: -1, tag: 0 }),
    lastAssignmentConfigs: nullable(array(lastAssignmentConfig), { default: [], tag: 1 }),
  },
)
export interface StreamsGroupMetadataValue extends Infer<typeof StreamsGroupMetadataValue.schema> {}

export const StreamsGroupMemberMetadataKey = recordKey(19, 'StreamsGroupMemberMetadataKey', {
  groupId: string(),
  memberId: string(),
})
export interface StreamsGroupMemberMetadataKey extends Infer<typeof StreamsGroupMemberMetadataKey.schema> {}

const endpoint = struct({
  host: string(),
  port: uint16(),
})

const keyValue = struct({
  key: string(),
  value: string(),
})

export const StreamsGroupMemberMetadataValue = recordValue(
  'StreamsGroupMemberMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    instanceId: nullable(string()),
    rackId: nullable(string()),
    clientId: string(),
    clientHost: string(),
    rebalanceTimeoutMs: int32({ default: -1 }),
    topologyEpoch: int32(),
    processId: string(),
    userEndpoint: nullable(endpoint, { default: null }),
    clientTags: array(keyValue),
  },
)
export interface StreamsGroupMemberMetadataValue extends Infer<typeof StreamsGroupMemberMetadataValue.schema> {}

export const StreamsGroupTargetAssignmentMetadataKey = recordKey(20, 'StreamsGroupTargetAssignmentMetadataKey', {
  groupId: string(),
})
export interface StreamsGroupTargetAssignmentMetadataKey extends Infer<
  typeof StreamsGroupTargetAssignmentMetadataKey.schema
> {}

export const StreamsGroupTargetAssignmentMetadataValue = recordValue(
  'StreamsGroupTargetAssignmentMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    assignmentEpoch: int32(),
    assignmentTimestamp: int64({ tag: 0 }),
  },
)
export interface StreamsGroupTargetAssignmentMetadataValue extends Infer<
  typeof StreamsGroupTargetAssignmentMetadataValue.schema
> {}

export const StreamsGroupTargetAssignmentMemberKey = recordKey(21, 'StreamsGroupTargetAssignmentMemberKey', {
  groupId: string(),
  memberId: string(),
})
export interface StreamsGroupTargetAssignmentMemberKey extends Infer<
  typeof StreamsGroupTargetAssignmentMemberKey.schema
> {}

const taskIds = struct({
  subtopologyId: string(),
  partitions: array(int32()),
})

export const StreamsGroupTargetAssignmentMemberValue = recordValue(
  'StreamsGroupTargetAssignmentMemberValue',
  { versions: '0', flexible: '0+' },
  {
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
  },
)
export interface StreamsGroupTargetAssignmentMemberValue extends Infer<
  typeof StreamsGroupTargetAssignmentMemberValue.schema
> {}

export const StreamsGroupCurrentMemberAssignmentKey = recordKey(22, 'StreamsGroupCurrentMemberAssignmentKey', {
  groupId: string(),
  memberId: string(),
})
export interface StreamsGroupCurrentMemberAssignmentKey extends Infer<
  typeof StreamsGroupCurrentMemberAssignmentKey.schema
> {}

const streamsGroupCurrentMemberAssignmentValueTaskIds = struct({
  subtopologyId: string(),
  partitions: array(int32()),
  assignmentEpochs: nullable(array(int32()), { default: [], tag: 0 }),
})

export const StreamsGroupCurrentMemberAssignmentValue = recordValue(
  'StreamsGroupCurrentMemberAssignmentValue',
  { versions: '0', flexible: '0+' },
  {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    activeTasks: array(streamsGroupCurrentMemberAssignmentValueTaskIds),
    standbyTasks: array(streamsGroupCurrentMemberAssignmentValueTaskIds),
    warmupTasks: array(streamsGroupCurrentMemberAssignmentValueTaskIds),
    activeTasksPendingRevocation: array(streamsGroupCurrentMemberAssignmentValueTaskIds),
    standbyTasksPendingRevocation: array(streamsGroupCurrentMemberAssignmentValueTaskIds),
    warmupTasksPendingRevocation: array(streamsGroupCurrentMemberAssignmentValueTaskIds),
  },
)
export interface StreamsGroupCurrentMemberAssignmentValue extends Infer<
  typeof StreamsGroupCurrentMemberAssignmentValue.schema
> {}

export const StreamsGroupTopologyKey = recordKey(23, 'StreamsGroupTopologyKey', {
  groupId: string(),
})
export interface StreamsGroupTopologyKey extends Infer<typeof StreamsGroupTopologyKey.schema> {}

const topicConfig = struct({
  key: string(),
  value: string(),
})

const topicInfo = struct({
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: array(topicConfig),
})

export const StreamsGroupTopologyValue = recordValue(
  'StreamsGroupTopologyValue',
  { versions: '0', flexible: '0+' },
  {
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
  },
)
export interface StreamsGroupTopologyValue extends Infer<typeof StreamsGroupTopologyValue.schema> {}
