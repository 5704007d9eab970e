// Transactions on the wire, in the versions of older producers (which add partitions first) and of newer ones (KIP-890).

import { MemoryDisk } from '@jackdaw/adapter-memory'
import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  ApiVersions,
  CreateTopics,
  DeleteTopics,
  DescribeProducers,
  EndTxn,
  errorName,
  Fetch,
  FindCoordinator,
  InitProducerId,
  ListOffsets,
  OffsetFetch,
  Produce,
  TxnOffsetCommit,
  viewBatches,
  WriteTxnMarkers,
} from '@jackdaw/protocol'
import { systemClock, systemRandom } from '@jackdaw/transport'
import { describe, expect, test } from 'vitest'

import { batchOf, startTestBroker, type TestClient } from './support.ts'

interface Producer {
  readonly producerId: number
  readonly producerEpoch: number
}

const configs = { 'transaction.state.log.num.partitions': '1', 'offsets.topic.num.partitions': '1' }

/** One client that speaks as a producer with the transactional id 't' and as a reader of the topic 'a'. */
class Session {
  readonly client: TestClient

  constructor(client: TestClient) {
    this.client = client
  }

  static async start(options: { disk?: MemoryDisk } = {}): Promise<Session> {
    const { connect } = await startTestBroker({ configs, ...options })
    const session = new Session(await connect())
    await session.client.send(CreateTopics, 7, {
      topics: [{ name: 'a', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 1000,
    })
    await session.client.send(FindCoordinator, 4, { keyType: 1, coordinatorKeys: ['t'] })
    await session.client.send(FindCoordinator, 4, { keyType: 0, coordinatorKeys: ['g'] })
    return session
  }

  async init(version = 4, fields: Partial<Producer & { transactionTimeoutMs: number }> = {}) {
    for (;;) {
      const answer = await this.client.send(InitProducerId, version, {
        transactionalId: 't',
        transactionTimeoutMs: 60_000,
        enable2Pc: false,
        keepPreparedTxn: false,
        ...fields,
      })
      if (errorName(answer.errorCode) !== 'CONCURRENT_TRANSACTIONS') return answer
    }
  }

  async add({ producerId, producerEpoch }: Producer, version = 3) {
    const { resultsByTopicV3AndBelow: topics } = await this.client.send(AddPartitionsToTxn, version, {
      transactions: [],
      v3AndBelowTransactionalId: 't',
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: [{ name: 'a', partitions: [0] }],
    })
    return errorName(topics[0]?.resultsByPartition[0]?.partitionErrorCode ?? -1)
  }

  async produce(version: number, producer: Producer, baseSequence = 0, transactionalId: string | null = 't') {
    const { producerId, producerEpoch } = producer
    const records = batchOf([`${producerEpoch}/${baseSequence}`], {
      producerId,
      producerEpoch,
      baseSequence,
      isTransactional: true,
    })
    const topicData = [{ name: 'a', partitionData: [{ index: 0, records }] }]
    const { responses } = await this.client.send(Produce, version, {
      transactionalId,
      acks: -1,
      timeoutMs: 5000,
      topicData,
    })
    return errorName(responses[0]?.partitionResponses[0]?.errorCode ?? -1)
  }

  async end(version: number, { producerId, producerEpoch }: Producer, committed: boolean) {
    for (;;) {
      const request = { transactionalId: 't', producerId, producerEpoch, committed }
      const answer = await this.client.send(EndTxn, version, request)
      const error = errorName(answer.errorCode)
      if (error !== 'CONCURRENT_TRANSACTIONS') return { ...answer, error }
    }
  }

  async fetch(isolationLevel: number) {
    const { responses } = await this.client.send(Fetch, 11, {
      maxWaitMs: 0,
      minBytes: 0,
      isolationLevel,
      topics: [{ topic: 'a', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100_000 }] }],
    })
    const partition = responses[0]!.partitions[0]!
    const batches = viewBatches(partition.records ?? Buffer.alloc(0))
    if (typeof batches === 'string') throw new Error(batches)
    const { lastStableOffset, highWatermark, abortedTransactions } = partition
    return { lastStableOffset, highWatermark, abortedTransactions, batches }
  }

  async latest(isolationLevel: number): Promise<number> {
    const { topics } = await this.client.send(ListOffsets, 7, {
      replicaId: -1,
      isolationLevel,
      topics: [{ name: 'a', partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
    })
    return topics[0]!.partitions[0]!.offset
  }

  /** Until readers of committed records see all that is there. */
  async decided(): Promise<Awaited<ReturnType<Session['fetch']>>> {
    for (;;) {
      const fetched = await this.fetch(1)
      if (fetched.lastStableOffset === fetched.highWatermark) return fetched
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

describe('an older producer', () => {
  test('adds partitions, writes, and ends its transactions under one epoch', async () => {
    const on = await Session.start()
    const who = await on.init()
    expect(await on.add(who)).toBe('NONE')
    expect(await on.produce(11, who, 0)).toBe('NONE')
    expect(await on.fetch(1)).toMatchObject({ lastStableOffset: 0, highWatermark: 1, batches: [] })
    expect(await on.latest(1)).toBe(0)
    expect(await on.latest(0)).toBe(1)
    expect((await on.end(3, who, false)).error).toBe('NONE')
    const aborted = await on.decided()
    expect(aborted.abortedTransactions).toEqual([{ producerId: who.producerId, firstOffset: 0 }])
    expect((await on.fetch(0)).abortedTransactions).toBeNull()
    expect(aborted.batches.map(({ isControl }) => isControl)).toEqual([false, true])
    let added = await on.add(who)
    while (added === 'CONCURRENT_TRANSACTIONS') added = await on.add(who)
    expect(await on.produce(11, who, 1)).toBe('NONE')
    expect((await on.end(3, who, true)).error).toBe('NONE')
    expect((await on.decided()).highWatermark).toBe(4)
  })

  test('writes nothing to a partition that it has not added', async () => {
    const on = await Session.start()
    const who = await on.init()
    expect(await on.produce(10, who)).toBe('INVALID_TXN_STATE')
    expect(await on.produce(11, who)).toBe('TRANSACTION_ABORTABLE')
    expect(await on.produce(11, who, 0, null)).toBe('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
    expect((await on.fetch(0)).highWatermark).toBe(0)
  })

  test('cannot write behind the end of its transaction', async () => {
    const on = await Session.start()
    const who = await on.init()
    await on.add(who)
    await on.produce(11, who, 0)
    await on.end(3, who, true)
    await on.decided()
    expect(await on.produce(11, who, 1)).toBe('TRANSACTION_ABORTABLE')
    // What is only sent again is answered as before.
    expect(await on.produce(11, who, 0)).toBe('NONE')
    expect((await on.decided()).highWatermark).toBe(2)
  })

  test('is fenced by the next one, in the words of its version', async () => {
    const on = await Session.start()
    const zombie = await on.init()
    await on.init()
    expect(await on.add(zombie, 1)).toBe('INVALID_PRODUCER_EPOCH')
    expect(await on.add(zombie, 2)).toBe('PRODUCER_FENCED')
    expect((await on.end(1, zombie, true)).error).toBe('INVALID_PRODUCER_EPOCH')
    expect((await on.end(2, zombie, true)).error).toBe('PRODUCER_FENCED')
    expect(await on.produce(11, zombie)).toBe('INVALID_PRODUCER_EPOCH')
    const { producerId, producerEpoch } = zombie
    const old = await on.client.send(InitProducerId, 3, {
      transactionalId: 't',
      transactionTimeoutMs: 1000,
      producerId: producerId + 1,
      producerEpoch,
      enable2Pc: false,
      keepPreparedTxn: false,
    })
    expect(errorName(old.errorCode)).toBe('INVALID_PRODUCER_EPOCH')
  })
})

describe('a newer producer', () => {
  test('writes without adding partitions, and goes on under the epoch that EndTxn names', async () => {
    const on = await Session.start()
    let who: Producer = await on.init(5)
    for (const committed of [true, false, true]) {
      // The markers of the transaction before may still be under way.
      expect(await on.produce(12, who)).toBe('NONE')
      expect(await on.produce(12, who, 1)).toBe('NONE')
      const ended = await on.end(5, who, committed)
      expect(ended).toMatchObject({ error: 'NONE', producerEpoch: who.producerEpoch + 1 })
      who = ended
    }
    const { batches, abortedTransactions } = await on.decided()
    expect(batches.map(({ isControl }) => isControl)).toEqual([
      false,
      false,
      true,
      false,
      false,
      true,
      false,
      false,
      true,
    ])
    expect(abortedTransactions).toEqual([{ producerId: who.producerId, firstOffset: 3 }])
  })

  test('is not hurt by an EndTxn or a batch of its last transaction that comes late', async () => {
    const on = await Session.start()
    const first: Producer = await on.init(5)
    await on.produce(12, first)
    const second = await on.end(5, first, true)
    await on.produce(12, second)
    expect((await on.end(5, first, false)).error).toBe('PRODUCER_FENCED')
    expect(await on.produce(12, first, 1)).toBe('INVALID_PRODUCER_EPOCH')
    expect((await on.end(5, second, true)).error).toBe('NONE')
    expect(await on.decided()).toMatchObject({ abortedTransactions: [], highWatermark: 4 })
  })

  test('has to begin each transaction at sequence 0', async () => {
    const on = await Session.start()
    const who = await on.init(5)
    expect(await on.produce(12, who, 3)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
  })
})

describe('a transaction that nobody ends', () => {
  test('is aborted when its time is over, also when the broker was started again meanwhile', async () => {
    const disk = new MemoryDisk({ clock: systemClock, random: systemRandom })
    const { broker, connect } = await startTestBroker({ configs, disk })
    const before = new Session(await connect())
    await before.client.send(CreateTopics, 7, {
      topics: [{ name: 'a', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 1000,
    })
    await before.client.send(FindCoordinator, 4, { keyType: 1, coordinatorKeys: ['t'] })
    const who = await before.init(4, { transactionTimeoutMs: 300 })
    await before.add(who)
    expect(await before.produce(11, who)).toBe('NONE')
    await broker.close()
    const after = new Session(await (await startTestBroker({ configs, disk })).connect())
    expect(await after.decided()).toMatchObject({
      highWatermark: 2,
      abortedTransactions: [{ producerId: who.producerId, firstOffset: 0 }],
    })
    expect((await after.end(3, who, true)).error).toBe('PRODUCER_FENCED')
  })

  test('ends also where a topic that it wrote to was deleted', async () => {
    const on = await Session.start()
    const who = await on.init(5)
    await on.produce(12, who)
    await on.client.send(DeleteTopics, 5, { topicNames: ['a'], timeoutMs: 1000 })
    const ended = await on.end(5, who, true)
    expect(ended.error).toBe('NONE')
    // Told as done only once no marker is owed any more.
    expect((await on.end(5, who, true)).error).toBe('NONE')
    expect(await on.init(5)).toMatchObject({ errorCode: 0, producerEpoch: ended.producerEpoch + 1 })
  })

  test('is seen by an operator, who can abort it in the partition', async () => {
    const on = await Session.start()
    const who = await on.init(5)
    await on.produce(12, who)
    const { topics } = await on.client.send(DescribeProducers, 0, { topics: [{ name: 'a', partitionIndexes: [0] }] })
    const [active] = topics[0]!.partitions[0]!.activeProducers
    expect(active).toMatchObject({ producerId: who.producerId, producerEpoch: 0, currentTxnStartOffset: 0 })
    const { markers } = await on.client.send(WriteTxnMarkers, 1, {
      markers: [
        {
          producerId: who.producerId,
          producerEpoch: 0,
          transactionResult: false,
          topics: [{ name: 'a', partitionIndexes: [0] }],
          coordinatorEpoch: active!.coordinatorEpoch,
        },
      ],
    })
    expect(markers[0]?.topics[0]?.partitions).toEqual([{ partitionIndex: 0, errorCode: 0 }])
    expect((await on.decided()).abortedTransactions).toHaveLength(1)
  })
})

describe('offsets', () => {
  const offsetOf = async (on: Session, requireStable: boolean) => {
    const groups = [{ groupId: 'g', topics: [{ name: 'a', partitionIndexes: [0] }] }]
    const answer = await on.client.send(OffsetFetch, 8, { groups, requireStable })
    const { committedOffset, errorCode } = answer.groups[0]!.topics[0]!.partitions[0]!
    return { committedOffset, error: errorName(errorCode) }
  }
  const commit = async (on: Session, version: number, { producerId, producerEpoch }: Producer, offset: number) => {
    const { topics } = await on.client.send(TxnOffsetCommit, version, {
      transactionalId: 't',
      groupId: 'g',
      producerId,
      producerEpoch,
      memberId: '',
      topics: [
        { name: 'a', partitions: [{ partitionIndex: 0, committedOffset: offset, committedMetadata: null }] },
        { name: 'nowhere', partitions: [{ partitionIndex: 0, committedOffset: offset, committedMetadata: null }] },
      ],
    })
    return topics.map(({ partitions }) => errorName(partitions[0]!.errorCode))
  }

  test('of a transaction count when it commits, and are unstable until then', async () => {
    const on = await Session.start()
    const who = await on.init(5)
    expect(await commit(on, 5, who, 7)).toEqual(['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'])
    expect(await offsetOf(on, true)).toEqual({ committedOffset: -1, error: 'UNSTABLE_OFFSET_COMMIT' })
    expect(await offsetOf(on, false)).toEqual({ committedOffset: -1, error: 'NONE' })
    await on.end(5, who, true)
    let found = await offsetOf(on, true)
    while (found.error !== 'NONE') found = await offsetOf(on, true)
    expect(found.committedOffset).toBe(7)
  })

  test('need their partition in the transaction before version 5', async () => {
    const on = await Session.start()
    const who = await on.init()
    expect(await commit(on, 3, who, 7)).toEqual(['INVALID_TXN_STATE', 'INVALID_TXN_STATE'])
    const { producerId, producerEpoch } = who
    await on.client.send(AddOffsetsToTxn, 3, { transactionalId: 't', producerId, producerEpoch, groupId: 'g' })
    expect(await commit(on, 3, who, 7)).toEqual(['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'])
  })
})

describe('a producer that nobody can be', () => {
  const impossible = [
    [{ producerId: -1, producerEpoch: 0 }, 'INVALID_PRODUCER_ID_MAPPING'],
    [{ producerId: 7, producerEpoch: -1 }, 'INVALID_PRODUCER_EPOCH'],
  ] as const

  test.each(impossible)('%j gets no marker written', async (producer, error) => {
    const { client } = await Session.start()
    const topics = [{ name: 'a', partitionIndexes: [0] }]
    const marker = { ...producer, transactionResult: true, topics, coordinatorEpoch: 0, transactionVersion: 0 }
    const { markers } = await client.send(WriteTxnMarkers, 1, { markers: [marker] })
    expect(errorName(markers[0]?.topics[0]?.partitions[0]?.errorCode ?? 0)).toBe(error)
  })

  test.each(impossible)('%j commits no offsets', async (producer, error) => {
    const { client } = await Session.start()
    const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }]
    const request = { transactionalId: 't', groupId: 'g', ...producer, topics: [{ name: 'a', partitions }] }
    const { topics } = await client.send(TxnOffsetCommit, 3, request)
    expect(errorName(topics[0]?.partitions[0]?.errorCode ?? 0)).toBe(error)
  })
})

test('transaction.version 2 is in force, and told as each version of ApiVersions can say it', async () => {
  const on = await Session.start()
  const named = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
  const finalized = { name: 'transaction.version', maxVersionLevel: 2, minVersionLevel: 2 }
  const v3 = await on.client.send(ApiVersions, 3, named)
  expect(v3.supportedFeatures.map(({ name }) => name)).not.toContain('transaction.version')
  expect(v3.finalizedFeatures).toContainEqual(finalized)
  const v4 = await on.client.send(ApiVersions, 4, named)
  expect(v4.supportedFeatures).toContainEqual({ name: 'transaction.version', minVersion: 0, maxVersion: 2 })
  expect(v4.finalizedFeaturesEpoch).toBeGreaterThanOrEqual(0)
})
