// Members of the classic protocol in a consumer group: they join, sync and send heartbeats as ever, but nobody waits for anybody.
// A join moves the member a step towards the target, a sync tells it what it has, and a heartbeat calls it back when there is
// another step to take.

import type { ErrorName } from '@jackdaw/protocol'

import type { Heartbeat, JoinGroup, LeaveGroup, SyncGroup } from '../commands.ts'
import { CONSUMER, NO_BYTES, timerKey } from '../group-state.ts'
import { joinError, syncError } from '../members.ts'
import { clearTimer, reply, setTimer, type Turn } from '../turn.ts'
import { catchUp, tidyRegexes } from './catch-up.ts'
import { classicSubscription, commonProtocols, ownedIn } from './classic-bytes.ts'
import { type ConsumerDraft, draftConsumerGroup, setMember, viewConsumerGroup } from './draft.ts'
import { isAway, moveOn, rebalanceTimeoutOf, removeMembers, replaceStaticMember } from './members.ts'
import { type ConsumerGroup, currentOf, type MemberMetadata, partitionKey, speaksClassic } from './model.ts'
import { assignmentOf, downgradeIfClassic } from './migration.ts'
import { metadataHashOf, subscribedNames } from './subscriptions.ts'
import { updateTarget } from './target.ts'

const FIRST_VERSION_WITH_KNOWN_MEMBER_ID = 4

/** Returns the id of the member if the group has become classic by this: then it has to join that one. */
export function joinConsumerGroup(turn: Turn, command: JoinGroup): string | undefined {
  const { to, groupId, groupInstanceId } = command
  const group = viewConsumerGroup(turn, groupId)
  const isNew = command.memberId === ''
  const memberId = isNew ? command.newMemberId : command.memberId
  const error = group === undefined ? 'UNKNOWN_MEMBER_ID' : joinFault(turn, group, command, memberId)
  const hasToAsk = isNew && groupInstanceId === null && command.apiVersion >= FIRST_VERSION_WITH_KNOWN_MEMBER_ID
  if (error !== 'NONE' || hasToAsk) {
    reply(turn, to, error === 'NONE' ? joinError(memberId, 'MEMBER_ID_REQUIRED') : joinError(command.memberId, error))
    return undefined
  }
  const draft = draftConsumerGroup(turn, groupId) as ConsumerDraft
  enter(turn, draft, command, memberId)
  catchUp(turn, draft, null)
  if (downgradeIfClassic(turn, draft)) return memberId
  updateTarget(turn, draft, 0)
  const subscription = classicSubscription(command.protocols[0]?.metadata ?? NO_BYTES)
  moveOn(turn, draft, memberId, subscription === undefined ? null : ownedIn(subscription, turn.state.volatile.topics))
  const { memberEpoch } = currentOf(draft, memberId)
  const member = draft.members.get(memberId) as MemberMetadata
  clearTimer(turn, { type: 'rejoin', groupId, memberId })
  setTimer(turn, { type: 'session', groupId, memberId }, command.sessionTimeoutMs)
  setTimer(turn, { type: 'resync', groupId, memberId }, rebalanceTimeoutOf(member))
  reply(turn, to, {
    error: 'NONE',
    memberId,
    generationId: memberEpoch,
    protocolType: CONSUMER,
    protocolName: command.protocols[0]?.name ?? '',
    leader: '',
    skipAssignment: false,
    members: [],
  })
  return undefined
}

function joinFault(turn: Turn, group: ConsumerGroup, command: JoinGroup, memberId: string): ErrorName {
  const { protocolType, protocols, groupInstanceId } = command
  const known = groupInstanceId === null ? undefined : group.instances.get(groupInstanceId)
  if (known === undefined && !group.members.has(memberId) && group.members.size >= turn.config.consumerMaxSize)
    return 'GROUP_MAX_SIZE_REACHED'
  if (protocolType !== CONSUMER || protocols.length === 0) return 'INCONSISTENT_GROUP_PROTOCOL'
  const others = [...group.members].flatMap(([id, member]) => (id === memberId || id === known ? [] : [member]))
  const common = commonProtocols(others)
  if (common.size > 0 && !protocols.some(({ name }) => common.has(name))) return 'INCONSISTENT_GROUP_PROTOCOL'
  if (protocols.some(({ metadata }) => classicSubscription(metadata) === undefined))
    return 'INCONSISTENT_GROUP_PROTOCOL'
  if (groupInstanceId === null || command.memberId === '') {
    // A new process takes the place of a static member at once if that speaks the classic protocol too, as in a classic group.
    const former = known === undefined ? undefined : group.members.get(known)
    return former !== undefined && !speaksClassic(former) && !isAway(group, known ?? '')
      ? 'UNRELEASED_INSTANCE_ID'
      : 'NONE'
  }
  if (known === undefined) return 'UNKNOWN_MEMBER_ID'
  return known === command.memberId ? 'NONE' : 'FENCED_INSTANCE_ID'
}

function enter(turn: Turn, group: ConsumerDraft, command: JoinGroup, memberId: string): void {
  const { groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs } = command
  const former = groupInstanceId === null ? undefined : group.instances.get(groupInstanceId)
  if (former !== undefined) replaceStaticMember(turn, group, former, memberId)
  const before = group.members.get(memberId)
  const subscription = classicSubscription(command.protocols[0]?.metadata ?? NO_BYTES)
  const subscribedTopicNames = [...new Set(subscription?.topics)].sort()
  setMember(group, memberId, {
    instanceId: groupInstanceId ?? before?.instanceId ?? null,
    rackId: subscription?.rackId ?? before?.rackId ?? null,
    clientId: command.clientId,
    clientHost: command.clientHost,
    subscribedTopicNames,
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: rebalanceTimeoutMs < 0 ? sessionTimeoutMs : rebalanceTimeoutMs,
    serverAssignor: null,
    classicMemberMetadata: {
      sessionTimeoutMs,
      // Copies, because the bytes are slices of what a socket read and would hold on to all of it.
      supportedProtocols: command.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
    },
  })
  tidyRegexes(group)
  const same =
    before !== undefined &&
    (before.subscribedTopicRegex ?? '') === '' &&
    before.subscribedTopicNames.join() === subscribedTopicNames.join()
  if (same) return
  group.epoch++
  group.metadataHash = metadataHashOf(subscribedNames(group), turn.state.volatile.topics)
}

/** Whether the sender is a member of the classic protocol in its current epoch. */
function memberFault(
  group: ConsumerGroup,
  { memberId, groupInstanceId, generationId }: Heartbeat | SyncGroup,
): ErrorName {
  if (groupInstanceId !== null) {
    const known = group.instances.get(groupInstanceId)
    if (known === undefined) return 'UNKNOWN_MEMBER_ID'
    if (known !== memberId) return 'FENCED_INSTANCE_ID'
  }
  const member = group.members.get(memberId)
  if (member === undefined || !speaksClassic(member)) return 'UNKNOWN_MEMBER_ID'
  return generationId === currentOf(group, memberId).memberEpoch ? 'NONE' : 'ILLEGAL_GENERATION'
}

export function syncConsumerGroup(turn: Turn, group: ConsumerGroup, command: SyncGroup): void {
  const { to, groupId, memberId, protocolType, protocolName } = command
  const member = group.members.get(memberId)
  const error = memberFault(group, command)
  if (member === undefined || error !== 'NONE') return reply(turn, to, syncError(error))
  const chosen = member.classicMemberMetadata?.supportedProtocols[0]?.name ?? null
  if ((protocolType ?? CONSUMER) !== CONSUMER || (protocolName ?? chosen) !== chosen)
    return reply(turn, to, syncError('INCONSISTENT_GROUP_PROTOCOL'))
  const { state, memberEpoch, assigned } = currentOf(group, memberId)
  // Who has to give up partitions learns of it by its assignment, and joins again after that.
  if (group.epoch > memberEpoch && state !== 'unrevoked') {
    callBack(turn, groupId, memberId, member)
    return reply(turn, to, syncError('REBALANCE_IN_PROGRESS'))
  }
  clearTimer(turn, { type: 'resync', groupId, memberId })
  restartSession(turn, groupId, memberId, member)
  const assignment = assignmentOf(assigned, member, turn.state.volatile.topics)
  reply(turn, to, { error: 'NONE', protocolType: CONSUMER, protocolName: chosen, assignment })
}

export function heardInConsumerGroup(turn: Turn, group: ConsumerGroup, command: Heartbeat): ErrorName {
  const { groupId, memberId } = command
  const member = group.members.get(memberId)
  const error = memberFault(group, command)
  if (member === undefined || error !== 'NONE') return error
  restartSession(turn, groupId, memberId, member)
  const { state, memberEpoch } = currentOf(group, memberId)
  const hasToJoin =
    memberEpoch < group.epoch || state === 'unrevoked' || (state === 'unreleased' && hasMore(group, memberId))
  if (!hasToJoin) return 'NONE'
  callBack(turn, groupId, memberId, member)
  return 'REBALANCE_IN_PROGRESS'
}

/** Whether something that the member shall have has become free. */
function hasMore(group: ConsumerGroup, memberId: string): boolean {
  for (const [topicId, partitions] of group.targets.get(memberId) ?? [])
    if (partitions.some((partition) => !group.owners.has(partitionKey(topicId, partition)))) return true
  return false
}

/** It has as long as its rebalance timeout to join again, from the first time that it is told. */
function callBack(turn: Turn, groupId: string, memberId: string, member: MemberMetadata): void {
  const timer = { type: 'rejoin', groupId, memberId } as const
  if (!turn.state.volatile.deadlines.places.has(timerKey(timer))) setTimer(turn, timer, rebalanceTimeoutOf(member))
}

function restartSession(turn: Turn, groupId: string, memberId: string, member: MemberMetadata): void {
  const { classicMemberMetadata } = member
  if (classicMemberMetadata !== null)
    setTimer(turn, { type: 'session', groupId, memberId }, classicMemberMetadata.sessionTimeoutMs)
}

/** Members of the classic protocol leave; administrators may take out static members of either. */
export function leaveConsumerGroup(turn: Turn, group: ConsumerDraft, { to, members }: LeaveGroup): void {
  const leaving = new Set<string>()
  const results = members.map(({ memberId, groupInstanceId }) => {
    const known = groupInstanceId === null ? undefined : group.instances.get(groupInstanceId)
    const found = memberId === '' ? known : memberId
    const member = found === undefined || leaving.has(found) ? undefined : group.members.get(found)
    const error = ((): ErrorName => {
      if (groupInstanceId !== null && known === undefined) return 'UNKNOWN_MEMBER_ID'
      if (known !== undefined && memberId !== '' && known !== memberId) return 'FENCED_INSTANCE_ID'
      if (member === undefined || (memberId !== '' && !speaksClassic(member))) return 'UNKNOWN_MEMBER_ID'
      return 'NONE'
    })()
    if (error === 'NONE' && found !== undefined) leaving.add(found)
    return { memberId, groupInstanceId, error }
  })
  if (leaving.size > 0) {
    removeMembers(turn, group, [...leaving])
    downgradeIfClassic(turn, group)
  }
  reply(turn, to, { error: 'NONE', members: results })
}
