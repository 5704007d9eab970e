// Each topic for itself: its partitions in order, cut into as many ranges as it has readers, the longer ones first. Equal partitions
// of topics with the same readers go to the same member, which is why one would choose it: such topics can be joined. Members
// stand in the order of their instance ids, else of their member ids, so that a static member has its range again after a restart.

import type { AssignedMember, Assigned, AssignorInput } from './assignor.ts'

export function assignRange({ members, partitions }: AssignorInput): Assigned {
  const assigned = new Map<string, Map<string, number[]>>()
  const inOrder = [...members].sort(byName)
  for (const [topicId, count] of partitions) {
    const readers = inOrder.filter(({ topicIds }) => topicIds.has(topicId))
    const least = Math.floor(count / readers.length)
    const longer = count % readers.length
    let next = 0
    for (const [i, { memberId }] of readers.entries()) {
      const length = least + (i < longer ? 1 : 0)
      if (length === 0) break
      const topics = assigned.get(memberId) ?? new Map<string, number[]>()
      assigned.set(memberId, topics)
      topics.set(
        topicId,
        Array.from({ length }, (_, at) => next + at),
      )
      next += length
    }
  }
  return assigned
}

/** Static members first, so that who comes and goes moves them as little as can be. */
function byName(a: AssignedMember, b: AssignedMember): number {
  if ((a.instanceId === null) !== (b.instanceId === null)) return a.instanceId === null ? 1 : -1
  const [one, other] = [a.instanceId ?? a.memberId, b.instanceId ?? b.memberId]
  return one < other ? -1 : one > other ? 1 : 0
}
