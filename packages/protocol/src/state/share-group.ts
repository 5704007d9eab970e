// Share groups (KIP-932) in `__consumer_offsets`. The deliveries themselves lie in `__share_group_state`.
import { array, bits64, int32, int64, int8, nullable, string, struct, uuid } from '../schema/field.ts'
import type { Infer } from '../schema/message.ts'
import { recordKey, recordValue } from './coordinator-record.ts'

export const ShareGroupMemberMetadataKey = recordKey(10, 'ShareGroupMemberMetadataKey', {
  groupId: string(),
  memberId: string(),
})
export interface ShareGroupMemberMetadataKey extends Infer<typeof ShareGroupMemberMetadataKey.schema> {}

export const ShareGroupMemberMetadataValue = recordValue(
  'ShareGroupMemberMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    rackId: nullable(string()),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: array(string()),
  },
)
export interface ShareGroupMemberMetadataValue extends Infer<typeof ShareGroupMemberMetadataValue.schema> {}

export const ShareGroupMetadataKey = recordKey(11, 'ShareGroupMetadataKey', {
  groupId: string(),
})
export interface ShareGroupMetadataKey extends Infer<typeof ShareGroupMetadataKey.schema> {}

export const ShareGroupMetadataValue = recordValue(
  'ShareGroupMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    epoch: int32(),
    /** Over the subscribed topics: another hash asks for a new assignment. */
    metadataHash: bits64(),
  },
)
export interface ShareGroupMetadataValue extends Infer<typeof ShareGroupMetadataValue.schema> {}

export const ShareGroupTargetAssignmentMetadataKey = recordKey(12, 'ShareGroupTargetAssignmentMetadataKey', {
  groupId: string(),
})
export interface ShareGroupTargetAssignmentMetadataKey extends Infer<
  typeof ShareGroupTargetAssignmentMetadataKey.schema
> {}

export const ShareGroupTargetAssignmentMetadataValue = recordValue(
  'ShareGroupTargetAssignmentMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    assignmentEpoch: int32(),
    assignmentTimestamp: int64({ tag: 0 }),
  },
)
export interface ShareGroupTargetAssignmentMetadataValue extends Infer<
  typeof ShareGroupTargetAssignmentMetadataValue.schema
> {}

export const ShareGroupTargetAssignmentMemberKey = recordKey(13, 'ShareGroupTargetAssignmentMemberKey', {
  groupId: string(),
  memberId: string(),
})
export interface ShareGroupTargetAssignmentMemberKey extends Infer<typeof ShareGroupTargetAssignmentMemberKey.schema> {}

export const ShareGroupTargetAssignmentMemberValue = recordValue(
  'ShareGroupTargetAssignmentMemberValue',
  { versions: '0', flexible: '0+' },
  {
    topicPartitions: array(
      struct({
        topicId: uuid(),
        partitions: array(int32()),
      }),
    ),
  },
)
export interface ShareGroupTargetAssignmentMemberValue extends Infer<
  typeof ShareGroupTargetAssignmentMemberValue.schema
> {}

export const ShareGroupCurrentMemberAssignmentKey = recordKey(14, 'ShareGroupCurrentMemberAssignmentKey', {
  groupId: string(),
  memberId: string(),
})
export interface ShareGroupCurrentMemberAssignmentKey extends Infer<
  typeof ShareGroupCurrentMemberAssignmentKey.schema
> {}

const topicPartitions = struct({
  topicId: uuid(),
  partitions: array(int32()),
})

export const ShareGroupCurrentMemberAssignmentValue = recordValue(
  'ShareGroupCurrentMemberAssignmentValue',
  { versions: '0', flexible: '0+' },
  {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    assignedPartitions: array(topicPartitions),
  },
)
export interface ShareGroupCurrentMemberAssignmentValue extends Infer<
  typeof ShareGroupCurrentMemberAssignmentValue.schema
> {}

export const ShareGroupStatePartitionMetadataKey = recordKey(15, 'ShareGroupStatePartitionMetadataKey', {
  groupId: string(),
})
export interface ShareGroupStatePartitionMetadataKey extends Infer<typeof ShareGroupStatePartitionMetadataKey.schema> {}

const topicPartitionsInfo = struct({
  topicId: uuid(),
  topicName: string(),
  partitions: array(int32()),
})

const topicInfo = struct({
  topicId: uuid(),
  topicName: string(),
})

/** For which partitions the share coordinator keeps state, or is asked to begin or end it. */
export const ShareGroupStatePartitionMetadataValue = recordValue(
  'ShareGroupStatePartitionMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    initializingTopics: array(topicPartitionsInfo),
    initializedTopics: array(topicPartitionsInfo),
    deletingTopics: array(topicInfo),
  },
)
export interface ShareGroupStatePartitionMetadataValue extends Infer<
  typeof ShareGroupStatePartitionMetadataValue.schema
> {}
