// Who is in a group: adding, changing and removing members with the counts that depend on them, and the checks that requests of
// members have in common.

import type { ErrorName } from '@jackdaw/protocol'

import { invariant } from '../invariant.ts'
import type { JoinGroupResult, SyncGroupResult } from './commands.ts'
import { type Group, type Member, NO_BYTES } from './group-state.ts'
import { clearTimer, type Draft, reply, setTimer, type Turn } from './turn.ts'

export function addMember(group: Draft, member: Member): void {
  const { memberId, groupInstanceId } = member
  invariant(!group.members.has(memberId), `member ids are unique in a group (${memberId})`)
  if (groupInstanceId !== null) {
    invariant(!group.staticMembers.has(groupInstanceId), `an instance is one member (${groupInstanceId})`)
    group.staticMembers.set(groupInstanceId, memberId)
  }
  group.leader ??= memberId
  group.pending.delete(memberId)
  group.members.set(memberId, member)
  count(group, member, 1)
}

export function changeMember(group: Draft, memberId: string, change: Partial<Member>): Member {
  const before = group.members.get(memberId)
  invariant(before !== undefined, `only members change (${memberId})`)
  const after = { ...before, ...change }
  count(group, before, -1)
  group.members.set(memberId, after)
  count(group, after, 1)
  return after
}

function count(group: Draft, { protocols, join, pendingSync }: Member, by: 1 | -1): void {
  if (join !== null) group.joining += by
  if (pendingSync) group.pendingSync += by
  for (const { name } of protocols) {
    const supporters = (group.support.get(name) ?? 0) + by
    if (supporters === 0) group.support.delete(name)
    else group.support.set(name, supporters)
  }
}

/** Takes the member out and answers what it waits for: it has to join anew, should it still be there. */
export function removeMember(turn: Turn, group: Draft, memberId: string): void {
  answerJoin(turn, group, memberId, joinError('', 'UNKNOWN_MEMBER_ID'))
  answerSync(turn, group, memberId, syncError('UNKNOWN_MEMBER_ID'))
  const member = group.members.get(memberId)
  invariant(member !== undefined, `only members are removed (${memberId})`)
  clearTimer(turn, { type: 'session', groupId: group.groupId, memberId })
  group.members.delete(memberId)
  count(group, member, -1)
  if (member.groupInstanceId !== null) group.staticMembers.delete(member.groupInstanceId)
  if (group.leader === memberId) {
    const [next] = group.members.keys()
    group.leader = next ?? null
  }
}

/** Forgets a member id that was handed out but not used yet. */
export function removePending(turn: Turn, group: Draft, memberId: string): void {
  group.pending.delete(memberId)
  clearTimer(turn, { type: 'session', groupId: group.groupId, memberId })
}

export function restartSession(turn: Turn, groupId: string, { memberId, sessionTimeoutMs }: Member): void {
  setTimer(turn, { type: 'session', groupId, memberId }, sessionTimeoutMs)
}

/** Ends the member's wait for a JoinGroup response, if it waits. */
export function answerJoin(turn: Turn, group: Draft, memberId: string, result: JoinGroupResult): void {
  const join = group.members.get(memberId)?.join
  if (join === null || join === undefined) return
  if (join.to !== null) reply(turn, join.to, result)
  changeMember(group, memberId, { join: null })
}

/** Ends the member's wait for a SyncGroup response, if it waits. */
export function answerSync(turn: Turn, group: Draft, memberId: string, result: SyncGroupResult): boolean {
  const sync = group.members.get(memberId)?.sync
  if (sync === null || sync === undefined) return false
  if (sync.to !== null) reply(turn, sync.to, result)
  changeMember(group, memberId, { sync: null })
  return true
}

export function joinError(memberId: string, error: ErrorName): JoinGroupResult {
  return {
    error,
    memberId,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    members: [],
  }
}

export function syncError(error: ErrorName): SyncGroupResult {
  return { error, protocolType: null, protocolName: null, assignment: NO_BYTES }
}

/** Whether the sender is who it says: NONE, or what is wrong with it. */
export function checkMember(group: Group, memberId: string, groupInstanceId: string | null): ErrorName {
  if (groupInstanceId !== null) {
    const known = group.staticMembers.get(groupInstanceId)
    if (known === undefined) return 'UNKNOWN_MEMBER_ID'
    if (known !== memberId) return 'FENCED_INSTANCE_ID'
  }
  return group.members.has(memberId) ? 'NONE' : 'UNKNOWN_MEMBER_ID'
}
