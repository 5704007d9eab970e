// What stands before every request and response. Which version of a header is used follows from the API and its version, and
// is nowhere on the wire.
import { int16, int32, nullable, string } from '../schema/field.ts'
import { message, type Api, type Infer } from '../schema/message.ts'
import { holds } from '../schema/versions.ts'

/** v2 is flexible, but for the client id: a broker of any age has to understand the header of an ApiVersions request. */
export const RequestHeader = message(
  'RequestHeader',
  { versions: '1-2', flexible: '2+' },
  {
    requestApiKey: int16(),
    requestApiVersion: int16(),
    correlationId: int32(),
    clientId: nullable(string(), { flexible: 'none' }),
  },
)
export interface RequestHeader extends Infer<typeof RequestHeader> {}

export const ResponseHeader = message('ResponseHeader', { versions: '0-1', flexible: '1+' }, { correlationId: int32() })
export interface ResponseHeader extends Infer<typeof ResponseHeader> {}

const API_VERSIONS_KEY = 18

/** Also for versions that do not exist: a header has to be read before that can be said. */
export const requestHeaderVersion = (api: Api, version: number): 1 | 2 => (holds(api.flexible, version) ? 2 : 1)

/** ApiVersions answers with v0 always: its sender does not know yet what the broker speaks. */
export const responseHeaderVersion = (api: Api, version: number): 0 | 1 =>
  api.key !== API_VERSIONS_KEY && holds(api.flexible, version) ? 1 : 0
