// DescribeProducers (61), version 0: the producers that a partition remembers, and where each has a transaction open (KIP-664).

import { DescribeProducers, errorCode, type ErrorName } from '@jackdaw/protocol'

import { handler, type RequestContext } from './handler.ts'

const NONE = -1

export const describeProducers = handler(DescribeProducers, { versions: '0-0' }, async ({ topics }, context) => ({
  topics: await Promise.all(
    topics.map(async ({ name, partitionIndexes }) => ({
      name,
      partitions: await Promise.all(partitionIndexes.map((index) => describePartition(name, index, context))),
    })),
  ),
}))

const describePartition = async (name: string, partitionIndex: number, { topics }: RequestContext) => {
  const refused = (error: ErrorName, errorMessage: string | null) => ({
    partitionIndex,
    errorCode: errorCode(error),
    errorMessage,
    activeProducers: [],
  })
  const partition = topics.partition(topics.find({ name }), partitionIndex, -1)
  if (typeof partition === 'string') return refused(partition, null)
  const ready = await partition.ready()
  if ('error' in ready) return refused(ready.error, ready.message)
  const activeProducers = [...ready.producers].map(
    ([producerId, { epoch, batches, lastSeen, coordinatorEpoch, transaction }]) => ({
      producerId,
      producerEpoch: epoch,
      lastSequence: batches.at(-1)?.lastSequence ?? NONE,
      lastTimestamp: lastSeen,
      coordinatorEpoch,
      currentTxnStartOffset: transaction ?? NONE,
    }),
  )
  return { partitionIndex, errorCode: errorCode('NONE'), errorMessage: null, activeProducers }
}
