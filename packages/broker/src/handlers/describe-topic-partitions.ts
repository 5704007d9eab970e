// DescribeTopicPartitions (75), version 0: topics and their partitions in pages (KIP-966). Topics come in order of name; a
// cursor names the first partition of the next page.

import { visiblePartitions, type Topic } from '@jackdaw/core'
import { DescribeTopicPartitions, errorCode, ZERO_UUID } from '@jackdaw/protocol'

import { isInternalTopic } from '../internal-topics.ts'
import { handler } from './handler.ts'

interface Cursor {
  readonly topicName: string
  readonly partitionIndex: number
}

export const describeTopicPartitions = handler(
  DescribeTopicPartitions,
  { versions: '0-0' },
  ({ topics: asked, responsePartitionLimit, cursor }, { cluster, config }) => {
    const all = asked.length === 0
    const names = all ? [...cluster.state.idsByName.keys()] : asked.map(({ name }) => name)
    const wanted = [...new Set(names)].toSorted().filter((name) => cursor === null || name >= cursor.topicName)
    let room = Math.max(1, Math.min(responsePartitionLimit, config['max.request.partition.size.limit']))
    const topics = []
    let nextCursor: Cursor | null = null
    for (const name of wanted) {
      if (room === 0) {
        nextCursor = { topicName: name, partitionIndex: 0 }
        break
      }
      const topic = cluster.topic(name)
      if (topic === undefined) {
        if (!all) topics.push(unknownTopic(name))
        continue
      }
      const first = cursor?.topicName === name ? Math.max(0, cursor.partitionIndex) : 0
      const partitions = visiblePartitions(topic).slice(first, first + room)
      room -= partitions.length
      topics.push(describeTopic(topic, partitions))
      if (first + partitions.length < visiblePartitions(topic).length) {
        nextCursor = { topicName: name, partitionIndex: first + partitions.length }
        break
      }
    }
    return { topics, nextCursor }
  },
)

const unknownTopic = (name: string) => ({
  errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
  name,
  topicId: ZERO_UUID,
  partitions: [],
})

const describeTopic = (topic: Topic, partitions: readonly Topic['partitions'][number][]) => ({
  errorCode: errorCode('NONE'),
  name: topic.name,
  topicId: topic.id,
  isInternal: isInternalTopic(topic.name),
  partitions: partitions.map(({ index, leader, leaderEpoch, replicas, isr }) => ({
    errorCode: errorCode(leader === -1 ? 'LEADER_NOT_AVAILABLE' : 'NONE'),
    partitionIndex: index,
    leaderId: leader,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: isr,
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
    offlineReplicas: [],
  })),
})
