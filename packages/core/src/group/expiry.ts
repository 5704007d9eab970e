// What time does to groups: members that were not heard of, join phases and syncs that took too long, connections that are gone,
// and the new start of all sessions when a coordinator takes over.

import { dueBy } from '../deadlines.ts'
import type { Abandoned, Loaded, Tick } from './commands.ts'
import { consumersLoaded, consumerTimerFired } from './consumer/expiry.ts'
import type { Timer } from './group-state.ts'
import { addMember, changeMember, removeMember, removePending, restartSession } from './members.ts'
import { subscribedTopics } from './protocols.ts'
import { completeJoinIfAllCame, joinPhaseExpired, prepareRebalance, rebalance } from './rebalance.ts'
import { sweep } from './retention.ts'
import { storedMembers } from './stored-group.ts'
import { clearTimer, type Draft, draftGroup, setTimer, type Turn } from './turn.ts'

/** A tick does no more than this, and the next one is due at once while there is more to do. */
const TIMERS_PER_TICK = 64

export function tick(turn: Turn, _command: Tick): void {
  for (const { key, what } of dueBy(turn.state.volatile.deadlines, turn.now.monotonic, TIMERS_PER_TICK)) {
    // One that fired before it may have cleared or moved it.
    if (turn.timers.has(key)) continue
    clearTimer(turn, what)
    fire(turn, what)
  }
}

function fire(turn: Turn, timer: Timer): void {
  if (timer.type === 'sweep') return sweep(turn)
  if (consumerTimerFired(turn, timer)) return
  const group = draftGroup(turn, timer.groupId)
  if (group === undefined) return
  if (timer.type === 'session') return sessionExpired(turn, group, timer.memberId)
  if (timer.type === 'sync') return syncExpired(turn, group)
  if (timer.type === 'join' && group.state === 'PreparingRebalance') joinPhaseExpired(turn, group)
}

function sessionExpired(turn: Turn, group: Draft, memberId: string): void {
  if (group.pending.has(memberId)) {
    removePending(turn, group, memberId)
    return completeJoinIfAllCame(turn, group)
  }
  const member = group.members.get(memberId)
  if (member === undefined) return
  const waits = member.join ?? member.sync
  // Who waits for an answer cannot be expected to say more; but a new member may not wait for ever, nor one that has hung up.
  if (waits !== null && waits.to !== null && !member.isNew) return
  removeMember(turn, group, memberId)
  rebalance(turn, group)
}

/** Members that never asked for their assignment are not there. */
function syncExpired(turn: Turn, group: Draft): void {
  if (group.pendingSync === 0) return
  for (const { memberId, pendingSync } of group.members.values()) if (pendingSync) removeMember(turn, group, memberId)
  prepareRebalance(turn, group)
}

export function abandoned(turn: Turn, { groupId, request }: Abandoned): void {
  const group = draftGroup(turn, groupId)
  if (group === undefined) return
  for (const member of group.members.values()) {
    const { memberId, join, sync } = member
    if (join?.to !== request && sync?.to !== request) continue
    turn.abandoned.add(request)
    changeMember(group, memberId, join?.to === request ? { join: { to: null } } : { sync: { to: null } })
    restartSession(turn, groupId, member)
  }
}

/** Members could not send heartbeats while their coordinator was away, so all of them get a full session. */
export function loaded(turn: Turn, _command: Loaded): void {
  for (const [groupId, stored] of turn.state.groups) {
    const members = storedMembers(stored)
    const group = members.length === 0 ? undefined : draftGroup(turn, groupId)
    if (group === undefined) continue
    for (const member of members) {
      addMember(group, member)
      restartSession(turn, groupId, member)
    }
    if (stored.leader !== null && group.members.has(stored.leader)) group.leader = stored.leader
    group.state = 'Stable'
    group.protocolName = stored.protocol ?? ''
    group.subscribedTopics = subscribedTopics(group)
    if (members.length > turn.config.maxSize) prepareRebalance(turn, group)
  }
  consumersLoaded(turn)
  turn.volatile.push({ type: 'loaded' })
  setTimer(turn, { type: 'sweep' }, turn.config.offsetsRetentionCheckIntervalMs)
}
