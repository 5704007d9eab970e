// Who may commit and fetch the offsets of a consumer group: members in their epoch, and anybody while there are none.

import type { ErrorName } from '@jackdaw/protocol'

import type { OffsetCommit, OffsetFetch, TxnOffsetCommit } from '../commands.ts'
import { setTimer, type Turn } from '../turn.ts'
import { type ConsumerGroup, type Current, currentOf } from './model.ts'

const FIRST_VERSION_WITH_MEMBER_EPOCH = 9

export function commitFault(turn: Turn, group: ConsumerGroup, command: OffsetCommit): ErrorName {
  const { groupId, memberId, generationId, groupInstanceId, apiVersion } = command
  if (generationId < 0 && group.members.size === 0) return 'NONE'
  const member = group.members.get(memberId)
  if (member === undefined) return 'UNKNOWN_MEMBER_ID'
  const classic = member.classicMemberMetadata
  if (classic === null && apiVersion < FIRST_VERSION_WITH_MEMBER_EPOCH) return 'UNSUPPORTED_VERSION'
  const owner = groupInstanceId === null ? memberId : group.instances.get(groupInstanceId)
  if (owner !== undefined && owner !== memberId) return 'FENCED_INSTANCE_ID'
  const current = currentOf(group, memberId)
  if (generationId === current.memberEpoch) {
    if (classic !== null) setTimer(turn, { type: 'session', groupId, memberId }, classic.sessionTimeoutMs)
    return 'NONE'
  }
  if (classic !== null) return 'ILLEGAL_GENERATION'
  return generationId >= 0 && heldSince(turn, current, command) ? 'NONE' : 'STALE_MEMBER_EPOCH'
}

/** Of an offset in a transaction. A producer that does not say who consumes may commit for anyone, as in classic groups. */
export function txnCommitFault(turn: Turn, group: ConsumerGroup, command: TxnOffsetCommit): ErrorName {
  const { generationId, memberId, groupInstanceId } = command
  if (generationId < 0 && memberId === '' && groupInstanceId === null) return 'NONE'
  // Every version of the request has had epochs, and none of them the error for a stale one.
  const apiVersion = FIRST_VERSION_WITH_MEMBER_EPOCH
  const error = commitFault(turn, group, { ...command, type: 'offsetCommit', apiVersion, retentionTimeMs: -1 })
  return error === 'STALE_MEMBER_EPOCH' ? 'ILLEGAL_GENERATION' : error
}

/**
 * A member that has not heard of its new epoch may commit for what it already held in the old one and still holds (KIP-1251):
 * nobody else can have read those partitions in between.
 */
function heldSince({ state }: Turn, current: Current, { generationId, topics }: OffsetCommit): boolean {
  if (generationId > current.memberEpoch) return false
  return topics.every(({ name, topicId, partitions }) => {
    const id = state.volatile.topics.byName.get(name)?.topicId ?? topicId
    return partitions.every(({ partitionIndex }) => {
      const since = current.assigned.get(id)?.get(partitionIndex) ?? current.revoking.get(id)?.get(partitionIndex)
      return since !== undefined && since <= generationId
    })
  })
}

export function fetchFault(group: ConsumerGroup, { memberId = null, memberEpoch = -1 }: OffsetFetch): ErrorName {
  if (memberId === null && memberEpoch < 0) return 'NONE'
  if (!group.members.has(memberId ?? '')) return 'UNKNOWN_MEMBER_ID'
  return currentOf(group, memberId ?? '').memberEpoch === memberEpoch ? 'NONE' : 'STALE_MEMBER_EPOCH'
}
