// What IncrementalAlterConfigs and AlterConfigs have in common: the changes go to cluster metadata together, and every resource
// gets an answer of its own.

import type { ConfigChange } from '@jackdaw/config'
import { resourceTypeOf, type ConfigChanges } from '@jackdaw/core'
import { errorCode, type ErrorName } from '@jackdaw/protocol'

import type { Cluster } from '../cluster.ts'

export interface AlteredResource {
  /** ConfigResource's number. */
  readonly resourceType: number
  readonly resourceName: string
  readonly changes: readonly ConfigChange[]
}

export interface AlterOptions {
  readonly validateOnly: boolean
  /** Whether configs that are not named return to their defaults. */
  readonly replace: boolean
}

export const alterResources = async (
  resources: readonly AlteredResource[],
  { validateOnly, replace }: AlterOptions,
  cluster: Cluster,
) => {
  const known = resources.flatMap((resource) => knownChanges(resource) ?? [])
  const submitted = await cluster.submit<'configs'>((to) => ({
    type: 'alterConfigs',
    to,
    resources: known,
    validateOnly,
    replace,
  }))
  const results = submitted.ok ? [...submitted.response.resources] : []
  return resources.map((resource) => {
    const { resourceType, resourceName } = resource
    const answer = (error: ErrorName, errorMessage: string | null) => ({
      errorCode: errorCode(error),
      errorMessage,
      resourceType,
      resourceName,
    })
    if (knownChanges(resource) === undefined) {
      return answer('INVALID_REQUEST', `Resources of type ${resourceType} have no configs here.`)
    }
    if (!submitted.ok) return answer(submitted.error, submitted.message)
    const { error, message } = results.shift() as (typeof results)[number]
    return answer(error, message)
  })
}

const knownChanges = ({ resourceType, resourceName, changes }: AlteredResource): ConfigChanges | undefined => {
  const type = resourceTypeOf(resourceType)
  return type === undefined ? undefined : { resourceType: type, resourceName, changes }
}
