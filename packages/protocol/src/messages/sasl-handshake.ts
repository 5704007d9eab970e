// SaslHandshake (17): chooses a SASL mechanism. Never flexible: old clients would misread a higher version.
import { array, errorCode, string } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** After v0 raw tokens follow on the connection, after v1 they come in SaslAuthenticate (KIP-152). */
export const SaslHandshake = api(
  17,
  'SaslHandshake',
  { versions: '0-1', flexible: 'none' },
  {
    request: {
      mechanism: string(),
    },
    response: {
      errorCode: errorCode(),
      /** What this listener offers, also where the asked one is refused. */
      mechanisms: array(string()),
    },
  },
)
export interface SaslHandshakeRequest extends Infer<typeof SaslHandshake.request> {}
export interface SaslHandshakeResponse extends Infer<typeof SaslHandshake.response> {}
