// ElectLeaders (43), versions 0-2: moves leadership to the preferred replica, or (unclean) to any that lives. A partition has one
// replica here, so an election either is not needed or has nobody to elect.

import type { PartitionState } from '@jackdaw/core'
import { visiblePartitions } from '@jackdaw/core'
import { ElectLeaders, errorCode, type ElectLeadersRequest, type ErrorName } from '@jackdaw/protocol'

import type { Cluster } from '../cluster.ts'
import { askedPartition } from './asked-partitions.ts'
import { handler } from './handler.ts'

const PREFERRED = 0
const UNCLEAN = 1
const NO_LEADER = -1

interface Outcome {
  readonly error: ErrorName
  readonly message: string
}

export const electLeaders = handler(ElectLeaders, { versions: '0-2' }, ({ electionType, topicPartitions }, context) => {
  if (electionType !== PREFERRED && electionType !== UNCLEAN) {
    return { errorCode: errorCode('INVALID_REQUEST'), replicaElectionResults: [] }
  }
  const all = topicPartitions === null
  const results = (topicPartitions ?? everyPartition(context.cluster)).map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions
      .map((index) => ({ index, ...elect(askedPartition(context.cluster, topic, index), electionType) }))
      .filter(({ error }) => !all || error !== 'ELECTION_NOT_NEEDED')
      .map(({ index, error, message }) => ({
        partitionId: index,
        errorCode: errorCode(error),
        errorMessage: message,
      })),
  }))
  return {
    errorCode: errorCode('NONE'),
    replicaElectionResults: results.filter(({ partitionResult }) => partitionResult.length > 0),
  }
})

const everyPartition = (cluster: Cluster): NonNullable<ElectLeadersRequest['topicPartitions']> =>
  [...cluster.state.topics.values()].map((topic) => ({
    topic: topic.name,
    partitions: visiblePartitions(topic).map(({ index }) => index),
  }))

const elect = (partition: PartitionState | string, electionType: number): Outcome => {
  if (typeof partition === 'string') return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: partition }
  const { leader, replicas } = partition
  const stays = electionType === PREFERRED ? leader === replicas[0] : leader !== NO_LEADER
  if (stays) return { error: 'ELECTION_NOT_NEEDED', message: `Broker ${leader} leads the partition, as it should.` }
  return electionType === PREFERRED
    ? { error: 'PREFERRED_LEADER_NOT_AVAILABLE', message: `Broker ${replicas[0]} is not there to lead.` }
    : { error: 'ELIGIBLE_LEADERS_NOT_AVAILABLE', message: 'No replica is there to lead.' }
}
