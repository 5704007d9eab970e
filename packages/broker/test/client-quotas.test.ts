// Quotas as clients meet them. What a throttled connection may not do meanwhile is in connections/limits.test.ts.

import { MemoryDisk } from '@jackdaw/adapter-memory'
import { AlterClientQuotas, DescribeClientQuotas, errorCode, Fetch, Metadata, Produce } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { batchOf, startTestBroker, type TestClient } from './support.ts'
import { createTopic } from './topics.ts'

const alter = async (client: TestClient, clientId: string | null, key: string, value: number, validateOnly = false) => {
  const entity = [{ entityType: 'client-id', entityName: clientId }]
  const ops = [{ key, value, remove: value === 0 }]
  const { entries } = await client.send(AlterClientQuotas, 1, { entries: [{ entity, ops }], validateOnly })
  return entries[0]?.errorCode
}

const describeAll = async (client: TestClient) => {
  const { entries } = await client.send(DescribeClientQuotas, 1, { components: [], strict: false })
  return entries
}

const produce = async (client: TestClient, topic: string, records = batchOf(['x'.repeat(1000)])) => {
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }]
  const { throttleTimeMs, responses } = await client.send(Produce, 9, { acks: -1, timeoutMs: 5000, topicData })
  expect(responses[0]?.partitionResponses[0]?.errorCode).toBe(0)
  return throttleTimeMs
}

const fetch = async (client: TestClient, topic: string, fetchOffset = 0) => {
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }]
  const request = { maxWaitMs: 0, minBytes: 0, topics: [{ topic, partitions }] }
  const { throttleTimeMs, responses } = await client.send(Fetch, 11, request)
  return { throttleTimeMs, bytes: responses[0]?.partitions[0]?.records?.length }
}

describe('client quotas', () => {
  test('are kept over a restart, and gone when they are removed', async () => {
    const disk = new MemoryDisk()
    const first = await startTestBroker({ disk })
    const client = await first.connect()
    expect(await alter(client, 'other', 'producer_byte_rate', 5, true)).toBe(0)
    expect(await describeAll(client)).toEqual([])
    expect(await alter(client, 'other', 'producer_byte_rate', 5)).toBe(0)
    expect(await alter(client, 'other', 'no_such_rate', 5)).toBe(errorCode('INVALID_REQUEST'))
    await first.broker.close()
    const again = await (await startTestBroker({ disk })).connect()
    expect(await describeAll(again)).toEqual([
      {
        entity: [{ entityType: 'client-id', entityName: 'other' }],
        values: [{ key: 'producer_byte_rate', value: 5 }],
      },
    ])
    expect(await alter(again, 'other', 'producer_byte_rate', 0)).toBe(0)
    expect(await describeAll(again)).toEqual([])
  })

  test('a filter that makes no sense is refused', async () => {
    const client = await (await startTestBroker()).connect()
    const components = [{ entityType: 'group', matchType: 2, match: null }]
    expect(await client.send(DescribeClientQuotas, 0, { components, strict: false })).toMatchObject({
      errorCode: errorCode('INVALID_REQUEST'),
      entries: null,
    })
  })

  test('producer_byte_rate throttles a producer that sends more, and stores its records all the same', async () => {
    const { connect } = await startTestBroker()
    const [admin, producer, sibling] = [await connect(), await connect(), await connect()]
    await createTopic(admin, 'orders')
    expect(await produce(producer, 'orders')).toBe(0)
    expect(await alter(admin, 'test', 'producer_byte_rate', 10)).toBe(0)
    expect(await produce(producer, 'orders')).toBeGreaterThan(0)
    expect(await produce(sibling, 'orders')).toBeGreaterThan(0)
    expect((await fetch(admin, 'orders')).throttleTimeMs).toBe(0)
  })

  test('a quota of another client id, or one that is not reached, throttles nobody', async () => {
    const { connect } = await startTestBroker()
    const client = await connect()
    await createTopic(client, 'orders')
    expect(await alter(client, 'other', 'producer_byte_rate', 10)).toBe(0)
    expect(await alter(client, null, 'producer_byte_rate', 1_000_000_000)).toBe(0)
    expect(await produce(client, 'orders')).toBe(0)
  })

  test('consumer_byte_rate lets a first batch through, and then holds back what goes beyond it', async () => {
    const { connect } = await startTestBroker()
    const [admin, first, second] = [await connect(), await connect(), await connect()]
    await createTopic(admin, 'orders')
    await produce(admin, 'orders')
    expect(await alter(admin, 'test', 'consumer_byte_rate', 10)).toBe(0)
    const read = await fetch(first, 'orders')
    expect(read.bytes).toBeGreaterThan(1000)
    expect(read.throttleTimeMs).toBeGreaterThan(0)
    const heldBack = await fetch(second, 'orders')
    expect(heldBack.bytes).toBeUndefined()
    expect(heldBack.throttleTimeMs).toBeGreaterThan(0)
  })

  test('consumer_byte_rate bounds what one fetch brings', async () => {
    const { connect } = await startTestBroker()
    const [admin, reader] = [await connect(), await connect()]
    await createTopic(admin, 'orders')
    for (let i = 0; i < 5; i++) await produce(admin, 'orders')
    expect(await alter(admin, 'test', 'consumer_byte_rate', 200)).toBe(0)
    const { bytes = 0 } = await fetch(reader, 'orders')
    expect(bytes).toBeGreaterThan(1000)
    expect(bytes).toBeLessThanOrEqual(2000)
  })

  test('request_percentage throttles by the time that requests take, in every API', async () => {
    const { connect } = await startTestBroker()
    const [admin, client] = [await connect(), await connect()]
    expect(await alter(admin, 'test', 'request_percentage', 1e-9)).toBe(0)
    const { throttleTimeMs } = await client.send(Metadata, 8, { topics: [] })
    expect(throttleTimeMs).toBeGreaterThan(0)
    expect(throttleTimeMs).toBeLessThanOrEqual(1000)
  })
})
