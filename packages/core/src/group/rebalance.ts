// The rounds of a classic group: PreparingRebalance (members join, until all have or the rebalance timeout has passed), then
// CompletingRebalance (they wait for the leader's assignment), then Stable. A generation is recorded when it has an assignment,
// so a coordinator that comes back in between finds the one before, and its members join again.

import type { ErrorName } from '@jackdaw/protocol'

import { invariant } from '../invariant.ts'
import type { JoinGroupResult } from './commands.ts'
import {
  type Group,
  type GroupStateName,
  hasAllJoined,
  metadataOf,
  NO_BYTES,
  rebalanceTimeoutMs,
} from './group-state.ts'
import { answerJoin, answerSync, changeMember, removeMember, restartSession, syncError } from './members.ts'
import { chooseProtocol, subscribedTopics } from './protocols.ts'
import { groupMetadata } from './stored-group.ts'
import { clearTimer, type Draft, setTimer, type Turn } from './turn.ts'

const FROM: Record<GroupStateName, readonly GroupStateName[]> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Empty', 'CompletingRebalance', 'Stable'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
}

export function enter(turn: Turn, group: Draft, state: GroupStateName): void {
  invariant(FROM[state].includes(group.state), `a group goes from ${group.state} to ${state} (${group.groupId})`)
  group.state = state
  group.stateTimestamp = turn.now.wall
}

/** Somebody came, changed or went. */
export function rebalance(turn: Turn, group: Draft): void {
  if (group.state === 'PreparingRebalance') completeJoinIfAllCame(turn, group)
  else prepareRebalance(turn, group)
}

export function prepareRebalance(turn: Turn, group: Draft): void {
  const { groupId } = group
  if (group.state === 'CompletingRebalance') withdrawAssignments(turn, group, 'REBALANCE_IN_PROGRESS')
  if (group.pendingSync > 0)
    for (const memberId of group.members.keys()) changeMember(group, memberId, { pendingSync: false })
  clearTimer(turn, { type: 'sync', groupId })
  const initial = group.state === 'Empty'
  enter(turn, group, 'PreparingRebalance')
  if (initial) return waitForMore(turn, group)
  if (hasAllJoined(group)) return completeJoin(turn, group)
  setTimer(turn, { type: 'join', groupId }, rebalanceTimeoutMs(group))
}

/** The group is new: the members of one deployment start within moments, and one rebalance should do for all of them. */
function waitForMore(turn: Turn, group: Draft): void {
  const delayMs = turn.config.initialRebalanceDelayMs
  const remainingMs = Math.max(rebalanceTimeoutMs(group) - delayMs, 0)
  group.initialDelay = { delayMs, remainingMs, newMemberAdded: false }
  setTimer(turn, { type: 'join', groupId: group.groupId }, delayMs)
}

/** The join phase has lasted as long as it was given. */
export function joinPhaseExpired(turn: Turn, group: Draft): void {
  const delay = group.initialDelay
  if (delay === null || !delay.newMemberAdded || delay.remainingMs === 0) return completeJoin(turn, group)
  const delayMs = Math.min(turn.config.initialRebalanceDelayMs, delay.remainingMs)
  group.initialDelay = { delayMs, remainingMs: Math.max(delay.remainingMs - delay.delayMs, 0), newMemberAdded: false }
  setTimer(turn, { type: 'join', groupId: group.groupId }, delayMs)
}

/** Ends the join phase early, unless it is the first one of a new group: that one waits its time. */
export function completeJoinIfAllCame(turn: Turn, group: Draft): void {
  if (group.state === 'PreparingRebalance' && group.initialDelay === null && hasAllJoined(group))
    completeJoin(turn, group)
}

function completeJoin(turn: Turn, group: Draft): void {
  const { groupId } = group
  clearTimer(turn, { type: 'join', groupId })
  group.initialDelay = null
  for (const { memberId, join, groupInstanceId } of group.members.values()) {
    if (join === null && groupInstanceId === null) removeMember(turn, group, memberId)
  }
  if (group.members.size === 0) return becomeEmpty(turn, group)
  if (electLeader(group)) return startGeneration(turn, group)
  // Nobody came, but static members may be away until their sessions end.
  setTimer(turn, { type: 'join', groupId }, rebalanceTimeoutMs(group))
}

/** The leader has to be one who came; false if nobody did. */
function electLeader(group: Draft): boolean {
  if (group.leader !== null && group.members.get(group.leader)?.join) return true
  for (const { memberId, join } of group.members.values()) {
    if (join === null) continue
    group.leader = memberId
    return true
  }
  return false
}

function becomeEmpty(turn: Turn, group: Draft): void {
  group.generation++
  group.protocolName = null
  enter(turn, group, 'Empty')
  group.subscribedTopics = subscribedTopics(group)
  turn.kept.push(groupMetadata(group))
}

function startGeneration(turn: Turn, group: Draft): void {
  group.generation++
  group.protocolName = chooseProtocol(group)
  group.subscribedTopics = subscribedTopics(group)
  enter(turn, group, 'CompletingRebalance')
  for (const memberId of group.members.keys()) {
    answerJoin(turn, group, memberId, currentGeneration(group, memberId))
    restartSession(turn, group.groupId, changeMember(group, memberId, { isNew: false, pendingSync: true }))
  }
  setTimer(turn, { type: 'sync', groupId: group.groupId }, rebalanceTimeoutMs(group))
}

/** What a JoinGroup of the current generation is answered with. */
export function currentGeneration(group: Group, memberId: string): JoinGroupResult {
  return {
    error: 'NONE',
    memberId,
    generationId: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leader ?? '',
    skipAssignment: false,
    members: group.leader === memberId ? membersForLeader(group) : [],
  }
}

export function membersForLeader(group: Group): JoinGroupResult['members'] {
  return Array.from(group.members.values(), (member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: metadataOf(member, group.protocolName),
  }))
}

/** Takes back what was assigned, and lets those who wait for it know why. */
export function withdrawAssignments(turn: Turn, group: Draft, error: ErrorName): void {
  for (const memberId of group.members.keys()) {
    const member = changeMember(group, memberId, { assignment: NO_BYTES })
    if (answerSync(turn, group, memberId, syncError(error))) restartSession(turn, group.groupId, member)
  }
}
