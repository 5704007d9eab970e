// Heartbeat: a member says that it lives, and learns that it has to join again.

import type { ErrorName } from '@jackdaw/protocol'

import type { Heartbeat } from './commands.ts'
import { heardInConsumerGroup } from './consumer/classic.ts'
import { viewConsumerGroup } from './consumer/draft.ts'
import { checkMember, restartSession } from './members.ts'
import { reply, type Turn, viewGroup } from './turn.ts'

export function heartbeat(turn: Turn, command: Heartbeat): void {
  reply(turn, command.to, { error: heard(turn, command) })
}

function heard(turn: Turn, command: Heartbeat): ErrorName {
  const { groupId, memberId, groupInstanceId, generationId } = command
  if (groupId === '') return 'INVALID_GROUP_ID'
  const consumers = viewConsumerGroup(turn, groupId)
  if (consumers !== undefined) return heardInConsumerGroup(turn, consumers, command)
  const group = viewGroup(turn, groupId)
  if (group === undefined) return 'UNKNOWN_MEMBER_ID'
  const error = checkMember(group, memberId, groupInstanceId)
  if (error !== 'NONE') return error
  if (generationId !== group.generation) return 'ILLEGAL_GENERATION'
  const member = group.members.get(memberId)
  if (member !== undefined) restartSession(turn, groupId, member)
  // A member that waits for its assignment may send heartbeats meanwhile: only a new join phase calls it back.
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE'
}
