// The one place where cluster metadata changes: a function per record.

import { invariant } from '../invariant.ts'
import { applyQuota } from './quotas.ts'
import type { ClusterRec, ClusterRecordName } from './records.ts'
import { resourceKey, resourceTypeOf, type ClusterState } from './state.ts'

type Apply = { [N in ClusterRecordName]: (state: ClusterState, record: Extract<ClusterRec, { type: N }>) => void }

const apply: Apply = {
  ClusterRecord: (state, { clusterId }) => {
    invariant(state.clusterId === '', 'a cluster is founded once')
    state.clusterId = clusterId
  },

  RegisterBrokerRecord: (state, { brokerId, incarnationId, endPoints, rack }) => {
    const endpoints = endPoints.map(({ name, host, port }) => ({ listener: name, host, port }))
    state.brokers.set(brokerId, { id: brokerId, incarnation: incarnationId, endpoints, rack })
  },

  UnregisterBrokerRecord: (state, { brokerId }) => {
    state.brokers.delete(brokerId)
  },

  TopicRecord: (state, { topicId, name }) => {
    invariant(!state.idsByName.has(name), 'a topic name belongs to one topic')
    invariant(!state.topics.has(topicId) && !state.removed.has(topicId), 'a topic id is used once')
    state.topics.set(topicId, { id: topicId, name, partitions: [] })
    state.idsByName.set(name, topicId)
  },

  PartitionRecord: (state, { topicId, partitionId, replicas, isr, leader, leaderEpoch, partitionEpoch }) => {
    const topic = state.topics.get(topicId)
    invariant(topic !== undefined, 'a partition belongs to a topic')
    const stored = topic.partitions[partitionId]?.stored ?? false
    topic.partitions[partitionId] = { index: partitionId, replicas, isr, leader, leaderEpoch, partitionEpoch, stored }
  },

  LogsStoredRecord: (state, { topicId, partitions }) => {
    const topic = state.topics.get(topicId)
    if (topic === undefined) return // deleted while its logs were being created: they are removed with the rest
    for (const index of partitions) {
      const partition = topic.partitions[index]
      invariant(partition !== undefined, 'a stored log belongs to a partition')
      partition.stored = true
    }
  },

  RemoveTopicRecord: (state, { topicId }) => {
    const topic = state.topics.get(topicId)
    invariant(topic !== undefined, 'a topic is deleted once')
    state.topics.delete(topicId)
    state.idsByName.delete(topic.name)
    state.configs.delete(resourceKey('TOPIC', topic.name))
    state.removed.set(topicId, { id: topicId, name: topic.name, partitions: topic.partitions.length })
  },

  LogsRemovedRecord: (state, { topicId }) => {
    state.removed.delete(topicId)
  },

  ConfigRecord: (state, { resourceType, resourceName, name, value }) => {
    const type = resourceTypeOf(resourceType)
    if (type === undefined) return
    const key = resourceKey(type, resourceName)
    const configs = state.configs.get(key) ?? new Map<string, string>()
    if (value === null) configs.delete(name)
    else configs.set(name, value)
    if (configs.size === 0) state.configs.delete(key)
    else state.configs.set(key, configs)
  },

  ClientQuotaRecord: applyQuota,

  ProducerIdsRecord: (state, { nextProducerId }) => {
    invariant(nextProducerId >= state.nextProducerId, 'a producer id is given once')
    state.nextProducerId = nextProducerId
  },
}

export const applyClusterRecord = (state: ClusterState, record: ClusterRec): void =>
  (apply[record.type] as (state: ClusterState, record: ClusterRec) => void)(state, record)
