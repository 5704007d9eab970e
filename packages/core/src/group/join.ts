// JoinGroup: a member enters the group, comes back with the id it was given, or joins again. Its answer comes when the join
// phase is over, so most of these decisions have no reply.

import type { ErrorName } from '@jackdaw/protocol'

import type { JoinGroup } from './commands.ts'
import { joinConsumerGroup } from './consumer/classic.ts'
import { viewConsumerGroup } from './consumer/draft.ts'
import { emptiedForClassic } from './consumer/migration.ts'
import { type Group, type Member, NO_BYTES, type Protocol } from './group-state.ts'
import {
  addMember,
  answerJoin,
  answerSync,
  changeMember,
  checkMember,
  joinError,
  removeMember,
  restartSession,
  syncError,
} from './members.ts'
import { chooseProtocol, supportsProtocols } from './protocols.ts'
import { completeJoinIfAllCame, currentGeneration, prepareRebalance, rebalance } from './rebalance.ts'
import { fitsInBatch } from './batches.ts'
import { groupMetadata } from './stored-group.ts'
import { createGroup, type Draft, draftGroup, reply, setTimer, type Turn } from './turn.ts'

/** A member that never learnt its id cannot send heartbeats, so its JoinGroup may wait this long at most. Fixed in Kafka too. */
const NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60_000
const FIRST_VERSION_WITH_KNOWN_MEMBER_ID = 4
const FIRST_VERSION_WITH_SKIP_ASSIGNMENT = 9

export function joinGroup(turn: Turn, command: JoinGroup): void {
  const { to, groupId, memberId, sessionTimeoutMs } = command
  const { minSessionTimeoutMs, maxSessionTimeoutMs, maxSize } = turn.config
  const refuse = (error: ErrorName, id = memberId): void => reply(turn, to, joinError(id, error))
  if (groupId === '') return refuse('INVALID_GROUP_ID')
  if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs)
    return refuse('INVALID_SESSION_TIMEOUT')
  const consumers = viewConsumerGroup(turn, groupId)
  if (consumers !== undefined && consumers.members.size > 0) {
    const joining = joinConsumerGroup(turn, command)
    return joining === undefined ? undefined : joinGroup(turn, { ...command, memberId: joining })
  }
  const group = draftGroup(turn, groupId) ?? (memberId === '' ? startGroup(turn, groupId) : undefined)
  if (group === undefined) return refuse('UNKNOWN_MEMBER_ID')
  if (!hasRoom(group, memberId, maxSize)) {
    refuse('GROUP_MAX_SIZE_REACHED', '')
    return turnAway(turn, group, memberId)
  }
  if (!supportsProtocols(group, command.protocolType, command.protocols)) return refuse('INCONSISTENT_GROUP_PROTOCOL')
  if (memberId === '') return joinAsNew(turn, group, command)
  if (group.pending.has(memberId) && command.groupInstanceId === null) return enroll(turn, group, command, memberId)
  const error = checkMember(group, memberId, command.groupInstanceId)
  if (error !== 'NONE') return refuse(error)
  joinAgain(turn, group, command)
}

/** A new group; where members of the consumer protocol have left one, its generations go on from their epochs. */
function startGroup(turn: Turn, groupId: string): Draft {
  const epoch = emptiedForClassic(turn, groupId)
  const group = createGroup(turn, groupId)
  group.generation = epoch ?? group.generation
  return group
}

/** While a group rebalances, those who have joined count, so that the last ones stay out if the limit was lowered. */
function hasRoom(group: Group, memberId: string, maxSize: number): boolean {
  if (group.state === 'Empty') return true
  const member = group.members.get(memberId)
  if (group.state === 'PreparingRebalance') return (member?.join ?? null) !== null || group.joining < maxSize
  return member !== undefined || group.members.size < maxSize
}

function turnAway(turn: Turn, group: Draft, memberId: string): void {
  if (!group.members.has(memberId)) return
  removeMember(turn, group, memberId)
  completeJoinIfAllCame(turn, group)
}

function joinAsNew(turn: Turn, group: Draft, command: JoinGroup): void {
  const { to, groupInstanceId, newMemberId } = command
  const known = groupInstanceId === null ? undefined : group.staticMembers.get(groupInstanceId)
  if (known !== undefined) return replaceStaticMember(turn, group, command, known)
  if (groupInstanceId !== null || command.apiVersion < FIRST_VERSION_WITH_KNOWN_MEMBER_ID) {
    return enroll(turn, group, command, newMemberId)
  }
  group.pending.set(newMemberId, true)
  setTimer(turn, { type: 'session', groupId: group.groupId, memberId: newMemberId }, command.sessionTimeoutMs)
  reply(turn, to, joinError(newMemberId, 'MEMBER_ID_REQUIRED'))
}

function enroll(turn: Turn, group: Draft, command: JoinGroup, memberId: string): void {
  if (group.initialDelay !== null) group.initialDelay = { ...group.initialDelay, newMemberAdded: true }
  if (group.members.size === 0) group.protocolType = command.protocolType
  addMember(group, {
    ...offered(command),
    memberId,
    groupInstanceId: command.groupInstanceId,
    clientId: command.clientId,
    clientHost: command.clientHost,
    assignment: NO_BYTES,
    isNew: true,
    pendingSync: false,
    sync: null,
  })
  setTimer(turn, { type: 'session', groupId: group.groupId, memberId }, NEW_MEMBER_JOIN_TIMEOUT_MS)
  rebalance(turn, group)
}

/** What every JoinGroup says anew about its sender. */
function offered(command: JoinGroup): Pick<Member, 'protocols' | 'rebalanceTimeoutMs' | 'sessionTimeoutMs' | 'join'> {
  const { to, sessionTimeoutMs, rebalanceTimeoutMs } = command
  return {
    protocols: kept(command.protocols),
    sessionTimeoutMs,
    rebalanceTimeoutMs: rebalanceTimeoutMs < 0 ? sessionTimeoutMs : rebalanceTimeoutMs,
    join: { to },
  }
}

/** Copies, because the bytes are slices of what a socket read and would hold on to all of it. Of equal names the first counts. */
function kept(protocols: readonly Protocol[]): Protocol[] {
  const byName = new Map<string, Protocol>()
  for (const { name, metadata } of protocols)
    if (!byName.has(name)) byName.set(name, { name, metadata: Buffer.from(metadata) })
  return [...byName.values()]
}

/** A member of the group joins: to start a rebalance, to take part in one, or because it missed the answer. */
function joinAgain(turn: Turn, group: Draft, command: JoinGroup): void {
  const { to, memberId } = command
  const member = group.members.get(memberId)
  const missedAnswer =
    member !== undefined &&
    sameProtocols(member.protocols, command.protocols) &&
    (group.state === 'CompletingRebalance' || (group.state === 'Stable' && group.leader !== memberId))
  if (missedAnswer) return reply(turn, to, currentGeneration(group, memberId))
  update(turn, group, command, memberId)
  rebalance(turn, group)
}

function sameProtocols(before: readonly Protocol[], after: readonly Protocol[]): boolean {
  if (before.length !== after.length) return false
  return before.every(({ name, metadata }, i) => name === after[i]?.name && metadata.equals(after[i].metadata))
}

function update(turn: Turn, group: Draft, command: JoinGroup, memberId: string): Member {
  // A client that gave up waiting and asks again: nobody reads the answer to the first request, but it must have one.
  answerJoin(turn, group, memberId, joinError(memberId, 'REBALANCE_IN_PROGRESS'))
  return changeMember(group, memberId, offered(command))
}

/** A static member that has started again takes over the place, and the assignment, of its former self. */
function replaceStaticMember(turn: Turn, group: Draft, command: JoinGroup, formerId: string): void {
  const { newMemberId } = command
  const formerLeader = group.leader ?? ''
  takePlace(turn, group, formerId, newMemberId)
  restartSession(turn, group.groupId, update(turn, group, command, newMemberId))
  if (group.state === 'PreparingRebalance') return completeJoinIfAllCame(turn, group)
  // The leader may have assigned to the former id already: that assignment would miss its member.
  if (group.state === 'CompletingRebalance') return prepareRebalance(turn, group)
  const record = groupMetadata(group)
  if (chooseProtocol(group) !== group.protocolName || !fitsInBatch(record, turn.config.maxMessageBytes)) {
    return prepareRebalance(turn, group)
  }
  turn.kept.push(record)
  const skip = command.apiVersion >= FIRST_VERSION_WITH_SKIP_ASSIGNMENT
  const current = currentGeneration(group, newMemberId)
  // Who leads must not compute an assignment now. Old clients can only be told so by naming the former leader.
  answerJoin(
    turn,
    group,
    newMemberId,
    skip
      ? { ...current, skipAssignment: group.leader === newMemberId }
      : { ...current, leader: formerLeader, members: [] },
  )
}

function takePlace(turn: Turn, group: Draft, formerId: string, newMemberId: string): void {
  const former = group.members.get(formerId)
  if (former === undefined) return
  const led = group.leader === formerId
  answerJoin(turn, group, formerId, joinError(formerId, 'FENCED_INSTANCE_ID'))
  answerSync(turn, group, formerId, syncError('FENCED_INSTANCE_ID'))
  removeMember(turn, group, formerId)
  addMember(group, { ...former, memberId: newMemberId, isNew: false, join: null, sync: null })
  if (led) group.leader = newMemberId
}
