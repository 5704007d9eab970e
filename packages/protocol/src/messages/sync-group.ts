// SyncGroup (14): the leader hands in the assignment, every member waits for its own part of it.
import { array, bytes, errorCode, int32, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 throttle time, v3 static members (KIP-345), v4 is flexible, v5 protocol type and name are compared (KIP-559). */
export const SyncGroup = api(
  14,
  'SyncGroup',
  { versions: '0-5', flexible: '4+' },
  {
    request: {
      groupId: string(),
      generationId: int32(),
      memberId: string(),
      groupInstanceId: nullable(string(), { versions: '3+' }),
      protocolType: nullable(string(), { versions: '5+', ignorable: true }),
      protocolName: nullable(string(), { versions: '5+', ignorable: true }),
      /** Empty from all but the leader. */
      assignments: array(
        struct({
          memberId: string(),
          assignment: bytes(),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ versions: '1+', ignorable: true }),
      errorCode: errorCode(),
      protocolType: nullable(string(), { versions: '5+', ignorable: true }),
      protocolName: nullable(string(), { versions: '5+', ignorable: true }),
      assignment: bytes(),
    },
  },
)
export interface SyncGroupRequest extends Infer<typeof SyncGroup.request> {}
export interface SyncGroupResponse extends Infer<typeof SyncGroup.response> {}
