import { MemoryDisk, ScriptedFaults } from '@jackdaw/adapter-memory'
import {
  decodeRecords,
  errorCode,
  DeleteTopics,
  Fetch,
  ListOffsets,
  Metadata,
  Produce,
  viewBatches,
  type BatchView,
} from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { batchOf, startTestBroker, type TestClient } from './support.ts'

const topic = 'orders'

const createTopic = async (client: TestClient) => {
  const { topics } = await client.send(Metadata, 8, { topics: [{ name: topic }] })
  expect(topics[0]?.errorCode).toBe(errorCode('NONE'))
}

const produce = async (client: TestClient, records: Buffer, timeoutMs = 5000) => {
  const request = { acks: -1, timeoutMs, topicData: [{ name: topic, partitionData: [{ index: 0, records }] }] }
  const { responses } = await client.send(Produce, 8, request)
  return responses[0]?.partitionResponses[0]
}

const fetch = async (client: TestClient, fetchOffset: number, options: object = {}) => {
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000, ...options }]
  const { responses } = await client.send(Fetch, 11, {
    maxWaitMs: 0,
    minBytes: 1,
    ...options,
    topics: [{ topic, partitions }],
  })
  return responses[0]?.partitions[0]
}

const valuesIn = (records: Buffer | null | undefined): string[] =>
  (viewBatches(records ?? Buffer.alloc(0)) as BatchView[]).flatMap((batch) =>
    decodeRecords(batch, { maxDecompressedBytes: 1_000_000 }).map(({ value }) => String(value)),
  )

const readAll = async (client: TestClient): Promise<string[]> => valuesIn((await fetch(client, 0))?.records)

describe('produce and fetch', () => {
  test('records come back as they were sent', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client)
    expect(await produce(client, batchOf(['a', 'b']))).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect(await produce(client, batchOf(['c'], { compression: 'zstd' }))).toMatchObject({
      errorCode: 0,
      baseOffset: 2,
    })
    expect(await readAll(client)).toEqual(['a', 'b', 'c'])
  })

  test('a fetch waits for its bytes, and gets them as soon as they are stored', async () => {
    const { connect } = await startTestBroker()
    const [reader, writer] = [await connect(), await connect()]
    await createTopic(writer)
    const waiting = fetch(reader, 0, { maxWaitMs: 20_000 })
    await produce(writer, batchOf(['x']))
    expect(valuesIn((await waiting)?.records)).toEqual(['x'])
  })

  test('a fetch with nothing to read comes back empty when its time is over', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client)
    expect(await fetch(client, 0, { maxWaitMs: 20 })).toMatchObject({ errorCode: 0, highWatermark: 0 })
  })

  test('at least one batch is given, whatever the budget', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client)
    await produce(client, batchOf(['a'.repeat(500)]))
    await produce(client, batchOf(['b']))
    expect(valuesIn((await fetch(client, 0, { partitionMaxBytes: 1 }))?.records)).toEqual(['a'.repeat(500)])
  })

  test('offsets beyond the log are out of range, its end is merely empty', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client)
    await produce(client, batchOf(['a']))
    expect((await fetch(client, 1))?.errorCode).toBe(errorCode('NONE'))
    expect((await fetch(client, 2))?.errorCode).toBe(errorCode('OFFSET_OUT_OF_RANGE'))
    expect((await fetch(client, -1))?.errorCode).toBe(errorCode('OFFSET_OUT_OF_RANGE'))
  })

  test('offsets are found by time', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client)
    for (const timestamp of [1000, 3000, 2000]) {
      const record = { timestamp, key: null, value: Buffer.from(String(timestamp)), headers: [] }
      await produce(client, batchOf([], { records: [record] }))
    }
    const offsetAt = async (timestamp: number) => {
      const topics = [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }]
      const found = (await client.send(ListOffsets, 7, { replicaId: -1, topics })).topics[0]?.partitions[0]
      return [found?.offset, found?.timestamp]
    }
    expect(await offsetAt(0)).toEqual([0, 1000])
    expect(await offsetAt(1001)).toEqual([1, 3000])
    expect(await offsetAt(3001)).toEqual([-1, -1])
    expect(await offsetAt(-1)).toEqual([3, -1])
    expect(await offsetAt(-2)).toEqual([0, -1])
    expect(await offsetAt(-3)).toEqual([1, 3000])
  })

  test('deleting a topic wakes the fetches that wait on it', async () => {
    const { connect } = await startTestBroker()
    const [reader, admin] = [await connect(), await connect()]
    await createTopic(admin)
    const waiting = fetch(reader, 0, { maxWaitMs: 20_000 })
    await admin.send(Metadata, 8, { topics: [] }) // the fetch has arrived by now
    const deleted = await admin.send(DeleteTopics, 5, { topicNames: [topic], timeoutMs: 5000 })
    expect(deleted.responses[0]?.errorCode).toBe(errorCode('NONE'))
    expect((await waiting)?.errorCode).toBe(errorCode('UNKNOWN_TOPIC_OR_PARTITION'))
  })
})

describe('what the storage does not say', () => {
  const brokerWithFaults = async () => {
    const faults = new ScriptedFaults()
    const { connect } = await startTestBroker({ faults })
    const client = await connect()
    await createTopic(client)
    await produce(client, batchOf(['first']))
    return { faults, client }
  }

  test.each([
    ['lost on its way', { kind: 'REQUEST_LOST' }],
    ['landed, but its reply was lost', { kind: 'REPLY_LOST' }],
  ] as const)('an append that was %s is settled, and its records are there once', async (_how, fault) => {
    const { faults, client } = await brokerWithFaults()
    faults.nextAppend(fault)
    expect(await produce(client, batchOf(['second']))).toMatchObject({ errorCode: 0, baseOffset: 1 })
    await produce(client, batchOf(['third']))
    expect(await readAll(client)).toEqual(['first', 'second', 'third'])
  })

  test('an append that lands late never replaces what was acknowledged in its place', async () => {
    const { faults, client } = await brokerWithFaults()
    let arrive: (value: unknown) => void = () => undefined
    faults.nextAppend({ kind: 'LATE', arrives: new Promise((resolve) => (arrive = resolve)) })
    expect(await produce(client, batchOf(['second']))).toMatchObject({ errorCode: 0, baseOffset: 1 })
    arrive(undefined)
    await produce(client, batchOf(['third']))
    expect(await readAll(client)).toEqual(['first', 'second', 'third'])
  })

  test('a full storage refuses, and takes records again when there is room', async () => {
    const { faults, client } = await brokerWithFaults()
    faults.nextAppend({ kind: 'FULL' })
    expect((await produce(client, batchOf(['second'])))?.errorCode).toBe(errorCode('KAFKA_STORAGE_ERROR'))
    await expect.poll(async () => (await produce(client, batchOf(['third'])))?.errorCode).toBe(errorCode('NONE'))
    expect(await readAll(client)).toEqual(['first', 'third'])
  })
})

describe('a broker that starts again', () => {
  test('has every acknowledged record, its topic ids and its producers', async () => {
    const disk = new MemoryDisk()
    const sent = { producerId: 5, producerEpoch: 0, baseSequence: 0 }
    const before = await startTestBroker({ disk })
    const client = await before.connect()
    await createTopic(client)
    await produce(client, batchOf(['a', 'b'], sent))
    const { topics } = await client.send(Metadata, 12, { topics: null })
    await before.broker.close()

    const after = await (await startTestBroker({ disk })).connect()
    expect(await readAll(after)).toEqual(['a', 'b'])
    expect((await after.send(Metadata, 12, { topics: null })).topics[0]?.topicId).toBe(topics[0]?.topicId)
    expect(await produce(after, batchOf(['a', 'b'], sent))).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect(await produce(after, batchOf(['c'], { ...sent, baseSequence: 2 }))).toMatchObject({
      errorCode: 0,
      baseOffset: 2,
    })
    expect(await readAll(after)).toEqual(['a', 'b', 'c'])
  })
})
