// ApiVersions (18), versions 0-4: what this broker serves. It promises only what works, so it is derived from the handlers.
// A version above 4 is answered by the router (KIP-511).

import { ApiVersions, errorCode } from '@jackdaw/protocol'

import { handler, type Handler } from './handler.ts'

const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

export const apiVersions = (handlers: () => readonly Handler[]): Handler =>
  handler(ApiVersions, { versions: '0-4' }, ({ clientSoftwareName, clientSoftwareVersion }, { version }) => {
    const named = version < 3 || (SOFTWARE.test(clientSoftwareName) && SOFTWARE.test(clientSoftwareVersion))
    if (!named) return { errorCode: errorCode('INVALID_REQUEST'), apiKeys: [] }
    const apiKeys = handlers().map(({ api, versions, advertisedMin }) => ({
      apiKey: api.key,
      minVersion: advertisedMin ?? versions.min,
      maxVersion: versions.max,
    }))
    return { errorCode: errorCode('NONE'), apiKeys }
  })
