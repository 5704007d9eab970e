// DescribeDelegationToken (41): the delegation tokens of some owners (KIP-48).
import { array, bytes, errorCode, int32, int64, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible, v3 who asked for a token (KIP-373). */
export const DescribeDelegationToken = api(
  41,
  'DescribeDelegationToken',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      /** Null: all that the sender may see. */
      owners: nullable(
        array(
          struct({
            principalType: string(),
            principalName: string(),
          }),
        ),
      ),
    },
    response: {
      errorCode: errorCode(),
      tokens: array(
        struct({
          principalType: string(),
          principalName: string(),
          tokenRequesterPrincipalType: string({ versions: '3+' }),
          tokenRequesterPrincipalName: string({ versions: '3+' }),
          issueTimestamp: int64(),
          expiryTimestamp: int64(),
          maxTimestamp: int64(),
          tokenId: string(),
          hmac: bytes(),
          renewers: array(
            struct({
              principalType: string(),
              principalName: string(),
            }),
          ),
        }),
      ),
      throttleTimeMs: int32({ default: 0 }),
    },
  },
)
export interface DescribeDelegationTokenRequest extends Infer<typeof DescribeDelegationToken.request> {}
export interface DescribeDelegationTokenResponse extends Infer<typeof DescribeDelegationToken.response> {}
