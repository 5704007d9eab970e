// What time does to the members of consumer groups: they are taken out when nothing was heard of them, and when they did not give
// up in time what they were asked to. A coordinator that takes over gives all of them a new session.

import type { Timer } from '../group-state.ts'
import { setTimer, type Turn } from '../turn.ts'
import { resolveOn } from './catch-up.ts'
import { draftConsumerGroup } from './draft.ts'
import { rebalanceTimeoutOf, removeMembers } from './members.ts'
import { downgradeIfClassic } from './migration.ts'
import { currentOf } from './model.ts'

/** Returns whether the timer was one of a consumer group. */
export function consumerTimerFired(turn: Turn, timer: Exclude<Timer, { type: 'sweep' }>): boolean {
  const group = draftConsumerGroup(turn, timer.groupId)
  if (group === undefined) return false
  if (timer.type === 'regex') resolveOn(turn, timer.groupId)
  else if ('memberId' in timer && group.members.has(timer.memberId)) {
    removeMembers(turn, group, [timer.memberId])
    downgradeIfClassic(turn, group)
  }
  return true
}

export function consumersLoaded(turn: Turn): void {
  for (const [groupId, group] of turn.state.consumers) {
    for (const [memberId, member] of group.members) {
      const sessionTimeoutMs = member.classicMemberMetadata?.sessionTimeoutMs ?? turn.config.consumerSessionTimeoutMs
      setTimer(turn, { type: 'session', groupId, memberId }, sessionTimeoutMs)
      if (currentOf(group, memberId).state === 'unrevoked')
        setTimer(turn, { type: 'revocation', groupId, memberId }, rebalanceTimeoutOf(member))
    }
  }
}
