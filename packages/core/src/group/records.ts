// The records of a group coordinator. Those that are kept have Kafka's own formats, so that tools which read
// `__consumer_offsets` can read ours and a log written by Kafka can be taken over; those that are not kept say what a decision
// changed in the volatile part of the state.

import {
  GroupMetadataKey,
  GroupMetadataValue,
  LegacyOffsetCommitKey,
  LegacyOffsetCommitValue,
  OffsetCommitKey,
  OffsetCommitValue,
  recordDecoder,
  ZERO_UUID,
} from '@jackdaw/protocol'

import { InvariantViolation } from '../invariant.ts'
import type { ConsumerWork } from './consumer/catch-up.ts'
import {
  type ConsumerRec,
  consumerRecOf,
  consumerRecordTable,
  encodeConsumerRec,
  isConsumerRec,
} from './consumer/records.ts'
import type { TopicsView } from './consumer/topics-view.ts'
import type { GroupFields, Member, Timer } from './group-state.ts'
import type { Changes } from './overlay.ts'

export interface GroupMetadataRec {
  readonly type: 'groupMetadata'
  readonly groupId: string
  /** Null = the group is deleted. */
  readonly value: GroupMetadataValue | null
}

export interface OffsetCommitRec {
  readonly type: 'offsetCommit'
  readonly groupId: string
  readonly topic: string
  readonly partition: number
  /** Null = the offset is deleted or has expired. */
  readonly value: OffsetCommitValue | null
}

export interface LiveGroupRec {
  readonly type: 'liveGroup'
  readonly groupId: string
  /** Null = it rests: what is recorded says all there is to say. */
  readonly fields: GroupFields | null
  readonly members: Changes<string, Member>
  readonly staticMembers: Changes<string, string>
  readonly pending: Changes<string, true>
  readonly support: Changes<string, number>
}

export interface TimerRec {
  readonly type: 'timer'
  readonly timer: Timer
  /** Monotonic; undefined = cleared. */
  readonly at: number | undefined
}

export interface SweepRec {
  readonly type: 'sweep'
  readonly unswept: readonly string[]
}

export interface LoadedRec {
  readonly type: 'loaded'
}

export interface TopicsRec {
  readonly type: 'topics'
  readonly topics: TopicsView
}

export interface ConsumerWorkRec {
  readonly type: 'consumerWork'
  readonly groupId: string
  /** Null = the group is gone. */
  readonly work: ConsumerWork | null
}

export type KeptRec = GroupMetadataRec | OffsetCommitRec | ConsumerRec
export type VolatileRec = LiveGroupRec | TimerRec | SweepRec | LoadedRec | TopicsRec | ConsumerWorkRec
export type GroupRec = KeptRec | VolatileRec

/** The newest version that tools of any age can read. */
const GROUP_METADATA_VERSION = 3

function offsetCommitVersion({ expireTimestamp, topicId }: OffsetCommitValue): number {
  if (expireTimestamp !== -1) return 1
  return topicId === ZERO_UUID ? 3 : 4
}

function encode(record: GroupRec): { readonly key: Buffer; readonly value: Buffer | null } {
  if (record.type === 'offsetCommit') {
    const { groupId, topic, partition, value } = record
    return {
      key: OffsetCommitKey.encode({ group: groupId, topic, partition }),
      value: value && OffsetCommitValue.encode(value, offsetCommitVersion(value)),
    }
  }
  if (record.type === 'groupMetadata') {
    const { groupId, value } = record
    return {
      key: GroupMetadataKey.encode({ group: groupId }),
      value: value && GroupMetadataValue.encode(value, GROUP_METADATA_VERSION),
    }
  }
  if (isConsumerRec(record)) return encodeConsumerRec(record)
  throw new InvariantViolation(`a record of what is volatile is not kept (${record.type})`)
}

const decodeKnown = recordDecoder({
  legacyOffsetCommit: { key: LegacyOffsetCommitKey, value: LegacyOffsetCommitValue },
  offsetCommit: { key: OffsetCommitKey, value: OffsetCommitValue },
  groupMetadata: { key: GroupMetadataKey, value: GroupMetadataValue },
  ...consumerRecordTable,
})

function decode(key: Buffer | null, value: Buffer | null): KeptRec | undefined {
  if (key === null) return undefined
  const record = decodeKnown(key, value)
  if (record.type === 'unknown') return undefined
  if (record.type === 'groupMetadata') {
    return { type: 'groupMetadata', groupId: record.key.group, value: record.value && withOwnBytes(record.value) }
  }
  if (record.type !== 'offsetCommit' && record.type !== 'legacyOffsetCommit') return consumerRecOf(record)
  const { group, topic, partition } = record.key
  const committed =
    record.type === 'offsetCommit'
      ? record.value
      : record.value && { ...record.value, leaderEpoch: -1, expireTimestamp: -1, topicId: ZERO_UUID }
  return { type: 'offsetCommit', groupId: group, topic, partition, value: committed }
}

/** State lives longer than what it was read from: a slice would hold on to all of that. */
function withOwnBytes(value: GroupMetadataValue): GroupMetadataValue {
  const members = value.members.map((member) => ({
    ...member,
    subscription: Buffer.from(member.subscription),
    assignment: Buffer.from(member.assignment),
  }))
  return { ...value, members }
}

/**
 * How the records lie in `__consumer_offsets`. Decoding gives undefined for a record of a kind that this version does not know;
 * it throws DecodeError for one that is damaged, or whose value has an unknown version.
 */
export const groupCodec = { encode, decode }
