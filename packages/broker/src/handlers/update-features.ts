// UpdateFeatures (57), versions 0-2: raises or lowers features of the cluster (KIP-584). Their levels are fixed here, because every
// broker speaks the newest: the level that is in force can be asked for, every other is refused, and with it the whole request.

import { errorCode, UpdateFeatures, type ErrorName } from '@jackdaw/protocol'

import { features } from '../features.ts'
import { handler } from './handler.ts'

interface Outcome {
  readonly error: ErrorName
  readonly message: string | null
}

export const updateFeatures = handler(UpdateFeatures, { versions: '0-2' }, ({ featureUpdates }) => {
  const outcomes = featureUpdates.map(({ feature, maxVersionLevel }) => update(feature, maxVersionLevel))
  const { error, message } = outcomes.find((outcome) => outcome.error !== 'NONE') ?? DONE
  return {
    errorCode: errorCode(error),
    errorMessage: message,
    results: featureUpdates.map(({ feature }, index) => {
      const outcome = outcomes[index] ?? DONE
      return { feature, errorCode: errorCode(outcome.error), errorMessage: outcome.message }
    }),
  }
})

const DONE: Outcome = { error: 'NONE', message: null }

const update = (name: string, level: number): Outcome => {
  const refused = (why: string): Outcome => ({
    error: 'INVALID_UPDATE_VERSION',
    message: `Invalid update version ${level} for feature ${name}: ${why}`,
  })
  const feature = features.find((one) => one.name === name)
  if (feature === undefined) return refused('this cluster does not support this feature.')
  if (level < feature.minVersion || level > feature.maxVersion)
    return refused(`versions ${feature.minVersion}-${feature.maxVersion} are supported.`)
  return level === feature.level ? DONE : refused(`its level is fixed at ${feature.level}.`)
}
