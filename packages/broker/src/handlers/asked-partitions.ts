// Partitions as administrators name them: by topic name and index, known to cluster metadata or not.

import { visiblePartitions, type PartitionState } from '@jackdaw/core'

import type { Cluster } from '../cluster.ts'

/** The partition's state in cluster metadata, or what to say of it. */
export const askedPartition = (cluster: Cluster, topicName: string, index: number): PartitionState | string => {
  const topic = cluster.topic(topicName)
  if (topic === undefined) return `There is no topic '${topicName}'.`
  return visiblePartitions(topic)[index] ?? `Topic '${topicName}' has no partition ${index}.`
}
