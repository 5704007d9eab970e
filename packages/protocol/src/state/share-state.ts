// Deliveries of share groups (KIP-932) in `__share_group_state`: a snapshot now and then, updates in between.
import { array, int16, int32, int64, int8, string, struct, uuid } from '../schema/field.ts'
import type { Infer } from '../schema/message.ts'
import { recordKey, recordValue } from './coordinator-record.ts'

export const ShareSnapshotKey = recordKey(0, 'ShareSnapshotKey', {
  groupId: string(),
  topicId: uuid(),
  partition: int32(),
})
export interface ShareSnapshotKey extends Infer<typeof ShareSnapshotKey.schema> {}

export const ShareSnapshotValue = recordValue(
  'ShareSnapshotValue',
  { versions: '0', flexible: '0+' },
  {
    snapshotEpoch: int32(),
    stateEpoch: int32(),
    leaderEpoch: int32(),
    startOffset: int64(),
    deliveryCompleteCount: int32({ default: -1, tag: 0 }),
    createTimestamp: int64(),
    writeTimestamp: int64(),
    stateBatches: array(
      struct({
        firstOffset: int64(),
        lastOffset: int64(),
        deliveryState: int8(),
        deliveryCount: int16(),
      }),
    ),
  },
)
export interface ShareSnapshotValue extends Infer<typeof ShareSnapshotValue.schema> {}

export const ShareUpdateKey = recordKey(1, 'ShareUpdateKey', {
  groupId: string(),
  topicId: uuid(),
  partition: int32(),
})
export interface ShareUpdateKey extends Infer<typeof ShareUpdateKey.schema> {}

export const ShareUpdateValue = recordValue(
  'ShareUpdateValue',
  { versions: '0', flexible: '0+' },
  {
    snapshotEpoch: int32(),
    leaderEpoch: int32(),
    startOffset: int64(),
    deliveryCompleteCount: int32({ default: -1, tag: 0 }),
    stateBatches: array(
      struct({
        firstOffset: int64(),
        lastOffset: int64(),
        deliveryState: int8(),
        deliveryCount: int16(),
      }),
    ),
  },
)
export interface ShareUpdateValue extends Infer<typeof ShareUpdateValue.schema> {}
