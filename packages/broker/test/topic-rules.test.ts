// What a topic's configs say about records, as a client meets it: bounds of timestamps and sizes, whose clock stamps, keys.

import { AlterConfigs, decodeRecords, errorCode, Fetch, Produce, viewBatches, type BatchView } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { batchOf, startTestBroker, type TestClient } from './support.ts'
import { createTopic, produceTo } from './topics.ts'

const HOUR = 3_600_000

const keyed = (key: string | null, timestamp = Date.now()) => ({
  timestamp,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from('v'),
  headers: [],
})

const stored = async (client: TestClient, topic: string) => {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }]
  const { responses } = await client.send(Fetch, 11, { maxWaitMs: 0, minBytes: 0, topics: [{ topic, partitions }] })
  return viewBatches(responses[0]?.partitions[0]?.records ?? Buffer.alloc(0)) as BatchView[]
}

const timestampsIn = (batches: readonly BatchView[]) =>
  batches.flatMap((batch) => decodeRecords(batch, { maxDecompressedBytes: 1e6 }).map(({ timestamp }) => timestamp))

describe("a topic's own rules", () => {
  test('bound timestamps on both sides of the clock', async () => {
    const client = await (await startTestBroker()).connect()
    const bounds = { 'message.timestamp.before.max.ms': String(HOUR), 'message.timestamp.after.max.ms': '60000' }
    await createTopic(client, 'bounded', 1, bounds)
    await createTopic(client, 'free')
    const produce = async (topic: string, timestamp: number) =>
      (await produceTo(client, topic, batchOf([], { records: [keyed('k', timestamp)] })))?.errorCode
    const now = Date.now()
    expect(await produce('bounded', now)).toBe(0)
    expect(await produce('bounded', now - 2 * HOUR)).toBe(errorCode('INVALID_TIMESTAMP'))
    expect(await produce('bounded', now + 120_000)).toBe(errorCode('INVALID_TIMESTAMP'))
    expect(await produce('free', now - 2 * HOUR)).toBe(0)
    expect(await produce('free', now + 2 * HOUR)).toBe(errorCode('INVALID_TIMESTAMP'))
    expect(await stored(client, 'bounded')).toHaveLength(1)
  })

  test.each(['none', 'zstd'] as const)(
    'LogAppendTime stamps every record with the broker’s clock (%s)',
    async (compression) => {
      const client = await (await startTestBroker()).connect()
      await createTopic(client, 'stamped', 1, { 'message.timestamp.type': 'LogAppendTime' })
      const before = Date.now()
      const records = [keyed('a', 1), keyed('b', before + 10 * HOUR)]
      const produced = await produceTo(client, 'stamped', batchOf([], { records, compression }))
      expect(produced).toMatchObject({ errorCode: 0, baseOffset: 0 })
      const appended = produced?.logAppendTimeMs as number
      expect(appended).toBeGreaterThanOrEqual(before)
      expect(appended).toBeLessThanOrEqual(Date.now())
      const batches = await stored(client, 'stamped')
      expect(batches).toMatchObject([{ timestampType: 'LogAppendTime', maxTimestamp: appended }])
      expect(timestampsIn(batches)).toEqual([appended, appended])
    },
  )

  test('CreateTime leaves timestamps as they were sent, and answers -1', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'plain')
    expect(await produceTo(client, 'plain', batchOf([], { records: [keyed('a', 1000)] }))).toMatchObject({
      logAppendTimeMs: -1,
    })
    expect(timestampsIn(await stored(client, 'plain'))).toEqual([1000])
  })

  test('max.message.bytes bounds a batch as it was sent', async () => {
    const client = await (await startTestBroker()).connect()
    const large = batchOf(['x'.repeat(2000)])
    await createTopic(client, 'small', 1, { 'max.message.bytes': String(large.length - 1) })
    await createTopic(client, 'just', 1, { 'max.message.bytes': String(large.length) })
    expect((await produceTo(client, 'small', large))?.errorCode).toBe(errorCode('MESSAGE_TOO_LARGE'))
    expect((await produceTo(client, 'just', large))?.errorCode).toBe(0)
    expect((await produceTo(client, 'small', batchOf(['x'.repeat(2000)], { compression: 'gzip' })))?.errorCode).toBe(0)
  })

  test('a change of the rules holds for the next batch', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    expect((await produceTo(client, 'orders', batchOf(['x'.repeat(500)])))?.errorCode).toBe(0)
    const configs = [{ name: 'max.message.bytes', value: '300' }]
    const resources = [{ resourceType: 2, resourceName: 'orders', configs }]
    await client.send(AlterConfigs, 1, { resources, validateOnly: false })
    expect((await produceTo(client, 'orders', batchOf(['x'.repeat(500)])))?.errorCode).toBe(
      errorCode('MESSAGE_TOO_LARGE'),
    )
  })
})

describe('a compacted topic', () => {
  test.each(['none', 'gzip', 'lz4', 'snappy', 'zstd'] as const)(
    'refuses records without a key by name (%s)',
    async (compression) => {
      const client = await (await startTestBroker()).connect()
      await createTopic(client, 'latest', 1, { 'cleanup.policy': 'compact,delete' })
      const records = [keyed('a'), keyed(null), keyed(''), keyed(null)]
      const refused = await produceTo(client, 'latest', batchOf([], { records, compression }))
      expect(refused).toMatchObject({ errorCode: errorCode('INVALID_RECORD'), baseOffset: -1 })
      expect(refused?.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([1, 3])
      expect(refused?.errorMessage).toContain('2 of 4 records')
      expect(await stored(client, 'latest')).toEqual([])
      const good = batchOf([], { records: [keyed('a'), keyed('')], compression })
      expect(await produceTo(client, 'latest', good)).toMatchObject({ errorCode: 0, baseOffset: 0, recordErrors: [] })
    },
  )

  test('says which records only in versions that can', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'latest', 1, { 'cleanup.policy': 'compact' })
    const partitionData = [{ index: 0, records: batchOf([], { records: [keyed(null)] }) }]
    const request = { acks: -1, timeoutMs: 5000, topicData: [{ name: 'latest', partitionData }] }
    const { responses } = await client.send(Produce, 7, request)
    expect(responses[0]?.partitionResponses[0]).toMatchObject({ errorCode: errorCode('INVALID_RECORD') })
  })

  test('that becomes one asks for keys from then on', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    expect((await produceTo(client, 'orders'))?.errorCode).toBe(0)
    const configs = [{ name: 'cleanup.policy', value: 'compact' }]
    const resources = [{ resourceType: 2, resourceName: 'orders', configs }]
    await client.send(AlterConfigs, 1, { resources, validateOnly: false })
    expect((await produceTo(client, 'orders'))?.errorCode).toBe(errorCode('INVALID_RECORD'))
  })
})
