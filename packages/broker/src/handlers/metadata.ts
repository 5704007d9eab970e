// Metadata (3), versions 0-13: brokers, and topics by name or (version 12 and later) by id. A topic that may be created
// automatically is created before the answer, which then already holds it.

import { visiblePartitions, type Topic } from '@jackdaw/core'
import { errorCode, Metadata, ZERO_UUID, type ErrorName, type MetadataRequest } from '@jackdaw/protocol'

import { describedTopic } from './described-topic.ts'
import { handler, type RequestContext } from './handler.ts'
import { nodesFor } from './nodes.ts'

/** From this version on, topics may be asked for by id. */
const IDS_SINCE = 12

export const metadata = handler(Metadata, { versions: '0-13' }, async (request, context) => {
  const { cluster, brokerId } = context
  return {
    brokers: nodesFor(context),
    clusterId: cluster.state.clusterId,
    controllerId: brokerId,
    topics: await describeTopics(request, context),
  }
})

const describeTopics = async (request: MetadataRequest, context: RequestContext) => {
  const { cluster, version } = context
  const all = request.topics === null || (version === 0 && request.topics.length === 0)
  if (all)
    return [...cluster.state.topics.values()].filter((topic) => visiblePartitions(topic).length > 0).map(described)
  const asked = request.topics ?? []
  return Promise.all(asked.map((topic) => describeAsked(topic, request.allowAutoTopicCreation, context)))
}

const describeAsked = async (
  { name, topicId }: { readonly name: string | null; readonly topicId: string },
  mayCreate: boolean,
  { cluster, topics, config, version }: RequestContext,
) => {
  if (name === null || topicId !== ZERO_UUID) {
    if (version < IDS_SINCE) return unknown('INVALID_REQUEST', name ?? '', topicId)
    const topic = cluster.topicById(topicId)
    return topic === undefined ? unknown('UNKNOWN_TOPIC_ID', name, topicId) : described(topic)
  }
  const existing = cluster.topic(name)
  if (existing !== undefined) return described(existing)
  if (!mayCreate || !config['auto.create.topics.enable']) return unknown('UNKNOWN_TOPIC_OR_PARTITION', name, topicId)
  const failure = await topics.ensure(name)
  const created = cluster.topic(name)
  if (created !== undefined) return described(created)
  return unknown(failure?.error ?? 'UNKNOWN_TOPIC_OR_PARTITION', name, topicId)
}

const unknown = (error: ErrorName, name: string | null, topicId: string) => ({
  errorCode: errorCode(error),
  name,
  topicId,
  isInternal: false,
  partitions: [],
})

const described = (topic: Topic) => describedTopic(topic, visiblePartitions(topic))
