// A consumer group (KIP-848) as its records say it: the members with what they subscribe to, the assignment that the group is on
// its way to (target), and what each member holds now (current). `instances` and `owners` follow from the rest; they are kept
// beside it because every heartbeat asks for them.

import type { ConsumerGroupMemberMetadataValue, ConsumerGroupRegularExpressionValue } from '@jackdaw/protocol'

import type { MapView } from '../overlay.ts'

/** Partitions by topic id, ascending. */
export type Assignment = ReadonlyMap<string, readonly number[]>

/** Partitions by topic id, each with the epoch in which the member got it. */
export type Holding = ReadonlyMap<string, ReadonlyMap<number, number>>

export type MemberMetadata = ConsumerGroupMemberMetadataValue
export type ResolvedRegex = ConsumerGroupRegularExpressionValue

/** What a member does on its way to the target: nothing, give up partitions, or wait until others have given up theirs. */
export type MemberState = 'stable' | 'unrevoked' | 'unreleased' | 'unknown'

export interface Current {
  /** 0 until it has been given an epoch; -2 while a static member is away. */
  readonly memberEpoch: number
  readonly previousMemberEpoch: number
  readonly state: MemberState
  readonly assigned: Holding
  /** Still its own until it says that it has stopped to read them. */
  readonly revoking: Holding
}

export interface ConsumerGroupFields {
  /** Goes up whenever the target has to be computed anew. */
  epoch: number
  /** Of the topics that the group reads, with their partitions. */
  metadataHash: bigint
  /** The group epoch that the target was computed for. */
  assignmentEpoch: number
  /** Wall time; 0 where no record says it. */
  assignmentTimestamp: number
}

export interface ConsumerGroup extends Readonly<ConsumerGroupFields> {
  readonly groupId: string
  readonly members: MapView<string, MemberMetadata>
  readonly targets: MapView<string, Assignment>
  readonly currents: MapView<string, Current>
  readonly regexes: MapView<string, ResolvedRegex>
  /** Member ids by instance id. */
  readonly instances: MapView<string, string>
  /** Who holds a partition, by {@link partitionKey}. */
  readonly owners: MapView<string, string>
}

/** A map that can be changed: of the state, or the overlay of a decision. */
export interface MapEdit<Key, Value> extends MapView<Key, Value> {
  set(key: Key, value: Value): unknown
  delete(key: Key): boolean
}

export interface EditableGroup extends ConsumerGroupFields {
  readonly groupId: string
  readonly members: MapEdit<string, MemberMetadata>
  readonly targets: MapEdit<string, Assignment>
  readonly currents: MapEdit<string, Current>
  readonly regexes: MapEdit<string, ResolvedRegex>
  readonly instances: MapEdit<string, string>
  readonly owners: MapEdit<string, string>
}

export function emptyConsumerGroup(groupId: string): EditableGroup {
  return {
    groupId,
    epoch: 0,
    metadataHash: 0n,
    assignmentEpoch: 0,
    assignmentTimestamp: 0,
    members: new Map(),
    targets: new Map(),
    currents: new Map(),
    regexes: new Map(),
    instances: new Map(),
    owners: new Map(),
  }
}

export const NO_PARTITIONS: Assignment = new Map()
export const NOTHING_HELD: Holding = new Map()

export const JUST_JOINED: Current = {
  memberEpoch: 0,
  previousMemberEpoch: 0,
  state: 'stable',
  assigned: NOTHING_HELD,
  revoking: NOTHING_HELD,
}

export const LEAVE_EPOCH = -1
export const STATIC_LEAVE_EPOCH = -2

export const partitionKey = (topicId: string, partition: number): string => `${topicId}-${partition}`

/** Sets a member's metadata, or takes the member off the list. */
export function putMember(group: EditableGroup, memberId: string, value: MemberMetadata | undefined): void {
  const before = group.members.get(memberId)?.instanceId ?? null
  if (before !== null && group.instances.get(before) === memberId) group.instances.delete(before)
  if (value === undefined) return void group.members.delete(memberId)
  group.members.set(memberId, value)
  if (value.instanceId !== null) group.instances.set(value.instanceId, memberId)
}

/** Sets what a member holds. In a log that was compacted the records of former owners may come late: the newest one counts. */
export function putCurrent(group: EditableGroup, memberId: string, value: Current | undefined): void {
  const before = group.currents.get(memberId)
  for (const key of keysOf(before)) if (group.owners.get(key) === memberId) group.owners.delete(key)
  for (const key of keysOf(value)) group.owners.set(key, memberId)
  if (value === undefined) group.currents.delete(memberId)
  else group.currents.set(memberId, value)
}

export function* keysOf(current: Current | undefined): Generator<string> {
  if (current === undefined) return
  for (const holding of [current.assigned, current.revoking]) {
    for (const [topicId, partitions] of holding)
      for (const partition of partitions.keys()) yield partitionKey(topicId, partition)
  }
}

export const currentOf = (group: ConsumerGroup, memberId: string): Current =>
  group.currents.get(memberId) ?? JUST_JOINED

export const speaksClassic = (member: MemberMetadata): boolean => member.classicMemberMetadata !== null

/** Kafka's states but Dead: a dead group is one that is not there. */
export type ConsumerGroupStateName = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'

export function stateOfConsumerGroup(group: ConsumerGroup): ConsumerGroupStateName {
  if (group.members.size === 0) return 'Empty'
  if (group.epoch > group.assignmentEpoch) return 'Assigning'
  for (const memberId of group.members.keys()) {
    const { state, memberEpoch } = currentOf(group, memberId)
    if (state !== 'stable' || memberEpoch !== group.assignmentEpoch) return 'Reconciling'
  }
  return 'Stable'
}

/** Topic ids with their partitions, as requests and responses write them. */
export interface TopicPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export const listHolding = (holding: Holding): TopicPartitions[] =>
  Array.from(holding, ([topicId, partitions]) => ({ topicId, partitions: [...partitions.keys()].sort(ascending) }))

export const listAssignment = (assignment: Assignment): TopicPartitions[] =>
  Array.from(assignment, ([topicId, partitions]) => ({ topicId, partitions }))

export const ascending = (a: number, b: number): number => a - b

export function sameAssignment(one: Assignment | undefined, other: Assignment): boolean {
  if (one === undefined || one.size !== other.size) return false
  for (const [topicId, partitions] of one) {
    const others = other.get(topicId)
    if (others?.length !== partitions.length || partitions.some((partition, i) => partition !== others[i])) return false
  }
  return true
}

export function sameHolding(one: Holding, other: Holding): boolean {
  if (one.size !== other.size) return false
  for (const [topicId, partitions] of one) {
    const others = other.get(topicId)
    if (others?.size !== partitions.size) return false
    for (const [partition, epoch] of partitions) if (others.get(partition) !== epoch) return false
  }
  return true
}
