// kafkajs as the tests use it: quiet, with the codecs that it leaves to plugins, and everything disconnected at the end.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { createRequire } from 'node:module'
import kafkajs, { type Admin, type Consumer, type Kafka, type Producer, type ProducerConfig } from 'kafkajs'

const require = createRequire(import.meta.url)
const { CompressionCodecs, CompressionTypes, logLevel } = kafkajs

CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy') as () => unknown
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
  decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
})

export const kafkajsCodecs = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  zstd: CompressionTypes.ZSTD,
}

export const kafkajsClient = (bootstrap: string): Kafka =>
  new kafkajs.Kafka({ clientId: 'interop', brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 8 } })

/** Partitions as kafka's own Java producer chooses them. */
export const producerDefaults: ProducerConfig = { createPartitioner: kafkajs.Partitioners.DefaultPartitioner }

interface Connected {
  connect(): Promise<void>
  disconnect(): Promise<void>
}

const connected = async <C extends Connected, T>(client: C, use: (client: C) => Promise<T>): Promise<T> => {
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.disconnect()
  }
}

export const withAdmin = <T>(bootstrap: string, use: (admin: Admin) => Promise<T>): Promise<T> =>
  connected(kafkajsClient(bootstrap).admin(), use)

export const withProducer = <T>(
  bootstrap: string,
  use: (producer: Producer) => Promise<T>,
  config: ProducerConfig = {},
): Promise<T> => connected(kafkajsClient(bootstrap).producer({ ...producerDefaults, ...config }), use)

/** Creates a topic by a client that every machine has, for suites about another client. */
export const createTopic = (
  bootstrap: string,
  topic: string,
  partitions = 1,
  configs: Readonly<Record<string, string>> = {},
): Promise<boolean> =>
  withAdmin(bootstrap, (admin) =>
    admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: 1,
          configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
        },
      ],
    }),
  )

export interface JsRecord {
  readonly partition: number
  readonly offset: string
  readonly key: string | undefined
  readonly value: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** A member of a group: what it has read so far, and the partitions it holds. */
export class JsMember implements AsyncDisposable {
  readonly records: JsRecord[] = []
  assignment: number[] | undefined
  readonly #consumer: Consumer

  private constructor(consumer: Consumer) {
    this.#consumer = consumer
  }

  static async join(bootstrap: string, groupId: string, topic: string, fromBeginning = true): Promise<JsMember> {
    const consumer = kafkajsClient(bootstrap).consumer({
      groupId,
      sessionTimeout: 6000,
      rebalanceTimeout: 6000,
      heartbeatInterval: 300,
      maxWaitTimeInMs: 200,
    })
    const member = new JsMember(consumer)
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      member.assignment = (payload.memberAssignment[topic] ?? []).toSorted((a, b) => a - b)
    })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning })
    await consumer.run({
      autoCommitInterval: 200,
      eachMessage: async ({ partition, message }) => {
        member.records.push({
          partition,
          offset: message.offset,
          key: message.key?.toString(),
          value: message.value?.toString(),
          headers: Object.fromEntries(
            Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
          ),
        })
      },
    })
    return member
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer.disconnect()
  }
}
