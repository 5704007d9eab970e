// WriteTxnMarkers (27), versions 1-2: markers from a coordinator elsewhere, or from an operator who ends a transaction that hangs
// (`kafka-transactions abort`, KIP-664).

import type { Marker } from '@jackdaw/core'
import { errorCode, WriteTxnMarkers } from '@jackdaw/protocol'

import { handler, type RequestContext } from './handler.ts'
import { impossibleProducer } from './impossible-producer.ts'

export const writeTxnMarkers = handler(WriteTxnMarkers, { versions: '1-2' }, async ({ markers }, context) => ({
  markers: await Promise.all(
    markers.map(async ({ topics, transactionResult, ...rest }) => ({
      producerId: rest.producerId,
      topics: await Promise.all(
        topics.map(async ({ name, partitionIndexes }) => ({
          name,
          partitions: await Promise.all(
            partitionIndexes.map((index) => write(name, index, { ...rest, committed: transactionResult }, context)),
          ),
        })),
      ),
    })),
  ),
}))

const write = async (topic: string, partitionIndex: number, marker: Marker, context: RequestContext) => {
  const found = context.topics.partition(context.topics.find({ name: topic }), partitionIndex, -1)
  if (typeof found === 'string') return { partitionIndex, errorCode: errorCode(found) }
  const impossible = impossibleProducer(marker)
  if (impossible !== undefined) return { partitionIndex, errorCode: errorCode(impossible) }
  const { error } = await context.transactionMarkers.writeOne(topic, partitionIndex, marker)
  return { partitionIndex, errorCode: errorCode(error) }
}
