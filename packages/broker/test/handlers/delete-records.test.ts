import { DeleteRecords, errorCode, type ErrorName, FindCoordinator, ListOffsets } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { batchOf, startTestBroker, type TestClient } from '../support.ts'
import { createTopic, produceTo } from '../topics.ts'

const deleteBefore = async (client: TestClient, name: string, offset: number, version = 2) => {
  const topics = [{ name, partitions: [{ partitionIndex: 0, offset }] }]
  const answer = await client.send(DeleteRecords, version, { topics, timeoutMs: 5000 })
  return answer.topics[0]?.partitions[0]
}

const startOf = async (client: TestClient, name: string) => {
  const topics = [{ name, partitions: [{ partitionIndex: 0, timestamp: -2 }] }]
  const answer = await client.send(ListOffsets, 7, { replicaId: -1, topics })
  return answer.topics[0]?.partitions[0]?.offset
}

describe('DeleteRecords', () => {
  test('moves the log start to the offset, also inside a batch, and never back', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    await produceTo(client, 'orders', batchOf(['a', 'b', 'c', 'd']))
    expect(await deleteBefore(client, 'orders', 3)).toMatchObject({ lowWatermark: 3, errorCode: 0 })
    expect(await startOf(client, 'orders')).toBe(3)
    expect(await deleteBefore(client, 'orders', 1)).toMatchObject({ lowWatermark: 3, errorCode: 0 })
    expect(await startOf(client, 'orders')).toBe(3)
  })

  test('takes -1 for the high watermark', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    await produceTo(client, 'orders', batchOf(['a', 'b']))
    expect(await deleteBefore(client, 'orders', -1, 0)).toMatchObject({ lowWatermark: 2, errorCode: 0 })
    expect(await startOf(client, 'orders')).toBe(2)
    expect(await produceTo(client, 'orders')).toMatchObject({ baseOffset: 2, logStartOffset: 2 })
  })

  test('refuses what it cannot delete, and changes nothing', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    await createTopic(client, 'compacted', 1, { 'cleanup.policy': 'compact' })
    await createTopic(client, 'both', 1, { 'cleanup.policy': 'compact,delete' })
    await client.send(FindCoordinator, 4, { coordinatorKeys: ['g'] })
    await produceTo(client, 'orders', batchOf(['a', 'b']))
    const refusals: readonly (readonly [string, number, ErrorName])[] = [
      ['orders', 3, 'OFFSET_OUT_OF_RANGE'],
      ['orders', -2, 'OFFSET_OUT_OF_RANGE'],
      ['nowhere', 0, 'UNKNOWN_TOPIC_OR_PARTITION'],
      ['compacted', -1, 'POLICY_VIOLATION'],
      ['__consumer_offsets', -1, 'INVALID_TOPIC_EXCEPTION'],
    ]
    for (const [name, offset, error] of refusals) {
      expect(await deleteBefore(client, name, offset)).toMatchObject({ lowWatermark: -1, errorCode: errorCode(error) })
    }
    expect(await startOf(client, 'orders')).toBe(0)
    expect(await deleteBefore(client, 'both', -1)).toMatchObject({ lowWatermark: 0, errorCode: 0 })
  })
})
