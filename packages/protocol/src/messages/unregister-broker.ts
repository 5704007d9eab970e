// UnregisterBroker (64): forgets a broker that will not come back (KIP-500).
import { errorCode, int32, nullable, string } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const UnregisterBroker = api(
  64,
  'UnregisterBroker',
  { versions: '0', flexible: '0+' },
  {
    request: {
      brokerId: int32(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
    },
  },
)
export interface UnregisterBrokerRequest extends Infer<typeof UnregisterBroker.request> {}
export interface UnregisterBrokerResponse extends Infer<typeof UnregisterBroker.response> {}
