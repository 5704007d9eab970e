// SaslAuthenticate (36): one step of a SASL exchange (KIP-152).
import { bytes, errorCode, int64, nullable, string } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 how long the session lasts (KIP-368), v2 is flexible. */
export const SaslAuthenticate = api(
  36,
  'SaslAuthenticate',
  { versions: '0-2', flexible: '2+' },
  {
    request: {
      authBytes: bytes(),
    },
    response: {
      errorCode: errorCode(),
      errorMessage: nullable(string()),
      authBytes: bytes(),
      /** 0: without end. Otherwise the client authenticates again in time. */
      sessionLifetimeMs: int64({ versions: '1+', ignorable: true }),
    },
  },
)
export interface SaslAuthenticateRequest extends Infer<typeof SaslAuthenticate.request> {}
export interface SaslAuthenticateResponse extends Infer<typeof SaslAuthenticate.response> {}
