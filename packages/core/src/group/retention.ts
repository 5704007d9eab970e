// Offsets that nobody will ask for again: expired ones, and those of deleted topics. From time to time all groups are looked at,
// a few at each tick; a group that has neither members nor offsets goes with its last offset.

import { type OffsetCommitValue, ZERO_UUID } from '@jackdaw/protocol'

import type { TopicsDeleted } from './commands.ts'
import { type Group, isSubscribed, type TopicOffsets } from './group-state.ts'
import { pendingOf } from './pending-offsets.ts'
import { clearTimer, draftGroup, setTimer, type Turn, viewGroup } from './turn.ts'

/** Offsets and groups looked at in one tick: at least one group, however many offsets it has. */
const LOOKS_PER_TICK = 1_000

export function sweep(turn: Turn): void {
  const { state, config } = turn
  const { unswept } = state.volatile
  const groupIds = unswept.length > 0 ? unswept : [...new Set([...state.groups.keys(), ...state.offsets.keys()])]
  let done = 0
  for (let looks = 0; done < groupIds.length && looks < LOOKS_PER_TICK; done++)
    looks += expireOffsets(turn, groupIds[done] ?? '')
  turn.volatile.push({ type: 'sweep', unswept: groupIds.slice(done) })
  setTimer(turn, { type: 'sweep' }, done < groupIds.length ? 0 : config.offsetsRetentionCheckIntervalMs)
}

/** Returns how much was looked at. */
function expireOffsets(turn: Turn, groupId: string): number {
  const group = viewGroup(turn, groupId)
  if (group === undefined) return 1
  const expired = expiryRule(turn, group)
  let looks = 1
  let remaining = 0
  for (const [topic, partitions] of turn.state.offsets.get(groupId) ?? []) {
    looks += partitions.size
    const read = isSubscribed(group, topic)
    for (const [partition, value] of partitions) {
      if (read || !expired(value)) remaining++
      else forgetOffset(turn, groupId, topic, partition)
    }
  }
  const inTransactions = turn.state.pending.byGroup.has(groupId)
  if (remaining === 0 && !inTransactions && group.state === 'Empty' && group.pending.size === 0)
    deleteGroup(turn, groupId)
  return looks
}

/** Since when an offset is not needed depends on the group: on who might still come back for it. */
function expiryRule({ config, now }: Turn, group: Group): (value: OffsetCommitValue) => boolean {
  const since = (time: (value: OffsetCommitValue) => number) => (value: OffsetCommitValue) =>
    value.expireTimestamp === -1
      ? now.wall - time(value) >= config.offsetsRetentionMs
      : now.wall >= value.expireTimestamp
  const sinceCommit = since(({ commitTimestamp }) => commitTimestamp)
  if (group.protocolType === null) return sinceCommit
  if (group.state === 'Empty') return group.stateTimestamp === -1 ? sinceCommit : since(() => group.stateTimestamp)
  return group.state === 'Stable' && group.subscribedTopics !== null ? sinceCommit : () => false
}

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
