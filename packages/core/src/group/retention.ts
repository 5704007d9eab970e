// Offsets that nobody will ask for again: expired ones, and those of deleted topics. From time to time all groups are looked at,
// a few at each tick; a group that has neither members nor offsets goes with its last offset.

import { type OffsetCommitValue, ZERO_UUID } from '@jackdaw/protocol'

import type { TopicsDeleted } from './commands.ts'
import { deleteConsumerGroup, draftConsumerGroup, viewConsumerGroup } from './consumer/draft.ts'
import { subscribedNames } from './consumer/subscriptions.ts'
import { type Group, isSubscribed, type TopicOffsets } from './group-state.ts'
import { pendingOf } from './pending-offsets.ts'
import { clearTimer, draftGroup, setTimer, type Turn, viewGroup } from './turn.ts'

/** Offsets and groups looked at in one tick: at least one group, however many offsets it has. */
const LOOKS_PER_TICK = 1_000

export function sweep(turn: Turn): void {
  const { state, config } = turn
  const { unswept } = state.volatile
  const known = [state.groups, state.consumers, state.offsets]
  const groupIds = unswept.length > 0 ? unswept : [...new Set(known.flatMap((map) => [...map.keys()]))]
  let done = 0
  for (let looks = 0; done < groupIds.length && looks < LOOKS_PER_TICK; done++)
    looks += expireOffsets(turn, groupIds[done] ?? '')
  turn.volatile.push({ type: 'sweep', unswept: groupIds.slice(done) })
  setTimer(turn, { type: 'sweep' }, done < groupIds.length ? 0 : config.offsetsRetentionCheckIntervalMs)
}

/** Returns how much was looked at. */
function expireOffsets(turn: Turn, groupId: string): number {
  const consumers = viewConsumerGroup(turn, groupId)
  if (consumers !== undefined) {
    const read = subscribedNames(consumers)
    const { looks, remaining } = expire(turn, groupId, (topic) => read.has(topic), sinceCommit(turn))
    const isOver = remaining === 0 && !inTransactions(turn, groupId) && consumers.members.size === 0
    const group = isOver ? draftConsumerGroup(turn, groupId) : undefined
    if (group !== undefined) deleteConsumerGroup(turn, group)
    return looks
  }
  const group = viewGroup(turn, groupId)
  if (group === undefined) return 1
  const { looks, remaining } = expire(turn, groupId, (topic) => isSubscribed(group, topic), expiryRule(turn, group))
  if (remaining === 0 && !inTransactions(turn, groupId) && group.state === 'Empty' && group.pending.size === 0)
    deleteGroup(turn, groupId)
  return looks
}

const inTransactions = ({ state }: Turn, groupId: string): boolean => state.pending.byGroup.has(groupId)

type Expired = (value: OffsetCommitValue) => boolean

/** Drops what has expired of the topics that nobody reads. */
function expire(
  turn: Turn,
  groupId: string,
  isRead: (topic: string) => boolean,
  expired: Expired,
): { looks: number; remaining: number } {
  let looks = 1
  let remaining = 0
  for (const [topic, partitions] of turn.state.offsets.get(groupId) ?? []) {
    looks += partitions.size
    const read = isRead(topic)
    for (const [partition, value] of partitions) {
      if (read || !expired(value)) remaining++
      else forgetOffset(turn, groupId, topic, partition)
    }
  }
  return { looks, remaining }
}

/** Since when an offset is not needed depends on the group: on who might still come back for it. */
function expiryRule(turn: Turn, group: Group): Expired {
  if (group.protocolType === null) return sinceCommit(turn)
  if (group.state === 'Empty')
    return group.stateTimestamp === -1 ? sinceCommit(turn) : expiredSince(turn, () => group.stateTimestamp)
  return group.state === 'Stable' && group.subscribedTopics !== null ? sinceCommit(turn) : () => false
}

const expiredSince =
  ({ config, now }: Turn, time: (value: OffsetCommitValue) => number): Expired =>
  (value) =>
    value.expireTimestamp === -1
      ? now.wall - time(value) >= config.offsetsRetentionMs
      : now.wall >= value.expireTimestamp

const sinceCommit = (turn: Turn): Expired => expiredSince(turn, ({ commitTimestamp }) => commitTimestamp)

/** A topic that is made anew under the same name starts without the offsets of the old one. */
export function topicsDeleted(turn: Turn, { topics }: TopicsDeleted): void {
  for (const [groupId, offsets] of turn.state.offsets) {
    for (const { name, topicId } of topics) {
      for (const [partition, value] of offsets.get(name) ?? []) {
        if (value.topicId === ZERO_UUID || value.topicId === topicId) forgetOffset(turn, groupId, name, partition)
      }
    }
  }
  const ids = new Map(topics.map(({ name, topicId }) => [name, topicId]))
  for (const groupId of turn.state.pending.byGroup.keys()) {
    for (const { topic, partition, value } of pendingOf(turn.state.pending, groupId)) {
      const id = ids.get(topic)
      if (id !== undefined && (value?.topicId === ZERO_UUID || value?.topicId === id))
        forgetOffset(turn, groupId, topic, partition)
    }
  }
}

export function forgetOffset(turn: Turn, groupId: string, topic: string, partition: number): void {
  turn.kept.push({ type: 'offsetCommit', groupId, topic, partition, value: null })
}

export function forgetOffsets(turn: Turn, groupId: string, offsets: TopicOffsets | undefined): void {
  for (const [topic, partitions] of offsets ?? []) {
    for (const partition of partitions.keys()) forgetOffset(turn, groupId, topic, partition)
  }
}

/** Also those of open transactions: nothing of a deleted group comes back when they commit. */
export function forgetPending(turn: Turn, groupId: string): void {
  for (const { topic, partition } of pendingOf(turn.state.pending, groupId))
    forgetOffset(turn, groupId, topic, partition)
}

export function deleteGroup(turn: Turn, groupId: string): void {
  if (turn.state.groups.has(groupId)) turn.kept.push({ type: 'groupMetadata', groupId, value: null })
  const group = draftGroup(turn, groupId)
  if (group === undefined) return
  group.deleted = true
  for (const memberId of group.pending.keys()) clearTimer(turn, { type: 'session', groupId, memberId })
}
