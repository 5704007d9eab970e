// A real broker on the memory adapter and virtual time, with the topics that requests are made for. Everything that it draws
// comes from one fixed seed: what it answers depends on the frames alone.
import { MemoryDisk, openMemoryCoordination, openMemoryStore } from '@jackdaw/adapter-memory'
import { startBroker, type Broker, type Logger } from '@jackdaw/broker'
import { parseBrokerConfig } from '@jackdaw/config'
import {
  ApiVersions,
  CreateTopics,
  DeleteTopics,
  encodeBatch,
  encodeRequestFrame,
  Fetch,
  FindCoordinator,
  ListGroups,
  Metadata,
  Produce,
  type Api,
  type Infer,
  type Init,
} from '@jackdaw/protocol'
import { SeededRandom, VirtualClock } from '@jackdaw/testing'
import { law } from '../targets/target.ts'
import { readAnswer, type Served, type Verdict } from './verdict.ts'
import { Wire, type ClientEnd } from './wire.ts'

/** Logs that the store takes: what CreateTopics and automatic creation can make is bounded by that. */
export const LOGS_MAX = 200

const SETTLE_MS = 10_000
/** How long the storage may take to drop the logs of topics that are gone. */
const REMOVAL_MS = 10
const OFFSETS = '__consumer_offsets'
const OFFSETS_PARTITIONS = 2
/** Produce is advertised from version 0 on and served from 3 on. */
const PRODUCE_SERVED_SINCE = 3

const CONFIGS = {
  listeners: 'PLAINTEXT://fuzz:9092',
  'offsets.topic.num.partitions': String(OFFSETS_PARTITIONS),
  'group.initial.rebalance.delay.ms': '100',
  'group.min.session.timeout.ms': '100',
}

export interface KnownTopic {
  readonly name: string
  readonly topicId: string
  readonly partitions: number
}

/** No request is made for it but those that ask whether the broker is well. */
export const HEALTHY = 'healthy'

const TOPICS = [
  { name: 'plain', numPartitions: 3, configs: {} },
  { name: 'gzipped', numPartitions: 1, configs: { 'compression.type': 'gzip' } },
  { name: 'stamped', numPartitions: 1, configs: { 'message.timestamp.type': 'LogAppendTime' } },
  { name: 'compacted', numPartitions: 1, configs: { 'cleanup.policy': 'compact' } },
  { name: HEALTHY, numPartitions: 1, configs: { 'compression.type': 'producer', 'max.message.bytes': '100000' } },
]

export class World {
  readonly clock: VirtualClock
  readonly disk: MemoryDisk
  readonly wire: Wire
  served: Served = new Map()
  /** What the broker called an error, since it was last looked at. */
  complaints: string[] = []
  #random = new SeededRandom(1)
  #broker: Broker | undefined
  #start = 0

  constructor() {
    this.clock = new VirtualClock({ random: this.#random.fork('clock') })
    this.disk = new MemoryDisk({ clock: this.clock, random: this.#random.fork('disk') })
    this.wire = new Wire(this.clock)
  }

  /** Starts the broker, for the first time or again on what it left. */
  async open(): Promise<void> {
    const parsed = parseBrokerConfig(new Map(Object.entries(CONFIGS)))
    if (parsed.kind === 'FAULTS') throw new Error(JSON.stringify(parsed.faults))
    const random = this.#random.fork(`start/${++this.#start}`)
    const { clock, disk } = this
    const starting = startBroker({
      config: parsed.config,
      store: openMemoryStore({ disk, clock, random: random.fork('store'), supports: { maxLogs: LOGS_MAX } }),
      coordination: openMemoryCoordination({ disk, clock, random: random.fork('coordination') }),
      network: this.wire,
      clock,
      random: random.fork('broker'),
      log: this.#logger(),
    })
    this.#broker = await clock.resolve(starting, { ms: SETTLE_MS })
  }

  async close(): Promise<void> {
    if (this.#broker === undefined) return
    await this.clock.resolve(this.#broker.close(), { ms: SETTLE_MS })
    this.#broker = undefined
  }

  async learnVersions(): Promise<void> {
    const { apiKeys } = await this.ask(ApiVersions, 0, {})
    this.served = new Map(
      apiKeys.map(({ apiKey, minVersion: min, maxVersion: max }) => [
        apiKey,
        { min: apiKey === Produce.key ? PRODUCE_SERVED_SINCE : min, max },
      ]),
    )
  }

  /** Has the topics as they were meant, whatever became of them, and a coordinator that answers. */
  async tend(): Promise<void> {
    const doomed = (await this.topics()).filter(({ name }) => name !== HEALTHY && name !== OFFSETS)
    await this.ask(DeleteTopics, 6, {
      topics: doomed.map(({ topicId }) => ({ name: null, topicId })),
      timeoutMs: SETTLE_MS,
    })
    await this.clock.runFor(REMOVAL_MS)
    const topics = TOPICS.map(({ name, numPartitions, configs }) => ({
      name,
      numPartitions,
      replicationFactor: 1,
      assignments: [],
      configs: Object.entries(configs).map(([config, value]) => ({ name: config, value })),
    }))
    const created = await this.ask(CreateTopics, 7, { topics, timeoutMs: SETTLE_MS, validateOnly: false })
    law(
      created.topics.every(({ errorCode, name }) => errorCode === 0 || name === HEALTHY),
      () => `topics cannot be created any more: ${JSON.stringify(created.topics)}`,
    )
    await this.holdCoordinated()
  }

  /** Groups have a coordinator that answers, unless the storage has no room for the topic of their offsets. */
  async holdCoordinated(): Promise<void> {
    if (LOGS_MAX - this.disk.logs.size < OFFSETS_PARTITIONS) return
    const { coordinators } = await this.ask(FindCoordinator, 4, { keyType: 0, coordinatorKeys: ['g1'] })
    law(coordinators[0]?.errorCode === 0, () => `no coordinator is found: ${JSON.stringify(coordinators)}`)
    const { errorCode } = await this.ask(ListGroups, 4, {})
    law(errorCode === 0, () => `the coordinator lists no groups: error ${errorCode}`)
  }

  /** All topics, as clients see them. */
  async topics(): Promise<readonly KnownTopic[]> {
    const { topics } = await this.ask(Metadata, 12, { topics: null })
    return topics.map(({ name, topicId, partitions }) => ({ name: name ?? '', topicId, partitions: partitions.length }))
  }

  /** One request on a connection of its own. */
  async ask<A extends Api>(api: A, version: number, body: Init<A['request']>): Promise<Infer<A['response']>> {
    const client = this.wire.dial()
    const verdict: Verdict = { kind: 'ANSWER', api, version, correlationId: 1, mayWaitMs: 0 }
    client.send(
      Buffer.concat(encodeRequestFrame({ api, version, correlationId: 1, clientId: null, body: body as object })),
    )
    await this.settle(client)
    const [frame] = client.frames
    law(frame !== undefined, () => `a sane ${api.name} v${version} is not answered any more`)
    client.hangUp()
    return readAnswer(frame, verdict) as Infer<A['response']>
  }

  async settle(client: ClientEnd): Promise<void> {
    await this.clock.runWhile(() => client.frames.length === 0 && !client.isClosed, { ms: SETTLE_MS })
  }

  /** Stores a batch and reads it back: the broker is still one. */
  async holdHealthy(): Promise<void> {
    const value = Buffer.from('still here')
    const records = encodeBatch({ records: [{ timestamp: this.clock.wall(), key: null, value, headers: [] }] })
    const produced = await this.ask(Produce, 8, {
      acks: -1,
      timeoutMs: SETTLE_MS,
      topicData: [{ name: HEALTHY, partitionData: [{ index: 0, records }] }],
    })
    const stored = produced.responses[0]!.partitionResponses[0]!
    law(stored.errorCode === 0, () => `a sane batch is refused: ${JSON.stringify(stored)}`)
    const partitions = [{ partition: 0, fetchOffset: stored.baseOffset, partitionMaxBytes: 100_000 }]
    const fetched = await this.ask(Fetch, 11, { maxWaitMs: 0, minBytes: 1, topics: [{ topic: HEALTHY, partitions }] })
    const found = fetched.responses[0]!.partitions[0]!
    law(found.records?.includes(value) === true, () => `a stored batch is not found: ${JSON.stringify(found)}`)
  }

  #logger(): Logger {
    const nothing = (): void => undefined
    const error: Logger['error'] = (fields, message) => {
      const told = Object.entries(fields).map(
        ([name, value]) => `${name}: ${value instanceof Error ? value.stack : String(value)}`,
      )
      this.complaints.push([`the broker says: ${message}`, ...told].join('\n  '))
    }
    return { debug: nothing, info: nothing, warn: nothing, error }
  }
}
