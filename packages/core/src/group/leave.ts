// LeaveGroup: members say goodbye, several in one request since version 3, each with an error of its own.

import type { ErrorName } from '@jackdaw/protocol'

import type { LeaveGroup } from './commands.ts'
import { leaveConsumerGroup } from './consumer/classic.ts'
import { draftConsumerGroup } from './consumer/draft.ts'
import { checkMember, removeMember, removePending } from './members.ts'
import { completeJoinIfAllCame, rebalance } from './rebalance.ts'
import { type Draft, draftGroup, reply, type Turn } from './turn.ts'

export function leaveGroup(turn: Turn, command: LeaveGroup): void {
  const { to, groupId, members } = command
  if (groupId === '') return reply(turn, to, { error: 'INVALID_GROUP_ID', members: [] })
  const consumers = draftConsumerGroup(turn, groupId)
  if (consumers !== undefined) return leaveConsumerGroup(turn, consumers, command)
  const group = draftGroup(turn, groupId)
  const size = group?.members.size
  const results = members.map((leaving) => {
    const error = group === undefined ? 'UNKNOWN_MEMBER_ID' : leave(turn, group, leaving)
    return { memberId: leaving.memberId, groupInstanceId: leaving.groupInstanceId, error }
  })
  reply(turn, to, { error: 'NONE', members: results })
  if (group === undefined) return
  if (group.members.size === size) completeJoinIfAllCame(turn, group)
  else rebalance(turn, group)
}

function leave(turn: Turn, group: Draft, { memberId, groupInstanceId }: LeaveGroup['members'][number]): ErrorName {
  if (memberId === '') return removeInstance(turn, group, groupInstanceId)
  if (group.pending.has(memberId)) {
    removePending(turn, group, memberId)
    return 'NONE'
  }
  const error = checkMember(group, memberId, groupInstanceId)
  if (error === 'NONE') removeMember(turn, group, memberId)
  return error
}

/** An administrator removes a static member, whose member id nobody but itself knows. */
function removeInstance(turn: Turn, group: Draft, groupInstanceId: string | null): ErrorName {
  const memberId = groupInstanceId === null ? undefined : group.staticMembers.get(groupInstanceId)
  if (memberId === undefined) return 'UNKNOWN_MEMBER_ID'
  removeMember(turn, group, memberId)
  return 'NONE'
}
