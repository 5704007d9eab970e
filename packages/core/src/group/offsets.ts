// Committed offsets: what a group has read. Commits of members need the current generation; commits from outside of a group are
// for those who assign partitions themselves, and for administrators, while the group has no members.

import { type ErrorName, type OffsetCommitValue, ZERO_UUID } from '@jackdaw/protocol'

import type {
  OffsetCommit,
  OffsetCommitResult,
  OffsetDelete,
  OffsetFetch,
  OffsetFetchResult,
  TopicErrors,
  TxnOffsetCommit,
} from './commands.ts'
import { commitFault, fetchFault } from './consumer/offsets.ts'
import { viewConsumerGroup } from './consumer/draft.ts'
import { subscribedNames } from './consumer/subscriptions.ts'
import { CONSUMER, type Group, isSubscribed } from './group-state.ts'
import { checkMember, restartSession } from './members.ts'
import { isPending } from './pending-offsets.ts'
import { forgetOffset } from './retention.ts'
import { reply, type Turn, viewGroup } from './turn.ts'

const FIRST_VERSION_WITH_GROUP_ID_NOT_FOUND = 9

export function offsetCommit(turn: Turn, command: OffsetCommit): void {
  const group = viewGroup(turn, command.groupId)
  const consumers = viewConsumerGroup(turn, command.groupId)
  const error = consumers === undefined ? checkCommit(group, command) : commitFault(turn, consumers, command)
  if (error === 'NONE' && group !== undefined) keepSession(turn, group, command.memberId)
  reply(turn, command.to, { topics: error === 'NONE' ? commitTopics(turn, command) : refuseTopics(command, error) })
}

function checkCommit(group: Group | undefined, command: OffsetCommit): ErrorName {
  const { generationId, memberId, groupInstanceId } = command
  const fromOutside = generationId < 0
  if (group === undefined) {
    if (fromOutside) return 'NONE'
    return command.apiVersion >= FIRST_VERSION_WITH_GROUP_ID_NOT_FOUND ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION'
  }
  if (fromOutside && group.state === 'Empty') return 'NONE'
  if (fromOutside && memberId === '' && groupInstanceId === null) return 'UNKNOWN_MEMBER_ID'
  const error = checkMember(group, memberId, groupInstanceId)
  if (error !== 'NONE') return error
  if (generationId !== group.generation) return 'ILLEGAL_GENERATION'
  // It has joined the new generation, so what it held in the old one is no longer its own to commit.
  return group.state === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE'
}

/** A commit is as good as a heartbeat. */
export function keepSession(turn: Turn, group: Group, memberId: string): void {
  const member = group.members.get(memberId)
  if (member !== undefined) restartSession(turn, group.groupId, member)
}

export function commitTopics(turn: Turn, command: OffsetCommit | TxnOffsetCommit): OffsetCommitResult['topics'] {
  const { groupId } = command
  const retentionTimeMs = command.type === 'offsetCommit' ? command.retentionTimeMs : -1
  const { wall } = turn.now
  // A record with an expiry of its own is in a format that knows neither leader epochs nor topic ids.
  const retained = retentionTimeMs !== -1
  return command.topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata }) => {
      const metadata = committedMetadata ?? ''
      if (metadata.length > turn.config.offsetMetadataMaxBytes)
        return { partitionIndex, error: 'OFFSET_METADATA_TOO_LARGE' }
      const value: OffsetCommitValue = {
        offset: committedOffset,
        leaderEpoch: retained ? -1 : committedLeaderEpoch,
        metadata,
        commitTimestamp: wall,
        expireTimestamp: retained ? Math.min(wall + retentionTimeMs, Number.MAX_SAFE_INTEGER) : -1,
        topicId: retained ? ZERO_UUID : topicId,
      }
      turn.kept.push({ type: 'offsetCommit', groupId, topic: name, partition: partitionIndex, value })
      return { partitionIndex, error: 'NONE' }
    }),
  }))
}

export function refuseTopics({ topics }: Pick<OffsetCommit, 'topics'>, error: ErrorName): OffsetCommitResult['topics'] {
  return topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, error })),
  }))
}

type FetchedPartition = OffsetFetchResult['topics'][number]['partitions'][number]

export function offsetFetch(turn: Turn, command: OffsetFetch): void {
  const { to, groupId, topics, requireStable } = command
  const consumers = viewConsumerGroup(turn, groupId)
  const error = consumers === undefined ? 'NONE' : fetchFault(consumers, command)
  if (error !== 'NONE') return reply(turn, to, { error, topics: [] })
  const unstable = (topic: string, partition: number): boolean =>
    requireStable && isPending(turn.state.pending, { groupId, topic, partition })
  const offsets = turn.state.offsets.get(groupId)
  const asked =
    topics ??
    Array.from(offsets ?? [], ([name, partitions]) => ({
      name,
      topicId: ZERO_UUID,
      partitionIndexes: [...partitions.keys()],
    }))
  const fetched = asked.map(({ name, topicId, partitionIndexes }) => {
    const committed = offsets?.get(name)
    return {
      name,
      topicId,
      partitions: partitionIndexes.map((index) =>
        unstable(name, index)
          ? { ...nothingCommitted(index), error: 'UNSTABLE_OFFSET_COMMIT' as const }
          : fetchPartition(index, committed?.get(index), topicId),
      ),
    }
  })
  reply(turn, to, { error: 'NONE', topics: fetched })
}

const nothingCommitted = (partitionIndex: number): FetchedPartition => ({
  partitionIndex,
  committedOffset: -1,
  committedLeaderEpoch: -1,
  metadata: '',
  error: 'NONE',
})

function fetchPartition(
  partitionIndex: number,
  value: OffsetCommitValue | undefined,
  topicId: string,
): FetchedPartition {
  const otherTopic =
    value !== undefined && value.topicId !== ZERO_UUID && topicId !== ZERO_UUID && value.topicId !== topicId
  if (value === undefined || otherTopic) return nothingCommitted(partitionIndex)
  const { offset, leaderEpoch, metadata } = value
  return { partitionIndex, committedOffset: offset, committedLeaderEpoch: leaderEpoch, metadata, error: 'NONE' }
}

export function offsetDelete(turn: Turn, { to, groupId, topics }: OffsetDelete): void {
  const group = viewGroup(turn, groupId)
  const consumers = viewConsumerGroup(turn, groupId)
  const error = consumers === undefined ? checkDelete(group, groupId) : 'NONE'
  if (error !== 'NONE') return reply(turn, to, { error, topics: [] })
  const read = consumers && subscribedNames(consumers)
  const isRead = (name: string): boolean => read?.has(name) ?? (group !== undefined && isSubscribed(group, name))
  const results: TopicErrors[] = topics.map(({ name, partitions }) => {
    const error = isRead(name) ? 'GROUP_SUBSCRIBED_TO_TOPIC' : 'NONE'
    const committed = error === 'NONE' ? turn.state.offsets.get(groupId)?.get(name) : undefined
    for (const { partitionIndex } of partitions)
      if (committed?.has(partitionIndex)) forgetOffset(turn, groupId, name, partitionIndex)
    return { name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, error })) }
  })
  reply(turn, to, { error: 'NONE', topics: results })
}

function checkDelete(group: Group | undefined, groupId: string): ErrorName {
  if (groupId === '') return 'INVALID_GROUP_ID'
  if (group === undefined) return 'GROUP_ID_NOT_FOUND'
  // What members of other kinds of groups read, only they know.
  return group.state === 'Empty' || group.protocolType === CONSUMER ? 'NONE' : 'NON_EMPTY_GROUP'
}
