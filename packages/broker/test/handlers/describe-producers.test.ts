import { DescribeProducers, errorCode } from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { batchOf, startTestBroker } from '../support.ts'
import { createTopic, produceTo } from '../topics.ts'

test('DescribeProducers lists the idempotent producers of a partition with where they are', async () => {
  const client = await (await startTestBroker()).connect()
  await createTopic(client, 'orders')
  await produceTo(client, 'orders', batchOf(['a', 'b'], { producerId: 7, producerEpoch: 3, baseSequence: 0 }))
  await produceTo(client, 'orders', batchOf(['c'], { producerId: 7, producerEpoch: 3, baseSequence: 2 }))
  await produceTo(client, 'orders', batchOf(['d']))
  const { topics } = await client.send(DescribeProducers, 0, { topics: [{ name: 'orders', partitionIndexes: [0, 5] }] })
  const [described, unknown] = topics[0]?.partitions ?? []
  expect(described?.activeProducers).toMatchObject([
    { producerId: 7, producerEpoch: 3, lastSequence: 2, coordinatorEpoch: -1, currentTxnStartOffset: -1 },
  ])
  expect(described?.activeProducers[0]?.lastTimestamp).toBeGreaterThan(0)
  expect(unknown).toMatchObject({ partitionIndex: 5, errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION') })
})
