// What must hold when a decision is made, checked in production at a cost that follows what the decision changes.

import { invariant } from '../invariant.ts'
import type { GroupCommand } from './commands.ts'
import type { Group, GroupStateName, Member } from './group-state.ts'
import type { Draft, Turn } from './turn.ts'

const WITH_MEMBERS: readonly GroupStateName[] = ['CompletingRebalance', 'Stable']

export function checkGroup(group: Draft): void {
  const { groupId, before, members, leader, state, joining, pendingSync } = group
  invariant(group.generation >= before.generation, `generations of a group only grow (${groupId})`)
  const led = members.size === 0 ? leader === null : leader !== null && members.has(leader)
  invariant(led, `a group's leader is one of its members (${groupId})`)
  invariant(state !== 'Empty' || members.size === 0, `an empty group has no members (${groupId})`)
  invariant(!WITH_MEMBERS.includes(state) || members.size > 0, `a generation has members (${groupId})`)
  invariant(supportedByAll(group), `a group's protocol is supported by all of its members (${groupId})`)
  invariant(joining >= 0 && joining <= members.size, `only members wait for a JoinGroup response (${groupId})`)
  invariant(
    joining === 0 || state === 'PreparingRebalance',
    `members wait to join only while a group rebalances (${groupId})`,
  )
  invariant(pendingSync >= 0 && pendingSync <= members.size, `only members are expected to sync (${groupId})`)
}

function supportedByAll({ state, protocolName, support, members }: Group): boolean {
  if (WITH_MEMBERS.includes(state)) return protocolName !== null && support.get(protocolName) === members.size
  if (members.size === 0) return true
  for (const count of support.values()) if (count === members.size) return true
  return false
}

/** Every request is answered exactly once: at once, or by the decision that ends its wait. */
export function checkAnswers(turn: Turn, command: GroupCommand): void {
  const settled = new Set(turn.abandoned)
  for (const { to } of turn.replies) {
    invariant(!settled.has(to), `a request is answered once (${command.type}, ${to})`)
    settled.add(to)
  }
  const { ended, begun } = waits(turn)
  for (const to of ended)
    invariant(begun.has(to) || settled.has(to), `a wait ends with an answer (${command.type}, ${to})`)
  for (const to of begun) {
    invariant(!settled.has(to), `what is answered does not wait (${command.type}, ${to})`)
    invariant(
      ended.has(to) || ('to' in command && to === command.to),
      `only the request itself may start to wait (${to})`,
    )
  }
  if ('to' in command) {
    invariant(settled.has(command.to) || begun.has(command.to), `a request is answered or waits (${command.type})`)
  }
}

/** The requests that members waited for before and after, where the turn changed the members. */
function waits({ drafts }: Turn): { ended: Set<number>; begun: Set<number> } {
  const ended = new Set<number>()
  const begun = new Set<number>()
  for (const { before, members } of drafts.values()) {
    for (const [memberId, after] of members.changes) {
      for (const to of requestsOf(before.members.get(memberId))) ended.add(to)
      for (const to of requestsOf(after)) begun.add(to)
    }
  }
  return { ended, begun }
}

function requestsOf(member: Member | undefined): number[] {
  return [member?.join?.to, member?.sync?.to].filter((to) => typeof to === 'number')
}
