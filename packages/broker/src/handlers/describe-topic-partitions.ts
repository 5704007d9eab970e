// DescribeTopicPartitions (75), version 0: topics and their partitions in pages (KIP-966). Topics come in order of name; a
// cursor names the first partition of the next page.

import { visiblePartitions, type PartitionState, type Topic } from '@jackdaw/core'
import { DescribeTopicPartitions, errorCode, ZERO_UUID } from '@jackdaw/protocol'

import { describedTopic } from './described-topic.ts'
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

/** With the replicas of KIP-966, of which there are none: the storage keeps what was acknowledged. */
const describeTopic = (topic: Topic, partitions: readonly PartitionState[]) => {
  const described = describedTopic(topic, partitions)
  const noEligible = { eligibleLeaderReplicas: [], lastKnownElr: [] }
  return { ...described, partitions: described.partitions.map((partition) => ({ ...partition, ...noEligible })) }
}
