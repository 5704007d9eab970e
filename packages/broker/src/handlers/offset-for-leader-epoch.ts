// OffsetForLeaderEpoch (23), versions 2-4: where a leader epoch ended (KIP-320).

import { endOfEpoch } from '@jackdaw/core'
import { errorCode, OffsetForLeaderEpoch, type OffsetForLeaderEpochRequest } from '@jackdaw/protocol'

import { handler, type RequestContext } from './handler.ts'

type Wanted = OffsetForLeaderEpochRequest['topics'][number]['partitions'][number]

export const offsetForLeaderEpoch = handler(OffsetForLeaderEpoch, { versions: '2-4' }, async (request, context) => ({
  topics: await Promise.all(
    request.topics.map(async ({ topic, partitions }) => ({
      topic,
      partitions: await Promise.all(partitions.map((wanted) => endOf(topic, wanted, context))),
    })),
  ),
}))

const endOf = async (topic: string, wanted: Wanted, { topics }: RequestContext) => {
  const { partition: index, currentLeaderEpoch, leaderEpoch } = wanted
  const partition = topics.partition(topics.find({ name: topic }), index, currentLeaderEpoch)
  if (typeof partition === 'string') return { errorCode: errorCode(partition), partition: index }
  const ready = await partition.ready()
  if ('error' in ready) return { errorCode: errorCode(ready.error), partition: index }
  const { epoch, endOffset } = endOfEpoch(ready.epochs, ready.leaderEpoch, leaderEpoch, ready.durable)
  return { errorCode: errorCode('NONE'), partition: index, leaderEpoch: epoch, endOffset }
}
