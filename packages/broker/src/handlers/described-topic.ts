// A topic and some of its partitions, as Metadata and DescribeTopicPartitions tell them alike.

import type { PartitionState, Topic } from '@jackdaw/core'
import { errorCode } from '@jackdaw/protocol'

import { isInternalTopic } from '../internal-topics.ts'

export const describedTopic = (topic: Topic, partitions: readonly PartitionState[]) => ({
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
    offlineReplicas: [],
  })),
})
