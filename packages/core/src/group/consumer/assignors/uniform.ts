// All members with as many partitions as the next one, of whatever topics, and as few moves as that takes: every member keeps what
// it had; what nobody has goes to those with the least; then partitions move from those with more to those with less, until
// no single move makes the group more even. Where all read the same topics that is within one partition of each other.

import { ascending } from '../model.ts'
import type { Assigned, AssignorInput } from './assignor.ts'

interface Share {
  readonly memberId: string
  readonly topics: Map<string, number[]>
  size: number
}

export function assignUniform(input: AssignorInput): Assigned {
  const inOrder = [...input.members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
  const shares = new Map(inOrder.map(({ memberId }) => [memberId, { memberId, topics: new Map(), size: 0 } as Share]))
  const readers = new Map<string, Share[]>([...input.partitions.keys()].map((topicId) => [topicId, []]))
  for (const { memberId, topicIds } of inOrder) {
    for (const topicId of topicIds) readers.get(topicId)?.push(shares.get(memberId) as Share)
  }
  const free = keepPrevious(input, shares)
  // Those that few can read first: the others can still make up for it.
  const topics = [...readers].sort(([a, one], [b, other]) => one.length - other.length || (a < b ? -1 : 1))
  for (const [topicId, sharers] of topics) giveOut(topicId, free.get(topicId) ?? [], sharers)
  // The widest gaps first: what is moved for a narrow one might otherwise have to be moved for a wide one too.
  let gap = Infinity
  while (gap > 1) {
    let widest = 0
    let moved = false
    for (const [topicId, sharers] of topics) {
      const left = even(topicId, sharers, gap)
      widest = Math.max(widest, left.gap)
      moved ||= left.moved
    }
    // What was moved of one topic may have opened a gap for another that was looked at before.
    gap = moved ? Math.max(widest, 2) : widest
  }
  for (const { topics } of shares.values()) for (const partitions of topics.values()) partitions.sort(ascending)
  return new Map(Array.from(shares, ([memberId, { topics }]) => [memberId, topics]))
}

/** Gives members what they had, and returns what nobody has. Of two that claim a partition the first one keeps it. */
function keepPrevious({ members, partitions }: AssignorInput, shares: Map<string, Share>): Map<string, number[]> {
  const taken = new Map<string, Set<number>>([...partitions.keys()].map((topicId) => [topicId, new Set()]))
  for (const { memberId, topicIds, previous } of members) {
    for (const [topicId, had] of previous) {
      const count = partitions.get(topicId) ?? 0
      const takenOf = taken.get(topicId)
      if (takenOf === undefined || !topicIds.has(topicId)) continue
      for (const partition of had) {
        if (partition >= count || takenOf.has(partition)) continue
        takenOf.add(partition)
        give(shares.get(memberId) as Share, topicId, partition)
      }
    }
  }
  const free = new Map<string, number[]>()
  for (const [topicId, count] of partitions) {
    const takenOf = taken.get(topicId)
    free.set(
      topicId,
      Array.from({ length: count }, (_, partition) => partition).filter((partition) => !takenOf?.has(partition)),
    )
  }
  return free
}

function give(share: Share, topicId: string, partition: number): void {
  const partitions = share.topics.get(topicId)
  if (partitions === undefined) share.topics.set(topicId, [partition])
  else partitions.push(partition)
  share.size++
}

/** Like water into vessels that stand in order of what is in them. */
function giveOut(topicId: string, partitions: readonly number[], sharers: readonly Share[]): void {
  const vessels = [...sharers].sort((a, b) => a.size - b.size)
  let at = 0
  for (const partition of partitions) {
    const vessel = vessels[at]
    if (vessel === undefined) return
    give(vessel, topicId, partition)
    const next = vessels[at + 1]
    at = next !== undefined && next.size < vessel.size ? at + 1 : 0
  }
}

/** Moves partitions of the topic from the fullest of its readers to the emptiest over gaps of this size; says what gap is left. */
function even(topicId: string, sharers: readonly Share[], minGap: number): { gap: number; moved: boolean } {
  let moved = false
  for (;;) {
    let fullest: Share | undefined
    let emptiest: Share | undefined
    for (const share of sharers) {
      if (share.topics.has(topicId) && (fullest === undefined || share.size > fullest.size)) fullest = share
      if (emptiest === undefined || share.size < emptiest.size) emptiest = share
    }
    if (fullest === undefined || emptiest === undefined) return { gap: 0, moved }
    const gap = fullest.size - emptiest.size
    if (gap < minGap || gap < 2) return { gap, moved }
    const partitions = fullest.topics.get(topicId) as number[]
    give(emptiest, topicId, partitions.pop() as number)
    fullest.size--
    if (partitions.length === 0) fullest.topics.delete(topicId)
    moved = true
  }
}
