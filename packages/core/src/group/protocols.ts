// Which protocol a generation uses: the members vote, among those that all of them support. What a protocol's bytes say is the
// clients' business, but for the topics of a consumer's subscription: offsets of topics that are read must not expire.

import { invariant } from '../invariant.ts'
import { CONSUMER, type Group, type GroupFields, metadataOf, type Protocol } from './group-state.ts'

/** Whether a member that offers these could be in the group. */
export function supportsProtocols(group: Group, protocolType: string, protocols: readonly Protocol[]): boolean {
  if (group.state === 'Empty') return protocolType !== '' && protocols.length > 0
  if (group.protocolType !== protocolType) return false
  return protocols.some(({ name }) => (group.support.get(name) ?? 0) === group.members.size)
}

/** Each member's vote is the first of its protocols that everybody supports; ties go to what was voted for first. */
export function chooseProtocol(group: Group): string {
  const votes = new Map<string, number>()
  for (const { protocols } of group.members.values()) {
    const vote = protocols.find(({ name }) => group.support.get(name) === group.members.size)
    if (vote !== undefined) votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1)
  }
  let chosen: string | undefined
  for (const [name, count] of votes) if (chosen === undefined || count > (votes.get(chosen) ?? 0)) chosen = name
  invariant(chosen !== undefined, `members have a protocol in common (${group.groupId})`)
  return chosen
}

/** The topics that the members read, or null where the broker cannot tell. */
export function subscribedTopics(group: Group): GroupFields['subscribedTopics'] {
  if (group.protocolType !== CONSUMER) return null
  const topics = new Set<string>()
  for (const member of group.members.values()) {
    const read = topicsOfSubscription(metadataOf(member, group.protocolName))
    if (read === undefined) return null
    for (const topic of read) topics.add(topic)
  }
  return topics
}

/** Version 0 of ConsumerProtocolSubscription, which begins all later ones: version, then topic names. Undefined: not that. */
function topicsOfSubscription(metadata: Buffer): string[] | undefined {
  let at = 2
  if (metadata.length < at + 4) return undefined
  const count = metadata.readInt32BE(at)
  at += 4
  if (count < 0 || count * 2 > metadata.length - at) return undefined
  const topics: string[] = []
  for (let i = 0; i < count; i++) {
    if (metadata.length < at + 2) return undefined
    const end = at + 2 + metadata.readInt16BE(at)
    if (end < at + 2 || end > metadata.length) return undefined
    topics.push(metadata.toString('utf8', at + 2, end))
    at = end
  }
  return topics
}
