import { CreateTopics, errorCode, Fetch, ListOffsets, Produce } from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { batchOf, startTestBroker, type TestClient } from './support.ts'

const topic = 'old'
const HOUR = 3_600_000

const createTopic = async (client: TestClient, configs: Readonly<Record<string, string>>) => {
  const wanted = Object.entries(configs).map(([name, value]) => ({ name, value }))
  const topics = [{ name: topic, numPartitions: 1, replicationFactor: 1, assignments: [], configs: wanted }]
  expect((await client.send(CreateTopics, 7, { topics })).topics[0]?.errorCode).toBe(errorCode('NONE'))
}

const produce = async (client: TestClient, timestamp: number, bytes = 10) => {
  const record = { timestamp, key: null, value: Buffer.alloc(bytes), headers: [] }
  const records = batchOf([], { records: [record] })
  await client.send(Produce, 8, {
    acks: -1,
    timeoutMs: 5000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
  })
}

const logStart = async (client: TestClient): Promise<number | undefined> => {
  const topics = [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -2 }] }]
  return (await client.send(ListOffsets, 7, { replicaId: -1, topics })).topics[0]?.partitions[0]?.offset
}

const startClient = async () => {
  const { connect } = await startTestBroker({ configs: { 'log.retention.check.interval.ms': '20' } })
  return connect()
}

test('records older than retention.ms are dropped, younger ones stay', async () => {
  const client = await startClient()
  await createTopic(client, { 'retention.ms': String(HOUR) })
  const now = Date.now()
  for (const timestamp of [now - 3 * HOUR, now - 2 * HOUR, now, now - 2 * HOUR]) await produce(client, timestamp)
  await expect.poll(() => logStart(client)).toBe(2)
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }]
  const fetched = await client.send(Fetch, 11, { maxWaitMs: 0, minBytes: 1, topics: [{ topic, partitions }] })
  expect(fetched.responses[0]?.partitions[0]).toMatchObject({
    errorCode: errorCode('OFFSET_OUT_OF_RANGE'),
    logStartOffset: 2,
  })
})

test('what exceeds retention.bytes is dropped, oldest first, and never more', async () => {
  const client = await startClient()
  await createTopic(client, { 'retention.bytes': '3000', 'retention.ms': '-1' })
  for (let i = 0; i < 6; i++) await produce(client, Date.now(), 900)
  await expect.poll(() => logStart(client)).toBe(2)
})

test('-1 keeps everything, however old', async () => {
  const client = await startClient()
  await createTopic(client, { 'retention.ms': '-1' })
  await produce(client, 1)
  await new Promise((resolve) => setTimeout(resolve, 100)) // some rounds
  expect(await logStart(client)).toBe(0)
})
