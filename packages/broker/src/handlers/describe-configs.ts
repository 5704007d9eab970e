// DescribeConfigs (32), versions 1-4: every config of a topic, a broker or a group, with its value, where the value comes from
// and what else could have given it.

import {
  describeBrokerConfigs,
  describeDynamicDefaults,
  describeGroupConfigs,
  describeTopicConfigs,
  type ConfigRow,
} from '@jackdaw/config'
import { configsOf, resourceTypeOf, type ResourceType } from '@jackdaw/core'
import { DescribeConfigs, errorCode, type DescribeConfigsRequest } from '@jackdaw/protocol'

import type { Unavailable } from '../runtime/unavailable.ts'
import { handler, type RequestContext } from './handler.ts'

type Resource = DescribeConfigsRequest['resources'][number]
type Rows = readonly ConfigRow[]

const describe: Readonly<Record<ResourceType, (name: string, context: RequestContext) => Rows | Unavailable>> = {
  TOPIC: (name, { cluster }) =>
    cluster.topic(name) === undefined
      ? { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `There is no topic '${name}'.` }
      : describeTopicConfigs(configsOf(cluster.state, 'TOPIC', name), cluster.configLayers),

  BROKER: (name, { cluster, brokerId }) => {
    if (name === '') return describeDynamicDefaults(configsOf(cluster.state, 'BROKER', ''))
    if (name === String(brokerId)) return describeBrokerConfigs(cluster.configLayers)
    return {
      error: 'INVALID_REQUEST',
      message: `This is broker ${brokerId}; ask broker '${name}' itself for its configs.`,
    }
  },

  GROUP: (name, { cluster }) => describeGroupConfigs(configsOf(cluster.state, 'GROUP', name), cluster.configLayers),
}

export const describeConfigs = handler(DescribeConfigs, { versions: '1-4' }, (request, context) => ({
  results: request.resources.map((resource) => ({
    resourceType: resource.resourceType,
    resourceName: resource.resourceName,
    ...describeResource(resource, request, context),
  })),
}))

const describeResource = (
  { resourceType, resourceName, configurationKeys }: Resource,
  { includeSynonyms, includeDocumentation }: DescribeConfigsRequest,
  context: RequestContext,
) => {
  const type = resourceTypeOf(resourceType)
  if (type === undefined) return refused('INVALID_REQUEST', `Resources of type ${resourceType} have no configs here.`)
  const rows = describe[type](resourceName, context)
  if ('error' in rows) return refused(rows.error, rows.message)
  const wanted = configurationKeys === null ? rows : rows.filter(({ name }) => configurationKeys.includes(name))
  const configs = wanted.map((row) => ({
    ...row,
    synonyms: includeSynonyms ? row.synonyms : [],
    documentation: includeDocumentation ? row.documentation : null,
  }))
  return { errorCode: errorCode('NONE'), errorMessage: null, configs }
}

const refused = (error: Unavailable['error'], message: string) => ({
  errorCode: errorCode(error),
  errorMessage: message,
  configs: [],
})
