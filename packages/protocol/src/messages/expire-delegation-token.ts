// ExpireDelegationToken (40): ends a delegation token sooner (KIP-48).
import { bytes, errorCode, int32, int64 } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible. */
export const ExpireDelegationToken = api(
  40,
  'ExpireDelegationToken',
  { versions: '1-2', flexible: '2+' },
  {
    request: {
      hmac: bytes(),
      /** Below zero: at once. */
      expiryTimePeriodMs: int64(),
    },
    response: {
      errorCode: errorCode(),
      expiryTimestampMs: int64(),
      throttleTimeMs: int32({ default: 0 }),
    },
  },
)
export interface ExpireDelegationTokenRequest extends Infer<typeof ExpireDelegationToken.request> {}
export interface ExpireDelegationTokenResponse extends Infer<typeof ExpireDelegationToken.response> {}
