// Committed offsets in `__consumer_offsets`, one record for each group, topic and partition.
import { int32, int64, string, uuid } from '../schema/field.ts'
import type { Infer } from '../schema/message.ts'
import { recordKey, recordValue } from './coordinator-record.ts'

/** As OffsetCommitKey, from before Kafka 0.9. Still read, never written. */
export const LegacyOffsetCommitKey = recordKey(0, 'LegacyOffsetCommitKey', {
  group: string(),
  topic: string(),
  partition: int32(),
})
export interface LegacyOffsetCommitKey extends Infer<typeof LegacyOffsetCommitKey.schema> {}

export const LegacyOffsetCommitValue = recordValue(
  'LegacyOffsetCommitValue',
  { versions: '0', flexible: 'none' },
  {
    offset: int64(),
    metadata: string(),
    commitTimestamp: int64(),
  },
)
export interface LegacyOffsetCommitValue extends Infer<typeof LegacyOffsetCommitValue.schema> {}

export const OffsetCommitKey = recordKey(1, 'OffsetCommitKey', {
  group: string(),
  topic: string(),
  partition: int32(),
})
export interface OffsetCommitKey extends Infer<typeof OffsetCommitKey.schema> {}

/** v1 expiry of its own, v2 no more, v3 leader epoch (KIP-320), v4 is flexible (KIP-915) and knows the topic id (KIP-848). */
export const OffsetCommitValue = recordValue(
  'OffsetCommitValue',
  { versions: '0-4', flexible: '4+' },
  {
    offset: int64(),
    /** -1: unknown. */
    leaderEpoch: int32({ versions: '3+', default: -1, ignorable: true }),
    metadata: string(),
    commitTimestamp: int64(),
    /** -1: as the broker decides. */
    expireTimestamp: int64({ versions: '1', default: -1, ignorable: true }),
    topicId: uuid({ versions: '4+', tag: 0, ignorable: true }),
  },
)
export interface OffsetCommitValue extends Infer<typeof OffsetCommitValue.schema> {}
