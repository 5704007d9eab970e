// What the members of a group want to read, and what of it there is: names, expressions with the names that they were found to
// match, and a hash by which one sees that topics have come, gone or grown.

import type { ConsumerGroup, MemberMetadata } from './model.ts'
import type { TopicsView } from './topics-view.ts'

/** The names that a member reads. An expression that has not been resolved yet matches nothing. */
export function namesOf(group: ConsumerGroup, member: MemberMetadata): ReadonlySet<string> {
  const names = new Set(member.subscribedTopicNames)
  const { subscribedTopicRegex } = member
  if (subscribedTopicRegex !== null && subscribedTopicRegex !== '')
    for (const name of group.regexes.get(subscribedTopicRegex)?.topics ?? []) names.add(name)
  return names
}

/** The ids of the topics that a member reads and that exist. */
export function topicIdsOf(group: ConsumerGroup, member: MemberMetadata, { byName }: TopicsView): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const name of namesOf(group, member)) {
    const topic = byName.get(name)
    if (topic !== undefined) ids.add(topic.topicId)
  }
  return ids
}

/** All names that somebody in the group reads. */
export function subscribedNames(group: ConsumerGroup): ReadonlySet<string> {
  const names = new Set<string>()
  const regexes = new Set<string>()
  for (const { subscribedTopicNames, subscribedTopicRegex } of group.members.values()) {
    for (const name of subscribedTopicNames) names.add(name)
    if (subscribedTopicRegex !== null && subscribedTopicRegex !== '') regexes.add(subscribedTopicRegex)
  }
  for (const regex of regexes) for (const name of group.regexes.get(regex)?.topics ?? []) names.add(name)
  return names
}

export function hasRegex(group: ConsumerGroup, regex: string): boolean {
  for (const member of group.members.values()) if (member.subscribedTopicRegex === regex) return true
  return false
}

/** 0 for a group that reads nothing that exists. Another coordinator may compute another one: that costs one assignment. */
export function metadataHashOf(names: ReadonlySet<string>, { byName }: TopicsView): bigint {
  let [high, low] = [0, 0]
  let found = false
  for (const name of names) {
    const topic = byName.get(name)
    if (topic === undefined) continue
    found = true
    const text = `${name.length} ${name} ${topic.topicId} ${topic.partitions}`
    // A sum, so that the order of names does not matter.
    high = (high + fnv1a(text, 0x811c9dc5)) >>> 0
    low = (low + fnv1a(text, 0x01000193)) >>> 0
  }
  return found ? BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt((low | 1) >>> 0)) : 0n
}

function fnv1a(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
