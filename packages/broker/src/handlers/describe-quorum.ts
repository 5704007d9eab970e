// DescribeQuorum (55), versions 0-2: who keeps cluster metadata. There is no quorum of controllers: the log `__cluster_metadata`
// has one writer, the controller, whose term is its leader epoch, and the storage sees to its copies.

import { DescribeQuorum, errorCode } from '@jackdaw/protocol'

import { METADATA_TOPIC } from '../cluster.ts'
import { handler, type RequestContext } from './handler.ts'

const NODES_SINCE = 2

export const describeQuorum = handler(DescribeQuorum, { versions: '0-2' }, ({ topics }, context) => ({
  errorCode: errorCode('NONE'),
  errorMessage: '',
  topics: topics.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ partitionIndex }) =>
      topicName === METADATA_TOPIC && partitionIndex === 0 ? metadataLog(context) : unknownPartition(partitionIndex),
    ),
  })),
  nodes: context.version >= NODES_SINCE ? [{ nodeId: context.brokerId, listeners: [...context.advertised] }] : [],
}))

const metadataLog = ({ cluster, brokerId, clock }: RequestContext) => {
  const { leaderEpoch, highWatermark, logEndOffset } = cluster.log
  const now = clock.wall()
  const writer = { replicaId: brokerId, logEndOffset, lastFetchTimestamp: now, lastCaughtUpTimestamp: now }
  return {
    partitionIndex: 0,
    errorCode: errorCode('NONE'),
    errorMessage: '',
    leaderId: brokerId,
    leaderEpoch,
    highWatermark,
    currentVoters: [writer],
    observers: [],
  }
}

const NONE = -1

const unknownPartition = (partitionIndex: number) => ({
  partitionIndex,
  errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
  errorMessage: `Only partition 0 of ${METADATA_TOPIC} is described.`,
  leaderId: NONE,
  leaderEpoch: NONE,
  highWatermark: NONE,
  currentVoters: [],
  observers: [],
})
