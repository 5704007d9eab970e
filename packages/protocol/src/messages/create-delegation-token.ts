// CreateDelegationToken (38): a short-lived credential in somebody's name (KIP-48).
import { array, bytes, errorCode, int32, int64, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible, v3 tokens for others (KIP-373). */
export const CreateDelegationToken = api(
  38,
  'CreateDelegationToken',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      /** Null: the sender itself. */
      ownerPrincipalType: nullable(string(), { versions: '3+', default: '' }),
      ownerPrincipalName: nullable(string(), { versions: '3+', default: '' }),
      renewers: array(
        struct({
          principalType: string(),
          principalName: string(),
        }),
      ),
      /** -1: the broker's maximum. */
      maxLifetimeMs: int64(),
    },
    response: {
      errorCode: errorCode(),
      principalType: string(),
      principalName: string(),
      tokenRequesterPrincipalType: string({ versions: '3+' }),
      tokenRequesterPrincipalName: string({ versions: '3+' }),
      issueTimestampMs: int64(),
      expiryTimestampMs: int64(),
      maxTimestampMs: int64(),
      tokenId: string(),
      hmac: bytes(),
      throttleTimeMs: int32({ default: 0 }),
    },
  },
)
export interface CreateDelegationTokenRequest extends Infer<typeof CreateDelegationToken.request> {}
export interface CreateDelegationTokenResponse extends Infer<typeof CreateDelegationToken.response> {}
