// The records of consumer groups: Kafka's formats on one side, the model on the other.

import {
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMemberMetadataValue,
  ConsumerGroupMetadataKey,
  ConsumerGroupMetadataValue,
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupRegularExpressionValue,
  ConsumerGroupTargetAssignmentMemberKey,
  ConsumerGroupTargetAssignmentMemberValue,
  ConsumerGroupTargetAssignmentMetadataKey,
  ConsumerGroupTargetAssignmentMetadataValue,
  type KnownRecord,
} from '@jackdaw/protocol'

import {
  ascending,
  type Assignment,
  type Current,
  type EditableGroup,
  emptyConsumerGroup,
  type Holding,
  type MemberMetadata,
  type MemberState,
  putCurrent,
  putMember,
  type ResolvedRegex,
} from './model.ts'

interface OfGroup<Type extends string, Value> {
  readonly type: Type
  readonly groupId: string
  /** Null = deleted. */
  readonly value: Value | null
}

interface OfMember<Type extends string, Value> extends OfGroup<Type, Value> {
  readonly memberId: string
}

export type ConsumerRec =
  | OfGroup<'consumerGroup', { readonly epoch: number; readonly metadataHash: bigint }>
  | OfGroup<'consumerTargetEpoch', { readonly assignmentEpoch: number; readonly assignmentTimestamp: number }>
  | OfMember<'consumerMember', MemberMetadata>
  | OfMember<'consumerTarget', Assignment>
  | OfMember<'consumerCurrent', Current>
  | (OfGroup<'consumerRegex', ResolvedRegex> & { readonly regex: string })

type RecOf<T extends ConsumerRec['type']> = Extract<ConsumerRec, { type: T }>
interface Bytes {
  readonly key: Buffer
  readonly value: Buffer | null
}

const VERSION = 0

const encoders: { readonly [T in ConsumerRec['type']]: (record: RecOf<T>) => Bytes } = {
  consumerGroup: ({ groupId, value }) => ({
    key: ConsumerGroupMetadataKey.encode({ groupId }),
    value: value && ConsumerGroupMetadataValue.encode(value, VERSION),
  }),
  consumerTargetEpoch: ({ groupId, value }) => ({
    key: ConsumerGroupTargetAssignmentMetadataKey.encode({ groupId }),
    value: value && ConsumerGroupTargetAssignmentMetadataValue.encode(value, VERSION),
  }),
  consumerMember: ({ groupId, memberId, value }) => ({
    key: ConsumerGroupMemberMetadataKey.encode({ groupId, memberId }),
    value: value && ConsumerGroupMemberMetadataValue.encode(value, VERSION),
  }),
  consumerTarget: ({ groupId, memberId, value }) => ({
    key: ConsumerGroupTargetAssignmentMemberKey.encode({ groupId, memberId }),
    value: value && ConsumerGroupTargetAssignmentMemberValue.encode({ topicPartitions: listTarget(value) }, VERSION),
  }),
  consumerCurrent: ({ groupId, memberId, value }) => ({
    key: ConsumerGroupCurrentMemberAssignmentKey.encode({ groupId, memberId }),
    value: value && ConsumerGroupCurrentMemberAssignmentValue.encode(writeCurrent(value), VERSION),
  }),
  consumerRegex: ({ groupId, regex, value }) => ({
    key: ConsumerGroupRegularExpressionKey.encode({ groupId, regularExpression: regex }),
    value: value && ConsumerGroupRegularExpressionValue.encode(value, VERSION),
  }),
}

export const isConsumerRec = (record: { readonly type: string }): record is ConsumerRec => record.type in encoders

export function encodeConsumerRec<T extends ConsumerRec['type']>(record: RecOf<T>): Bytes {
  const encode: (record: RecOf<T>) => Bytes = encoders[record.type as T]
  return encode(record)
}

/** For the decoder of all records of the log. */
export const consumerRecordTable = {
  consumerGroup: { key: ConsumerGroupMetadataKey, value: ConsumerGroupMetadataValue },
  consumerTargetEpoch: {
    key: ConsumerGroupTargetAssignmentMetadataKey,
    value: ConsumerGroupTargetAssignmentMetadataValue,
  },
  consumerMember: { key: ConsumerGroupMemberMetadataKey, value: ConsumerGroupMemberMetadataValue },
  consumerTarget: { key: ConsumerGroupTargetAssignmentMemberKey, value: ConsumerGroupTargetAssignmentMemberValue },
  consumerCurrent: { key: ConsumerGroupCurrentMemberAssignmentKey, value: ConsumerGroupCurrentMemberAssignmentValue },
  consumerRegex: { key: ConsumerGroupRegularExpressionKey, value: ConsumerGroupRegularExpressionValue },
} as const

type Known = KnownRecord<typeof consumerRecordTable>

export function consumerRecOf(record: Known): ConsumerRec {
  const { groupId } = record.key
  switch (record.type) {
    case 'consumerGroup':
      return { type: record.type, groupId, value: record.value }
    case 'consumerTargetEpoch':
      return { type: record.type, groupId, value: record.value }
    case 'consumerMember':
      return {
        type: record.type,
        groupId,
        memberId: record.key.memberId,
        value: record.value && ownBytes(record.value),
      }
    case 'consumerTarget':
      return {
        type: record.type,
        groupId,
        memberId: record.key.memberId,
        value: record.value && readTarget(record.value),
      }
    case 'consumerCurrent':
      return {
        type: record.type,
        groupId,
        memberId: record.key.memberId,
        value: record.value && readCurrent(record.value),
      }
    case 'consumerRegex':
      return { type: record.type, groupId, regex: record.key.regularExpression, value: record.value }
  }
}

/** State lives longer than what it was read from: a slice would hold on to all of that. */
function ownBytes(member: MemberMetadata): MemberMetadata {
  const { classicMemberMetadata } = member
  if (classicMemberMetadata === null) return member
  const supportedProtocols = classicMemberMetadata.supportedProtocols.map(({ name, metadata }) => ({
    name,
    metadata: Buffer.from(metadata),
  }))
  return { ...member, classicMemberMetadata: { ...classicMemberMetadata, supportedProtocols } }
}

const listTarget = (target: Assignment) =>
  Array.from(target, ([topicId, partitions]) => ({ topicId, partitions: [...partitions] }))

const readTarget = ({ topicPartitions }: ConsumerGroupTargetAssignmentMemberValue): Assignment =>
  new Map(topicPartitions.map(({ topicId, partitions }) => [topicId, partitions.toSorted(ascending)]))

const STATES: Readonly<Record<MemberState, number>> = { stable: 0, unrevoked: 1, unreleased: 2, unknown: 127 }
const stateNumbered = new Map(Object.entries(STATES).map(([name, number]) => [number, name as MemberState]))

function writeCurrent(current: Current) {
  const { memberEpoch, previousMemberEpoch, state, assigned, revoking } = current
  return {
    memberEpoch,
    previousMemberEpoch,
    state: STATES[state],
    assignedPartitions: writeHolding(assigned),
    partitionsPendingRevocation: writeHolding(revoking),
  }
}

const writeHolding = (holding: Holding) =>
  Array.from(holding, ([topicId, epochs]) => {
    const partitions = [...epochs.keys()].sort(ascending)
    return { topicId, partitions, assignmentEpochs: partitions.map((partition) => epochs.get(partition) ?? 0) }
  })

function readCurrent(value: ConsumerGroupCurrentMemberAssignmentValue): Current {
  const { memberEpoch, previousMemberEpoch, state } = value
  const read = (topics: typeof value.assignedPartitions): Holding =>
    new Map(
      topics.map(({ topicId, partitions, assignmentEpochs }) => [
        topicId,
        // Where an older version did not say since when, the member's epoch is the latest that it can be.
        new Map(partitions.map((partition, i) => [partition, assignmentEpochs?.[i] ?? memberEpoch])),
      ]),
    )
  return {
    memberEpoch,
    previousMemberEpoch,
    state: stateNumbered.get(state) ?? 'unknown',
    assigned: read(value.assignedPartitions),
    revoking: read(value.partitionsPendingRevocation),
  }
}

const changes: { readonly [T in ConsumerRec['type']]: (group: EditableGroup, record: RecOf<T>) => void } = {
  consumerGroup: (group, { value }) => void Object.assign(group, value ?? {}),
  consumerTargetEpoch: (group, { value }) =>
    void Object.assign(group, value ?? { assignmentEpoch: 0, assignmentTimestamp: 0 }),
  consumerMember: (group, { memberId, value }) => putMember(group, memberId, value ?? undefined),
  consumerTarget: ({ targets }, { memberId, value }) =>
    void (value === null ? targets.delete(memberId) : targets.set(memberId, value)),
  consumerCurrent: (group, { memberId, value }) => putCurrent(group, memberId, value ?? undefined),
  consumerRegex: ({ regexes }, { regex, value }) =>
    void (value === null ? regexes.delete(regex) : regexes.set(regex, value)),
}

/** A group is there from its first record to the tombstone of its epoch. */
export function applyConsumerRec<T extends ConsumerRec['type']>(
  groups: Map<string, EditableGroup>,
  record: RecOf<T>,
): void {
  const { groupId, type, value } = record
  const known = groups.get(groupId)
  if (type === 'consumerGroup' && value === null) return void groups.delete(groupId)
  if (known === undefined && value === null) return
  const group = known ?? emptyConsumerGroup(groupId)
  if (known === undefined) groups.set(groupId, group)
  const apply: (group: EditableGroup, record: RecOf<T>) => void = changes[type as T]
  apply(group, record)
}

/** An upper bound of UTF-16 units and other bytes in the record, for cutting batches. */
export function sizeOfConsumerRec(record: ConsumerRec): { units: number; bytes: number } {
  const { groupId } = record
  const named = groupId.length + ('memberId' in record ? record.memberId.length : 0)
  if (record.value === null) return { units: named + ('regex' in record ? record.regex.length : 0), bytes: 0 }
  switch (record.type) {
    case 'consumerMember':
      return sizeOfMember(named, record.value)
    case 'consumerTarget': {
      let bytes = 0
      for (const partitions of record.value.values()) bytes += TOPIC_BYTES + partitions.length * INT32_BYTES
      return { units: named, bytes }
    }
    case 'consumerCurrent': {
      let bytes = 0
      for (const holding of [record.value.assigned, record.value.revoking])
        for (const epochs of holding.values()) bytes += TOPIC_BYTES + epochs.size * 2 * INT32_BYTES
      return { units: named, bytes }
    }
    case 'consumerRegex': {
      let units = named + record.regex.length
      for (const topic of record.value.topics) units += topic.length + LENGTH_BYTES
      return { units, bytes: 0 }
    }
    case 'consumerGroup':
    case 'consumerTargetEpoch':
      return { units: named, bytes: 0 }
  }
}

const INT32_BYTES = 4
const LENGTH_BYTES = 5
/** A topic id, the lengths of its arrays and their tags. */
const TOPIC_BYTES = 48

function sizeOfMember(named: number, member: MemberMetadata): { units: number; bytes: number } {
  const { instanceId, rackId, clientId, clientHost, subscribedTopicNames, subscribedTopicRegex, serverAssignor } =
    member
  let units = named + clientId.length + clientHost.length
  for (const text of [instanceId, rackId, subscribedTopicRegex, serverAssignor]) units += text?.length ?? 0
  for (const name of subscribedTopicNames) units += name.length + LENGTH_BYTES
  let bytes = 0
  for (const { name, metadata } of member.classicMemberMetadata?.supportedProtocols ?? []) {
    units += name.length
    bytes += metadata.length + 2 * LENGTH_BYTES
  }
  return { units, bytes }
}
