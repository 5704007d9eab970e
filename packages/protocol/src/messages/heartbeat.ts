// Heartbeat (12): a classic group's member is alive. The error code is the message: REBALANCE_IN_PROGRESS asks it to join again.
import { errorCode, int32, nullable, string } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 throttle time, v3 static members (KIP-345), v4 is flexible. */
export const Heartbeat = api(
  12,
  'Heartbeat',
  { versions: '0-4', flexible: '4+' },
  {
    request: {
      groupId: string(),
      generationId: int32(),
      memberId: string(),
      groupInstanceId: nullable(string(), { versions: '3+' }),
    },
    response: {
      throttleTimeMs: int32({ versions: '1+', ignorable: true }),
      errorCode: errorCode(),
    },
  },
)
export interface HeartbeatRequest extends Infer<typeof Heartbeat.request> {}
export interface HeartbeatResponse extends Infer<typeof Heartbeat.response> {}
