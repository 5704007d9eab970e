// CreateTopics (19), versions 2-7. Answered when the topics can be produced to.

import { describeTopicConfigs } from '@jackdaw/config'
import { CreateTopics, errorCode, type CreateTopicsRequest } from '@jackdaw/protocol'
import type { TopicResult } from '@jackdaw/core'

import { handler, type RequestContext } from './handler.ts'

export const createTopics = handler(CreateTopics, { versions: '2-7' }, async (request, context) => {
  const { cluster, topics } = context
  const wanted = request.topics.map((topic) => ({ ...topic, id: topics.newId() }))
  const results = await cluster.createTopics(wanted, request.validateOnly)
  return {
    topics: results.map((result, index) => creatableResult(result, request.topics[index]?.configs ?? [], context)),
  }
})

const creatableResult = (
  { name, id, error, message, numPartitions, replicationFactor }: TopicResult,
  asked: CreateTopicsRequest['topics'][number]['configs'],
  { cluster }: RequestContext,
) => {
  const result = { name: name ?? '', topicId: id, errorCode: errorCode(error), errorMessage: message }
  if (error !== 'NONE') return { ...result, configs: [] }
  const overrides = new Map(asked.map((one) => [one.name, one.value ?? '']))
  return { ...result, numPartitions, replicationFactor, configs: describeTopicConfigs(overrides, cluster.configLayers) }
}
