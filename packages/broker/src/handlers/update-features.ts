// UpdateFeatures (57), versions 0-2: raises or lowers features of the cluster (KIP-584). What this broker can do, it does without
// being switched on: a feature is at its one level, and every other one is refused.

import { errorCode, UpdateFeatures } from '@jackdaw/protocol'

import { features } from '../features.ts'
import { handler } from './handler.ts'

export const updateFeatures = handler(UpdateFeatures, { versions: '0-2' }, ({ featureUpdates }) => {
  const results = featureUpdates.map(({ feature, maxVersionLevel }) => {
    const known = features.find(({ name }) => name === feature)
    if (known?.level === maxVersionLevel) return { feature, errorCode: errorCode('NONE'), errorMessage: null }
    const why =
      known === undefined
        ? 'this cluster does not support this feature'
        : `it is at level ${known.level} and stays there`
    return {
      feature,
      errorCode: errorCode('INVALID_UPDATE_VERSION'),
      errorMessage: `Invalid update version ${maxVersionLevel} for feature ${feature}: ${why}.`,
    }
  })
  const refused = results.find((result) => result.errorMessage !== null)
  if (refused === undefined) return { errorCode: errorCode('NONE'), errorMessage: null, results }
  return { errorCode: refused.errorCode, errorMessage: refused.errorMessage, results }
})
