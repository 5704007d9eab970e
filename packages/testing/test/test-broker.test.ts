import {
  CreateTopics,
  encodeBatch,
  encodeRequestFrame,
  Fetch,
  type Infer,
  Metadata,
  Produce,
  Reader,
  ResponseHeader,
  responseHeaderVersion,
  viewBatches,
  type Api,
} from '@jackdaw/protocol'
import { type ByteStream, FrameReader, tcp } from '@jackdaw/transport'
import type { AppendFault } from '@jackdaw/adapter-memory'
import type { LogId } from '@jackdaw/ports'
import { expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../src/index.ts'

/** One request on a connection of its own; rejects where the connection closes first. */
const ask = async <A extends Api>(
  broker: TestBroker,
  api: A,
  version: number,
  body: object,
): Promise<Infer<A['response']>> => {
  const [host, port] = broker.bootstrapServers.split(':') as [string, string]
  const stream: ByteStream = await tcp.connect({ host, port: Number(port) })
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const frames = new FrameReader({ maxFrameBytes: 1_000_000 }, resolve)
  stream.onData((chunk) => frames.push(chunk))
  stream.onClose(() => reject(new Error('the connection closed')))
  stream.write(encodeRequestFrame({ api, version, correlationId: 1, clientId: 'test', body }))
  try {
    const reader = new Reader(await promise)
    ResponseHeader.decode(reader, responseHeaderVersion(api, version))
    return api.response.decode(reader, version) as Infer<A['response']>
  } finally {
    stream.destroy()
  }
}

const createTopic = (broker: TestBroker, name: string) =>
  ask(broker, CreateTopics, 7, {
    topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
  })

const produce = (broker: TestBroker, name: string, value: string) =>
  ask(broker, Produce, 9, {
    acks: -1,
    timeoutMs: 5000,
    topicData: [
      {
        name,
        partitionData: [{ index: 0, records: encodeBatch({ records: [{ timestamp: 1, value: Buffer.from(value) }] }) }],
      },
    ],
  })

/** How many batches stand in the partition. */
const batches = async (broker: TestBroker, topic: string): Promise<number> => {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100_000 }]
  const response = await ask(broker, Fetch, 4, { maxWaitMs: 0, minBytes: 0, topics: [{ topic, partitions }] })
  return viewBatches(response.responses[0]!.partitions[0]!.records ?? Buffer.alloc(0)).length
}

test('a broker in the test process serves TCP', async () => {
  await using broker = await startTestBroker()
  expect(broker.bootstrapServers).toMatch(/^127\.0\.0\.1:\d+$/)
  expect((await createTopic(broker, 'orders')).topics[0]).toMatchObject({ errorCode: 0 })
  expect((await produce(broker, 'orders', 'a')).responses[0]!.partitionResponses[0]).toMatchObject({
    errorCode: 0,
    baseOffset: 0,
  })
  expect(await batches(broker, 'orders')).toBe(1)
})

test.each(['close', 'kill', 'powerCut'] as const)(
  'what was acknowledged is there after a %s and a restart',
  async (how) => {
    await using broker = await startTestBroker()
    await createTopic(broker, 'orders')
    await produce(broker, 'orders', 'a')
    await broker[how]()
    await expect(ask(broker, Metadata, 4, { topics: null })).rejects.toThrow()
    await broker.restart()
    expect(await batches(broker, 'orders')).toBe(1)
    expect((await produce(broker, 'orders', 'b')).responses[0]!.partitionResponses[0]).toMatchObject({
      errorCode: 0,
      baseOffset: 1,
    })
  },
)

test('a killed broker answers nothing that was under way', async () => {
  const reached = Promise.withResolvers<void>()
  const delay = (log: LogId): AppendFault | undefined => {
    if (log.name !== 'orders-0') return undefined
    reached.resolve()
    return { kind: 'DELAYED', delayMs: 60_000 }
  }
  await using broker = await startTestBroker({ faults: { append: delay } })
  await createTopic(broker, 'orders')
  const refused = expect(produce(broker, 'orders', 'a')).rejects.toThrow('the connection closed')
  await reached.promise
  await broker.kill()
  await refused
})

test('several brokers live beside each other', async () => {
  await using one = await startTestBroker()
  await using other = await startTestBroker()
  await createTopic(one, 'orders')
  expect((await ask(other, Metadata, 4, { topics: null })).topics).toEqual([])
})

test("settings are Kafka's, and a wrong one is refused by name", async () => {
  await using broker = await startTestBroker({ configs: { 'auto.create.topics.enable': 'false' } })
  const answer = await ask(broker, Metadata, 4, { topics: [{ name: 'nobody' }], allowAutoTopicCreation: true })
  expect(answer.topics[0]!.errorCode).toBe(3)
  await expect(startTestBroker({ configs: { 'node.id': 'one' } })).rejects.toThrow(/node\.id/)
})

test('a port that is taken is refused as the system refuses it', async () => {
  await using broker = await startTestBroker()
  const port = Number(broker.bootstrapServers.split(':')[1])
  await expect(startTestBroker({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('closing twice is closing once', async () => {
  const broker = await startTestBroker()
  await broker.close()
  await broker.close()
  await broker.kill()
})
