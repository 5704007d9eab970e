// IncrementalAlterConfigs (44), versions 0-1: sets, deletes, appends to and subtracts from single configs (KIP-339).

import { resourceTypeOf, type ConfigChanges } from '@jackdaw/core'
import {
  errorCode,
  IncrementalAlterConfigs,
  type ErrorName,
  type IncrementalAlterConfigsRequest,
} from '@jackdaw/protocol'

import { handler } from './handler.ts'

type Resource = IncrementalAlterConfigsRequest['resources'][number]

export const incrementalAlterConfigs = handler(
  IncrementalAlterConfigs,
  { versions: '0-1' },
  async ({ resources, validateOnly }, { cluster }) => {
    const known = resources.flatMap((resource) => changesOf(resource) ?? [])
    const submitted = await cluster.submit<'configs'>((to) => ({
      type: 'alterConfigs',
      to,
      resources: known,
      validateOnly,
    }))
    const results = submitted.ok ? [...submitted.response.resources] : []
    const responses = resources.map((resource) => {
      const { resourceType, resourceName } = resource
      const answer = (error: ErrorName, errorMessage: string | null) => ({
        errorCode: errorCode(error),
        errorMessage,
        resourceType,
        resourceName,
      })
      if (changesOf(resource) === undefined) {
        return answer('INVALID_REQUEST', `Resources of type ${resourceType} have no configs here.`)
      }
      if (!submitted.ok) return answer(submitted.error, submitted.message)
      const { error, message } = results.shift() as (typeof results)[number]
      return answer(error, message)
    })
    return { responses }
  },
)

const changesOf = ({ resourceType, resourceName, configs }: Resource): ConfigChanges | undefined => {
  const type = resourceTypeOf(resourceType)
  return type === undefined ? undefined : { resourceType: type, resourceName, changes: configs }
}
