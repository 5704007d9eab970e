// A classic group in `__consumer_offsets`: one record holds the whole generation.
import { array, bytes, int32, int64, nullable, string, struct } from '../schema/field.ts'
import type { Infer } from '../schema/message.ts'
import { recordKey, recordValue } from './coordinator-record.ts'

export const GroupMetadataKey = recordKey(2, 'GroupMetadataKey', {
  group: string(),
})
export interface GroupMetadataKey extends Infer<typeof GroupMetadataKey.schema> {}

const memberMetadata = struct({
  memberId: string(),
  groupInstanceId: nullable(string(), { versions: '3+', ignorable: true }),
  clientId: string(),
  clientHost: string(),
  rebalanceTimeout: int32({ versions: '1+', default: -1, ignorable: true }),
  sessionTimeout: int32(),
  subscription: bytes(),
  assignment: bytes(),
})

/** v1 rebalance timeout, v2 time of the last change, v3 static members (KIP-345), v4 is flexible (KIP-915). */
export const GroupMetadataValue = recordValue(
  'GroupMetadataValue',
  { versions: '0-4', flexible: '4+' },
  {
    protocolType: string(),
    generation: int32(),
    /** Null between generations. */
    protocol: nullable(string()),
    /** Null for an empty group. */
    leader: nullable(string()),
    /** -1: unknown. */
    currentStateTimestamp: int64({ versions: '2+', default: -1, ignorable: true }),
    members: array(memberMetadata),
  },
)
export interface GroupMetadataValue extends Infer<typeof GroupMetadataValue.schema> {}
