// Groups that change between the two protocols (KIP-848). A group without members changes with the first one that joins. One with
// members changes while they read on, if the migration policy allows it: to a consumer group when the first member of that
// protocol joins, where members of the classic protocol can stay; and back when the last such member has gone.

import { encodeAssignment } from '@jackdaw/protocol'

import { CONSUMER, type Group, NO_BYTES } from '../group-state.ts'
import { addMember, answerJoin, answerSync, joinError, restartSession, syncError } from '../members.ts'
import { chooseProtocol, subscribedTopics } from '../protocols.ts'
import { prepareRebalance } from '../rebalance.ts'
import { groupMetadata } from '../stored-group.ts'
import { clearTimer, createGroup, type Draft, draftGroup, setTimer, type Turn, viewGroup } from '../turn.ts'
import { classicAssignment, classicSubscription, commonProtocols, holdingOf } from './classic-bytes.ts'
import { type ConsumerDraft, createConsumerGroup, deleteConsumerGroup, draftConsumerGroup } from './draft.ts'
import { setCurrent, setMember, setTarget } from './draft.ts'
import {
  ascending,
  type ConsumerGroup,
  currentOf,
  type Holding,
  type MemberMetadata,
  NOTHING_HELD,
  partitionKey,
  speaksClassic,
} from './model.ts'
import type { Refusal } from './refusal.ts'
import { metadataHashOf, subscribedNames } from './subscriptions.ts'
import type { TopicsView } from './topics-view.ts'

/** The group for a member of the consumer protocol that joins. */
export function groupForJoin(turn: Turn, groupId: string): ConsumerDraft | Refusal {
  const group = draftConsumerGroup(turn, groupId)
  if (group !== undefined) return group
  const classic = viewGroup(turn, groupId)
  if (classic === undefined) return createConsumerGroup(turn, groupId)
  const message = classic.members.size === 0 ? undefined : cannotUpgrade(turn, classic)
  if (message !== undefined) {
    return { error: 'GROUP_ID_NOT_FOUND', message: `Cannot upgrade the classic group ${groupId}: ${message}.` }
  }
  return upgrade(turn, draftGroup(turn, groupId) as Draft)
}

/** Why the group has to stay classic. */
function cannotUpgrade({ config }: Turn, group: Group): string | undefined {
  if (config.migrationPolicy !== 'upgrade' && config.migrationPolicy !== 'bidirectional')
    return 'the migration policy does not allow it'
  if (group.protocolType !== CONSUMER) return 'its members are not consumers'
  if (group.members.size >= config.consumerMaxSize) return 'it is larger than a consumer group may be'
  for (const { protocols, assignment } of group.members.values()) {
    for (const { metadata } of protocols) {
      if (classicSubscription(metadata) === undefined) return 'a subscription in it cannot be read'
    }
    const assigned = classicAssignment(assignment)
    if (assigned === undefined) return 'an assignment in it cannot be read'
    if ((assigned.userData?.length ?? 0) > 0) return 'a custom assignor is in use'
  }
  return undefined
}

/** Everybody keeps what it holds; those who wait are sent to join again. */
function upgrade(turn: Turn, classic: Draft): ConsumerDraft {
  const { groupId, generation } = classic
  const { topics } = turn.state.volatile
  if (turn.state.groups.has(groupId)) turn.kept.push({ type: 'groupMetadata', groupId, value: null })
  for (const memberId of classic.pending.keys()) clearTimer(turn, { type: 'session', groupId, memberId })
  for (const type of ['join', 'sync'] as const) clearTimer(turn, { type, groupId })
  for (const memberId of classic.members.keys()) {
    answerJoin(turn, classic, memberId, joinError(memberId, 'REBALANCE_IN_PROGRESS'))
    answerSync(turn, classic, memberId, syncError('REBALANCE_IN_PROGRESS'))
  }
  // Its generations were epochs: they go on.
  const group = createConsumerGroup(turn, groupId, generation)
  for (const [memberId, member] of classic.members) {
    const subscription = classicSubscription(member.protocols[0]?.metadata ?? NO_BYTES)
    setMember(group, memberId, {
      instanceId: member.groupInstanceId,
      rackId: subscription?.rackId ?? null,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: [...new Set(subscription?.topics)].sort(),
      subscribedTopicRegex: '',
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      serverAssignor: null,
      classicMemberMetadata: {
        sessionTimeoutMs: member.sessionTimeoutMs,
        supportedProtocols: member.protocols.map(({ name, metadata }) => ({ name, metadata })),
      },
    })
    const assignment = classicAssignment(member.assignment)
    takeOver(group, memberId, assignment === undefined ? NOTHING_HELD : holdingOf(assignment, generation, topics))
    setTimer(turn, { type: 'session', groupId, memberId }, member.sessionTimeoutMs)
  }
  group.metadataHash = metadataHashOf(subscribedNames(group), topics)
  group.assignmentEpoch = generation
  classic.deleted = true
  return group
}

/** A leader may have given a partition to two members: in a consumer group only one can have it. */
function takeOver(group: ConsumerDraft, memberId: string, holding: Holding): void {
  const assigned = new Map<string, Map<number, number>>()
  for (const [topicId, epochs] of holding) {
    const own = new Map([...epochs].filter(([partition]) => !group.owners.has(partitionKey(topicId, partition))))
    if (own.size > 0) assigned.set(topicId, own)
  }
  const epoch = { memberEpoch: group.epoch, previousMemberEpoch: group.epoch }
  setCurrent(group, memberId, { ...epoch, state: 'stable', assigned, revoking: NOTHING_HELD })
  setTarget(group, memberId, new Map(Array.from(assigned, ([id, own]) => [id, [...own.keys()].sort(ascending)])))
}

/** The classic protocol takes an empty group over; returns the epoch that it has come to. */
export function emptiedForClassic(turn: Turn, groupId: string): number | undefined {
  const group = draftConsumerGroup(turn, groupId)
  if (group === undefined || group.members.size > 0) return undefined
  deleteConsumerGroup(turn, group)
  return group.epoch
}

/** Makes the group classic again if nobody in it speaks the consumer protocol any more. Returns whether it did. */
export function downgradeIfClassic(turn: Turn, group: ConsumerDraft): boolean {
  if (!canDowngrade(turn, group)) return false
  const { topics } = turn.state.volatile
  const members = [...group.members].map(([memberId, member]) => ({
    ...classicMember(memberId, member),
    assignment: assignmentOf(currentOf(group, memberId).assigned, member, topics),
  }))
  const { groupId, epoch } = group
  deleteConsumerGroup(turn, group)
  const classic = createGroup(turn, groupId)
  classic.protocolType = CONSUMER
  classic.generation = epoch
  for (const member of members) {
    addMember(classic, member)
    restartSession(turn, groupId, member)
  }
  classic.state = 'Stable'
  classic.protocolName = chooseProtocol(classic)
  classic.subscribedTopics = subscribedTopics(classic)
  turn.kept.push(groupMetadata(classic))
  prepareRebalance(turn, classic)
  return true
}

function canDowngrade({ config }: Turn, { members }: ConsumerGroup): boolean {
  if (config.migrationPolicy !== 'downgrade' && config.migrationPolicy !== 'bidirectional') return false
  if (members.size === 0 || members.size > config.maxSize) return false
  for (const member of members.values()) if (!speaksClassic(member)) return false
  return commonProtocols(members.values()).size > 0
}

function classicMember(memberId: string, member: MemberMetadata) {
  const { sessionTimeoutMs = 0, supportedProtocols = [] } = member.classicMemberMetadata ?? {}
  return {
    memberId,
    groupInstanceId: member.instanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs < 0 ? sessionTimeoutMs : member.rebalanceTimeoutMs,
    sessionTimeoutMs,
    protocols: supportedProtocols,
    isNew: false,
    pendingSync: false,
    join: null,
    sync: null,
  }
}

/** What a member of the classic protocol is told of what it holds, in the version in which it subscribed. */
export function assignmentOf(assigned: Holding, member: MemberMetadata, { names }: TopicsView): Buffer {
  const version = member.classicMemberMetadata?.supportedProtocols[0]?.metadata.readInt16BE(0) ?? 0
  const assignedPartitions = [...assigned].flatMap(([topicId, epochs]) => {
    const topic = names.get(topicId)
    return topic === undefined ? [] : [{ topic, partitions: [...epochs.keys()].sort(ascending) }]
  })
  return encodeAssignment({ assignedPartitions }, Math.min(Math.max(version, 0), ASSIGNMENT_VERSION_MAX))
}

const ASSIGNMENT_VERSION_MAX = 3
