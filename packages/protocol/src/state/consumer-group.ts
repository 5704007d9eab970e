// KIP-848 groups in `__consumer_offsets`: the group, its members, what each of them shall have (target) and has (current).
import { array, bits64, bytes, int32, int64, int8, nullable, string, struct, uuid } from '../schema/field.ts'
import type { Infer } from '../schema/message.ts'
import { recordKey, recordValue } from './coordinator-record.ts'

export const ConsumerGroupMetadataKey = recordKey(3, 'ConsumerGroupMetadataKey', {
  groupId: string(),
})
export interface ConsumerGroupMetadataKey extends Infer<typeof ConsumerGroupMetadataKey.schema> {}

export const ConsumerGroupMetadataValue = recordValue(
  'ConsumerGroupMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    epoch: int32(),
    /** Over the subscribed topics: another hash asks for a new assignment. */
    metadataHash: bits64({ tag: 0 }),
  },
)
export interface ConsumerGroupMetadataValue extends Infer<typeof ConsumerGroupMetadataValue.schema> {}

/** What the hash has replaced (KIP-1101). Still read, never written. */
export const ConsumerGroupPartitionMetadataKey = recordKey(4, 'ConsumerGroupPartitionMetadataKey', {
  groupId: string(),
})
export interface ConsumerGroupPartitionMetadataKey extends Infer<typeof ConsumerGroupPartitionMetadataKey.schema> {}

export const ConsumerGroupPartitionMetadataValue = recordValue(
  'ConsumerGroupPartitionMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    topics: array(
      struct({
        topicId: uuid(),
        topicName: string(),
        numPartitions: int32(),
        partitionMetadata: array(
          struct({
            partition: int32(),
            racks: array(string()),
          }),
        ),
      }),
    ),
  },
)
export interface ConsumerGroupPartitionMetadataValue extends Infer<typeof ConsumerGroupPartitionMetadataValue.schema> {}

export const ConsumerGroupMemberMetadataKey = recordKey(5, 'ConsumerGroupMemberMetadataKey', {
  groupId: string(),
  memberId: string(),
})
export interface ConsumerGroupMemberMetadataKey extends Infer<typeof ConsumerGroupMemberMetadataKey.schema> {}

export const ConsumerGroupMemberMetadataValue = recordValue(
  'ConsumerGroupMemberMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    instanceId: nullable(string()),
    rackId: nullable(string()),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: array(string()),
    subscribedTopicRegex: nullable(string()),
    /** -1: none was given. */
    rebalanceTimeoutMs: int32({ default: -1 }),
    serverAssignor: nullable(string()),
    /** Null unless the member speaks the classic protocol. */
    classicMemberMetadata: nullable(
      struct({
        sessionTimeoutMs: int32(),
        supportedProtocols: array(
          struct({
            name: string(),
            metadata: bytes(),
          }),
        ),
      }),
      { presentByDefault: true, tag: 0 },
    ),
  },
)
export interface ConsumerGroupMemberMetadataValue extends Infer<typeof ConsumerGroupMemberMetadataValue.schema> {}

export const ConsumerGroupTargetAssignmentMetadataKey = recordKey(6, 'ConsumerGroupTargetAssignmentMetadataKey', {
  groupId: string(),
})
export interface ConsumerGroupTargetAssignmentMetadataKey extends Infer<
  typeof ConsumerGroupTargetAssignmentMetadataKey.schema
> {}

export const ConsumerGroupTargetAssignmentMetadataValue = recordValue(
  'ConsumerGroupTargetAssignmentMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    assignmentEpoch: int32(),
    assignmentTimestamp: int64({ tag: 0 }),
  },
)
export interface ConsumerGroupTargetAssignmentMetadataValue extends Infer<
  typeof ConsumerGroupTargetAssignmentMetadataValue.schema
> {}

export const ConsumerGroupTargetAssignmentMemberKey = recordKey(7, 'ConsumerGroupTargetAssignmentMemberKey', {
  groupId: string(),
  memberId: string(),
})
export interface ConsumerGroupTargetAssignmentMemberKey extends Infer<
  typeof ConsumerGroupTargetAssignmentMemberKey.schema
> {}

export const ConsumerGroupTargetAssignmentMemberValue = recordValue(
  'ConsumerGroupTargetAssignmentMemberValue',
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
export interface ConsumerGroupTargetAssignmentMemberValue extends Infer<
  typeof ConsumerGroupTargetAssignmentMemberValue.schema
> {}

export const ConsumerGroupCurrentMemberAssignmentKey = recordKey(8, 'ConsumerGroupCurrentMemberAssignmentKey', {
  groupId: string(),
  memberId: string(),
})
export interface ConsumerGroupCurrentMemberAssignmentKey extends Infer<
  typeof ConsumerGroupCurrentMemberAssignmentKey.schema
> {}

const topicPartitions = struct({
  topicId: uuid(),
  partitions: array(int32()),
  assignmentEpochs: nullable(array(int32()), { default: [], tag: 0 }),
})

export const ConsumerGroupCurrentMemberAssignmentValue = recordValue(
  'ConsumerGroupCurrentMemberAssignmentValue',
  { versions: '0', flexible: '0+' },
  {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    /** 0: stable, 1: has partitions to give up, 2: waits for others to give up theirs, 127: a newer broker knows. */
    state: int8(),
    assignedPartitions: array(topicPartitions),
    partitionsPendingRevocation: array(topicPartitions),
  },
)
export interface ConsumerGroupCurrentMemberAssignmentValue extends Infer<
  typeof ConsumerGroupCurrentMemberAssignmentValue.schema
> {}

export const ConsumerGroupRegularExpressionKey = recordKey(16, 'ConsumerGroupRegularExpressionKey', {
  groupId: string(),
  regularExpression: string(),
})
export interface ConsumerGroupRegularExpressionKey extends Infer<typeof ConsumerGroupRegularExpressionKey.schema> {}

/** The topics that an expression was resolved to. */
export const ConsumerGroupRegularExpressionValue = recordValue(
  'ConsumerGroupRegularExpressionValue',
  { versions: '0', flexible: '0+' },
  {
    topics: array(string()),
    version: int64(),
    timestamp: int64(),
  },
)
export interface ConsumerGroupRegularExpressionValue extends Infer<typeof ConsumerGroupRegularExpressionValue.schema> {}
