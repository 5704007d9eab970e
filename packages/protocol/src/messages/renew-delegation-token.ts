// RenewDelegationToken (39): keeps a delegation token from expiring (KIP-48).
import { bytes, errorCode, int32, int64 } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible. */
export const RenewDelegationToken = api(
  39,
  'RenewDelegationToken',
  { versions: '1-2', flexible: '2+' },
  {
    request: {
      hmac: bytes(),
      renewPeriodMs: int64(),
    },
    response: {
      errorCode: errorCode(),
      expiryTimestampMs: int64(),
      throttleTimeMs: int32({ default: 0 }),
    },
  },
)
export interface RenewDelegationTokenRequest extends Infer<typeof RenewDelegationToken.request> {}
export interface RenewDelegationTokenResponse extends Infer<typeof RenewDelegationToken.response> {}
