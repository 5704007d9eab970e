// The state of one partition of `__consumer_offsets`: every group that hashes to it. `groups` (classic ones), `consumers` and
// `offsets` are what the log says. `volatile` is what happens around it (who waits, until when): it starts empty after a replay, and `loaded` gives the
// members of the log new sessions. A group that is in nobody's hands, having neither members nor pending ones, is not volatile.

import type { GroupMetadataValue, OffsetCommitValue } from '@jackdaw/protocol'

import { type Deadlines, noDeadlines } from '../deadlines.ts'
import type { ConsumerWork } from './consumer/catch-up.ts'
import type { EditableGroup } from './consumer/model.ts'
import { NO_TOPICS, type TopicsView } from './consumer/topics-view.ts'
import type { MapView } from './overlay.ts'
import { noPendingOffsets, type PendingOffsets } from './pending-offsets.ts'

export interface GroupsState {
  /** As last recorded, by group id. */
  readonly groups: Map<string, GroupMetadataValue>
  /** Groups of the consumer protocol, by group id. */
  readonly consumers: Map<string, EditableGroup>
  /** By group id, topic name and partition. */
  readonly offsets: Map<string, TopicOffsets>
  readonly pending: PendingOffsets
  readonly volatile: {
    loaded: boolean
    readonly live: Map<string, LiveGroup>
    readonly deadlines: Deadlines<Timer>
    /** The groups that the running search for expired offsets has not looked at yet. */
    unswept: readonly string[]
    /** The topics that there are, as far as the coordinator was told. */
    topics: TopicsView
    readonly consumerWork: Map<string, ConsumerWork>
  }
}

export type TopicOffsets = Map<string, Map<number, OffsetCommitValue>>

export function emptyGroups(): GroupsState {
  return {
    groups: new Map(),
    consumers: new Map(),
    offsets: new Map(),
    pending: noPendingOffsets(),
    volatile: {
      loaded: false,
      live: new Map(),
      deadlines: noDeadlines(),
      unswept: [],
      topics: NO_TOPICS,
      consumerWork: new Map(),
    },
  }
}

/** Kafka's states but Dead: a dead group is one that is not there. */
export type GroupStateName = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

export interface GroupFields {
  readonly state: GroupStateName
  /** Wall time of the last change of state; -1 where an old record did not say. */
  readonly stateTimestamp: number
  readonly generation: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string | null
  /** Set while the first rebalance of an empty group waits for more members. */
  readonly initialDelay: InitialDelay | null
  /** What the members of the current generation read; null while nobody can know. */
  readonly subscribedTopics: ReadonlySet<string> | null
  /** Members whose JoinGroup waits. */
  readonly joining: number
  /** Members of the new generation that have not sent SyncGroup. */
  readonly pendingSync: number
}

export interface InitialDelay {
  readonly delayMs: number
  /** What the rebalance timeout leaves for further delays. */
  readonly remainingMs: number
  readonly newMemberAdded: boolean
}

export interface Group extends GroupFields {
  readonly groupId: string
  readonly members: MapView<string, Member>
  /** Member ids by group instance id. */
  readonly staticMembers: MapView<string, string>
  /** Member ids that were handed out with MEMBER_ID_REQUIRED and have not come back. */
  readonly pending: MapView<string, true>
  /** How many members support each protocol. */
  readonly support: MapView<string, number>
}

export interface LiveGroup extends Group {
  readonly members: Map<string, Member>
  readonly staticMembers: Map<string, string>
  readonly pending: Map<string, true>
  readonly support: Map<string, number>
}

export interface Protocol {
  readonly name: string
  readonly metadata: Buffer
}

export interface Member {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
  /** In the member's order of preference. */
  readonly protocols: readonly Protocol[]
  readonly assignment: Buffer
  /** True until its first JoinGroup is answered: it cannot send heartbeats before. */
  readonly isNew: boolean
  readonly pendingSync: boolean
  /** Its JoinGroup waits. */
  readonly join: Waiting | null
  /** Its SyncGroup waits. */
  readonly sync: Waiting | null
}

export interface Waiting {
  /** The request; null when its connection is gone: the member still counts, but nobody listens. */
  readonly to: number | null
}

export type Timer =
  | { readonly type: MemberTimer; readonly groupId: string; readonly memberId: string }
  | { readonly type: 'join'; readonly groupId: string }
  | { readonly type: 'sync'; readonly groupId: string }
  | { readonly type: 'regex'; readonly groupId: string }
  | { readonly type: 'sweep' }

/** A session; and in consumer groups: to give up partitions, and for members of the classic protocol to join again and to sync. */
type MemberTimer = 'session' | 'revocation' | 'rejoin' | 'resync'

export function timerKey(timer: Timer): string {
  if (timer.type === 'sweep') return timer.type
  if ('memberId' in timer) return `${timer.type} ${timer.groupId.length} ${timer.groupId}${timer.memberId}`
  return `${timer.type} ${timer.groupId}`
}

export const NO_BYTES = Buffer.alloc(0)

/** The classic group as it stands, or undefined: Kafka calls such a group dead. */
export function findGroup(state: Readonly<GroupsState>, groupId: string): Group | undefined {
  if (state.consumers.has(groupId)) return undefined
  const live = state.volatile.live.get(groupId)
  if (live !== undefined) return live
  const stored = state.groups.get(groupId)
  if (stored === undefined && !state.offsets.has(groupId)) return undefined
  return liveGroup(groupId, restingFields(stored))
}

export function liveGroup(groupId: string, fields: GroupFields): LiveGroup {
  return { ...fields, groupId, members: new Map(), staticMembers: new Map(), pending: new Map(), support: new Map() }
}

/** A group without members: as it was recorded, or one that only commits offsets, or one that is just being made. */
export function restingFields(stored: GroupMetadataValue | undefined): GroupFields {
  const protocolType = stored === undefined || stored.protocolType === '' ? null : stored.protocolType
  return {
    state: 'Empty',
    stateTimestamp: stored?.currentStateTimestamp ?? -1,
    generation: stored?.generation ?? 0,
    protocolType,
    protocolName: null,
    leader: null,
    initialDelay: null,
    subscribedTopics: protocolType === CONSUMER ? new Set() : null,
    joining: 0,
    pendingSync: 0,
  }
}

/** The protocol type of consumers, whose subscriptions a broker may read. */
export const CONSUMER = 'consumer'

export function hasAllJoined(group: Group): boolean {
  return group.joining === group.members.size && group.pending.size === 0
}

export function rebalanceTimeoutMs(group: Group): number {
  let longest = 0
  for (const member of group.members.values()) longest = Math.max(longest, member.rebalanceTimeoutMs)
  return longest
}

/** What a client that asks about a topic's offsets must know: somebody reads it, or might. */
export function isSubscribed(group: Group, topic: string): boolean {
  return group.subscribedTopics?.has(topic) ?? group.protocolType === CONSUMER
}

/** The metadata that the member sent with the protocol that was chosen. */
export function metadataOf(member: Member, protocolName: string | null): Buffer {
  return member.protocols.find(({ name }) => name === protocolName)?.metadata ?? NO_BYTES
}
