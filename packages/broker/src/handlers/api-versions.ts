// ApiVersions (18), versions 0-4: what this broker serves. It promises only what works, so it is derived from the handlers.
// A version above 4 is answered by the router (KIP-511).

import { ApiVersions, errorCode } from '@jackdaw/protocol'

import { features, FEATURES_EPOCH } from '../features.ts'
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
    return { errorCode: errorCode('NONE'), apiKeys, ...featuresFor(version) }
  })

const FEATURES_SINCE = 3
/** Before, clients took a range that begins at 0 for a broken one (KIP-1022). */
const MIN_ZERO_SINCE = 4

const featuresFor = (version: number) => {
  if (version < FEATURES_SINCE) return {}
  const supported = features.filter(({ minVersion }) => minVersion > 0 || version >= MIN_ZERO_SINCE)
  return {
    supportedFeatures: supported.map(({ name, minVersion, maxVersion }) => ({ name, minVersion, maxVersion })),
    finalizedFeaturesEpoch: FEATURES_EPOCH,
    finalizedFeatures: features
      .filter(({ level }) => level > 0)
      .map(({ name, level }) => ({ name, maxVersionLevel: level, minVersionLevel: level })),
  }
}
