// ListConfigResources (74), versions 0-1: which resources configs can be asked for. Version 0 knew client metrics only (KIP-714),
// which this broker does not collect; loggers cannot be set from outside either.

import { RESOURCE_TYPE_CODES, type ResourceType } from '@jackdaw/core'
import { errorCode, ListConfigResources } from '@jackdaw/protocol'

import { handler, type RequestContext } from './handler.ts'

const BROKER_LOGGER = 8
const CLIENT_METRICS = 16
/** Types that Kafka lists and of which there is nothing here. */
const EMPTY_TYPES = [BROKER_LOGGER, CLIENT_METRICS]

const names: Readonly<Record<ResourceType, (context: RequestContext) => Iterable<string>>> = {
  TOPIC: ({ cluster }) => [...cluster.state.idsByName.keys()].filter((name) => cluster.topic(name) !== undefined),
  BROKER: ({ cluster }) => [...cluster.state.brokers.keys()].map(String),
  GROUP: ({ cluster }) => groupsWithConfigs(cluster.state.configs.keys()),
}

const GROUP_PREFIX = 'GROUP/'

const groupsWithConfigs = (resources: Iterable<string>): string[] =>
  [...resources].filter((key) => key.startsWith(GROUP_PREFIX)).map((key) => key.slice(GROUP_PREFIX.length))

export const listConfigResources = handler(ListConfigResources, { versions: '0-1' }, ({ resourceTypes }, context) => {
  const listable = context.version === 0 ? [CLIENT_METRICS] : [...Object.values(RESOURCE_TYPE_CODES), ...EMPTY_TYPES]
  const wanted = resourceTypes.length === 0 ? listable : resourceTypes
  if (wanted.some((code) => !listable.includes(code))) {
    return { errorCode: errorCode('UNSUPPORTED_VERSION'), configResources: [] }
  }
  const types = (Object.keys(RESOURCE_TYPE_CODES) as ResourceType[]).filter((type) =>
    wanted.includes(RESOURCE_TYPE_CODES[type]),
  )
  const configResources = types.flatMap((type) =>
    [...names[type](context)].map((resourceName) => ({ resourceName, resourceType: RESOURCE_TYPE_CODES[type] })),
  )
  return { errorCode: errorCode('NONE'), configResources }
})
