// One step of a member from what it holds to what it shall hold: first it gives up what is no longer its own, and keeps its epoch
// until it says so; then it gets the target's epoch with every partition that nobody else holds; what others still hold
// follows when they have let go. So a partition is never given out while its former owner may still read it.

import {
  type Assignment,
  type Current,
  type Holding,
  NO_PARTITIONS,
  NOTHING_HELD,
  type MemberState,
  type TopicPartitions,
} from './model.ts'

export interface Situation {
  readonly current: Current
  /** What the member says that it holds; null = it does not say. */
  readonly owned: readonly TopicPartitions[] | null
  readonly target: Assignment | undefined
  readonly targetEpoch: number
  readonly isSubscribed: (topicId: string) => boolean
  /** Whether the member reads something else than before. */
  readonly resubscribed: boolean
  /** Whether a member other than this one holds the partition. */
  readonly isTaken: (topicId: string, partition: number) => boolean
}

/** The next state of the member, the same object where nothing changes; undefined: it has to be fenced. */
export function reconcile(situation: Situation): Current | undefined {
  const { current, owned, targetEpoch } = situation
  if (current.state === 'unknown') {
    // Written by a newer coordinator: what it meant cannot be known, so the member has to start from nothing.
    return owned === null || owned.length > 0 ? undefined : step(situation, targetEpoch)
  }
  if (current.state === 'unrevoked' && stillOwns(owned, current.revoking)) return withoutUnsubscribed(situation)
  if (current.state === 'stable' && current.memberEpoch === targetEpoch) return withoutUnsubscribed(situation)
  return step(situation, current.memberEpoch)
}

function step(situation: Situation, memberEpoch: number): Current {
  const { current, owned, target = NO_PARTITIONS, targetEpoch, isSubscribed, isTaken } = situation
  const kept = new Map<string, Map<number, number>>()
  const revoking = new Map<string, ReadonlyMap<number, number>>()
  let unreleased = false
  for (const [topicId, held] of current.assigned) {
    const wanted = new Set(isSubscribed(topicId) ? target.get(topicId) : [])
    const stays = [...held].filter(([partition]) => wanted.has(partition))
    if (stays.length > 0) kept.set(topicId, new Map(stays))
    if (stays.length < held.size) revoking.set(topicId, without(held, wanted))
  }
  if (revoking.size > 0 && stillOwns(owned, revoking))
    return changed(current, { memberEpoch, state: 'unrevoked', assigned: kept, revoking })
  for (const [topicId, partitions] of target) {
    if (!isSubscribed(topicId)) continue
    const held = kept.get(topicId) ?? new Map<number, number>()
    for (const partition of partitions) {
      if (held.has(partition)) continue
      if (isTaken(topicId, partition)) unreleased = true
      else held.set(partition, targetEpoch)
    }
    if (held.size > 0) kept.set(topicId, held)
  }
  const state = unreleased ? 'unreleased' : 'stable'
  return changed(current, { memberEpoch: targetEpoch, state, assigned: kept, revoking: NOTHING_HELD })
}

/** Between two targets a member may have stopped to read a topic: it gives that up at once. */
function withoutUnsubscribed(situation: Situation): Current {
  const { current, owned, isSubscribed, resubscribed } = situation
  if (!resubscribed) return current
  const gone = [...current.assigned].filter(([topicId]) => !isSubscribed(topicId))
  if (gone.length === 0) return current
  const assigned = new Map([...current.assigned].filter(([topicId]) => isSubscribed(topicId)))
  const revoking = new Map(current.revoking)
  for (const [topicId, held] of gone) revoking.set(topicId, new Map([...(revoking.get(topicId) ?? []), ...held]))
  const { memberEpoch } = current
  if (stillOwns(owned, revoking)) return changed(current, { memberEpoch, state: 'unrevoked', assigned, revoking })
  return changed(current, { memberEpoch, state: current.state, assigned, revoking: current.revoking })
}

interface Next {
  readonly memberEpoch: number
  readonly state: MemberState
  readonly assigned: Holding
  readonly revoking: Holding
}

function changed(current: Current, next: Next): Current {
  const previousMemberEpoch =
    next.memberEpoch === current.memberEpoch ? current.previousMemberEpoch : current.memberEpoch
  return { ...next, previousMemberEpoch }
}

function without(held: ReadonlyMap<number, number>, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  return new Map([...held].filter(([partition]) => !wanted.has(partition)))
}

/** Who does not say what it holds may hold anything. */
function stillOwns(owned: readonly TopicPartitions[] | null, revoking: Holding): boolean {
  if (owned === null) return true
  return owned.some(({ topicId, partitions }) => {
    const held = revoking.get(topicId)
    return held !== undefined && partitions.some((partition) => held.has(partition))
  })
}

/** Whether all that the member says it holds is its own. */
export function ownsNoOther(owned: readonly TopicPartitions[] | null, assigned: Holding): boolean {
  if (owned === null) return false
  return owned.every(({ topicId, partitions }) => {
    const held = assigned.get(topicId)
    return held !== undefined && partitions.every((partition) => held.has(partition))
  })
}
