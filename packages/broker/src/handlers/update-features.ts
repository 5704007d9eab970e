// UpdateFeatures (57), versions 0-2: raises or lowers features of the cluster (KIP-584). What this broker can do, it does without
// being switched on: no feature has levels to choose from, and every update is refused by the name of the feature.

import { errorCode, UpdateFeatures } from '@jackdaw/protocol'

import { handler } from './handler.ts'

export const updateFeatures = handler(UpdateFeatures, { versions: '0-2' }, ({ featureUpdates }) => {
  const results = featureUpdates.map(({ feature, maxVersionLevel }) => ({
    feature,
    errorCode: errorCode('INVALID_UPDATE_VERSION'),
    errorMessage: `Invalid update version ${maxVersionLevel} for feature ${feature}: this cluster does not support this feature.`,
  }))
  const [first] = results
  if (first === undefined) return { errorCode: errorCode('NONE'), errorMessage: null, results }
  return { errorCode: first.errorCode, errorMessage: first.errorMessage, results }
})
