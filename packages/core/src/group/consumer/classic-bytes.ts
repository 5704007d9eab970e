// What members of the classic protocol say in their own bytes, read for a group that assigns partitions itself.

import {
  type ConsumerProtocolAssignment,
  type ConsumerProtocolSubscription,
  DecodeError,
  decodeAssignment,
  decodeSubscription,
} from '@jackdaw/protocol'

import type { Holding, MemberMetadata, TopicPartitions } from './model.ts'
import type { TopicsView } from './topics-view.ts'

/** Undefined for bytes that are no subscription. */
export function classicSubscription(metadata: Buffer): ConsumerProtocolSubscription | undefined {
  return readable(() => decodeSubscription(metadata))
}

const NOTHING_ASSIGNED: ConsumerProtocolAssignment = { assignedPartitions: [], userData: null }

/** Undefined for bytes that are no assignment; none are an empty one. */
export function classicAssignment(bytes: Buffer): ConsumerProtocolAssignment | undefined {
  return bytes.length === 0 ? NOTHING_ASSIGNED : readable(() => decodeAssignment(bytes))
}

/** The partitions of the assignment, held since `epoch`. */
export function holdingOf(assignment: ConsumerProtocolAssignment, epoch: number, topics: TopicsView): Holding {
  const held = new Map<string, Map<number, number>>()
  for (const { topicId, partitions } of withIds(assignment.assignedPartitions, topics))
    held.set(topicId, new Map(partitions.map((partition) => [partition, epoch])))
  return held
}

/** What the member says that it still owns; nothing, where its version could not say so: it gives all up before it joins. */
export const ownedIn = (subscription: ConsumerProtocolSubscription, topics: TopicsView): TopicPartitions[] =>
  withIds(subscription.ownedPartitions, topics)

function withIds(
  named: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
  { byName }: TopicsView,
): TopicPartitions[] {
  return named.flatMap(({ topic, partitions }) => {
    const known = byName.get(topic)
    return known === undefined ? [] : [{ topicId: known.topicId, partitions }]
  })
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (fault) {
    if (fault instanceof DecodeError) return undefined
    throw fault
  }
}

/** The names of the classic protocols that all of these members support; none where none of them is classic. */
export function commonProtocols(members: Iterable<MemberMetadata>): ReadonlySet<string> {
  let common: Set<string> | undefined
  for (const { classicMemberMetadata } of members) {
    if (classicMemberMetadata === null) continue
    const names = classicMemberMetadata.supportedProtocols.map(({ name }) => name)
    common = new Set(common === undefined ? names : names.filter((name) => common?.has(name)))
  }
  return common ?? new Set()
}
