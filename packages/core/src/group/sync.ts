// SyncGroup: members ask for their assignment, the leader brings it. With it the generation is complete and is recorded.

import type { ErrorName } from '@jackdaw/protocol'

import { fitsInBatch } from './batches.ts'
import type { SyncGroup } from './commands.ts'
import { syncConsumerGroup } from './consumer/classic.ts'
import { viewConsumerGroup } from './consumer/draft.ts'
import { type Group, type GroupStateName, NO_BYTES } from './group-state.ts'
import { answerSync, changeMember, checkMember, restartSession, syncError } from './members.ts'
import { enter, rebalance, withdrawAssignments } from './rebalance.ts'
import { groupMetadata } from './stored-group.ts'
import { clearTimer, type Draft, draftGroup, reply, type Turn } from './turn.ts'

export function syncGroup(turn: Turn, command: SyncGroup): void {
  const { to, groupId } = command
  if (groupId === '') return reply(turn, to, syncError('INVALID_GROUP_ID'))
  const consumers = viewConsumerGroup(turn, groupId)
  if (consumers !== undefined) return syncConsumerGroup(turn, consumers, command)
  const group = draftGroup(turn, groupId)
  if (group === undefined) return reply(turn, to, syncError('UNKNOWN_MEMBER_ID'))
  const error = checkSync(group, command)
  if (error !== 'NONE') return reply(turn, to, syncError(error))
  syncIn[group.state](turn, group, command)
}

function checkSync(group: Group, command: SyncGroup): ErrorName {
  const { generationId, protocolType, protocolName } = command
  const error = checkMember(group, command.memberId, command.groupInstanceId)
  if (error !== 'NONE') return error
  if (generationId !== group.generation) return 'ILLEGAL_GENERATION'
  const differs = (asked: string | null, agreed: string | null): boolean =>
    asked !== null && agreed !== null && asked !== agreed
  if (differs(protocolType, group.protocolType) || differs(protocolName, group.protocolName))
    return 'INCONSISTENT_GROUP_PROTOCOL'
  return 'NONE'
}

const syncIn: Record<GroupStateName, (turn: Turn, group: Draft, command: SyncGroup) => void> = {
  Empty: (turn, _group, { to }) => reply(turn, to, syncError('UNKNOWN_MEMBER_ID')),

  PreparingRebalance: (turn, _group, { to }) => reply(turn, to, syncError('REBALANCE_IN_PROGRESS')),

  CompletingRebalance: (turn, group, command) => {
    const { to, memberId } = command
    // A client that gave up waiting and asks again: the first request must have an answer too.
    answerSync(turn, group, memberId, syncError('REBALANCE_IN_PROGRESS'))
    changeMember(group, memberId, { sync: { to } })
    hasSynced(turn, group, memberId)
    if (group.leader === memberId) assign(turn, group, command.assignments)
  },

  Stable: (turn, group, { to, memberId }) => {
    hasSynced(turn, group, memberId)
    const { protocolType, protocolName } = group
    const assignment = group.members.get(memberId)?.assignment ?? NO_BYTES
    reply(turn, to, { error: 'NONE', protocolType, protocolName, assignment })
  },
}

function hasSynced(turn: Turn, group: Draft, memberId: string): void {
  if (group.members.get(memberId)?.pendingSync) changeMember(group, memberId, { pendingSync: false })
  if (group.pendingSync === 0) clearTimer(turn, { type: 'sync', groupId: group.groupId })
}

/** The leader has spoken: a member that it does not name gets nothing. */
function assign(turn: Turn, group: Draft, assignments: SyncGroup['assignments']): void {
  // Copies, because the bytes are slices of what a socket read and would hold on to all of it.
  const given = new Map(assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)]))
  for (const memberId of group.members.keys())
    changeMember(group, memberId, { assignment: given.get(memberId) ?? NO_BYTES })
  if (!fitsInBatch(groupMetadata(group), turn.config.maxMessageBytes)) {
    withdrawAssignments(turn, group, 'UNKNOWN_SERVER_ERROR')
    return rebalance(turn, group)
  }
  enter(turn, group, 'Stable')
  turn.kept.push(groupMetadata(group))
  const { protocolType, protocolName } = group
  for (const member of group.members.values()) {
    const { memberId, assignment } = member
    const waited = answerSync(turn, group, memberId, { error: 'NONE', protocolType, protocolName, assignment })
    // While it waited nobody looked at its session.
    if (waited) restartSession(turn, group.groupId, member)
  }
}
