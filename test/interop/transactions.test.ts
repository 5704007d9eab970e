// Transactions of every client that has them: committed ones are seen whole, aborted ones never, and offsets move with them.

import type { Transaction } from 'kafkajs'
import { expect, test } from 'vitest'
import { createTopic, kafkajsClient, withAdmin, withProducer } from './clients/kafkajs.ts'
import { JavaTools } from './clients/java.ts'
import { Kcat } from './clients/kcat.ts'
import { fresh, interopSuite, times } from './support.ts'
import { until } from './toolbox/until.ts'

await interopSuite('transactions', { tools: ['kcat', 'kafka'] }, (suite, tools) => {
  const kcat = () => new Kcat(tools.kcat, suite.bootstrap)
  const java = () => new JavaTools(tools.kafka, suite.bootstrap)
  const topicOf = async () => {
    const topic = fresh('transaction')
    await createTopic(suite.bootstrap, topic)
    return topic
  }
  const read = async (topic: string, isolation: 'read_committed' | 'read_uncommitted') => {
    const records = await kcat().consume(topic, 'beginning', ['-X', `isolation.level=${isolation}`])
    return records.map(({ payload }) => payload)
  }
  const inTransaction = async (id: string, use: (begin: () => Promise<Transaction>) => Promise<void>) => {
    const config = { transactionalId: id, idempotent: true, maxInFlightRequests: 1 }
    const producer = kafkajsClient(suite.bootstrap).producer(config)
    await producer.connect()
    try {
      await use(() => producer.transaction())
    } finally {
      await producer.disconnect()
    }
  }

  test('kcat commits what it wrote when its input ends', async () => {
    const topic = await topicOf()
    const properties = { 'transactional.id': fresh('kcat') }
    await kcat().produce({ topic, lines: times(20, (i) => `k\t${i}`), properties })
    await kcat().produce({ topic, lines: times(20, (i) => `k\t${20 + i}`), properties })
    expect(await read(topic, 'read_committed')).toEqual(times(40, (i) => String(i)))
  })

  test('a Java producer commits one transaction after another', async () => {
    const topic = await topicOf()
    const transaction = ['--transactional-id', fresh('java'), '--transaction-duration-ms', '200']
    const load = ['--num-records', '200', '--record-size', '50', '--throughput', '400']
    const { stdout } = await java().run('kafka-producer-perf-test', ['--topic', topic, ...load, ...transaction])
    expect(stdout).toContain('200 records sent')
    const more = ['--isolation-level', 'read_committed']
    expect(await java().consume({ topic, from: 'beginning', count: 200, more })).toHaveLength(200)
  })

  test('kafkajs aborts and commits: a read_committed reader sees the committed one alone', async () => {
    const topic = await topicOf()
    await inTransaction(fresh('kafkajs'), async (begin) => {
      const aborted = await begin()
      await aborted.send({ topic, messages: [{ value: 'aborted' }] })
      await aborted.abort()
      const committed = await begin()
      await committed.send({ topic, messages: [{ value: 'committed' }] })
      await committed.commit()
    })
    expect(await read(topic, 'read_committed')).toEqual(['committed'])
    expect(await read(topic, 'read_uncommitted')).toEqual(['aborted', 'committed'])
  })

  test('a read_committed reader waits in front of an open transaction, a read_uncommitted one does not', async () => {
    const topic = await topicOf()
    await inTransaction(fresh('kafkajs'), async (begin) => {
      const open = await begin()
      await open.send({ topic, messages: [{ value: 'open' }] })
      await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages: [{ value: 'behind' }] }))
      expect(await read(topic, 'read_committed')).toEqual([])
      expect(await read(topic, 'read_uncommitted')).toEqual(['open', 'behind'])
      await open.commit()
    })
    expect(await read(topic, 'read_committed')).toEqual(['open', 'behind'])
  })

  test('offsets of a group move with a commit and stay with an abort', async () => {
    const topic = await topicOf()
    const groupId = fresh('transaction-group')
    const committed = () =>
      withAdmin(suite.bootstrap, async (admin) => {
        const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
        return offsets?.partitions[0]?.offset
      })
    const move = (offset: string, end: 'commit' | 'abort') =>
      inTransaction(fresh('kafkajs'), async (begin) => {
        const transaction = await begin()
        const partitions = [{ partition: 0, offset }]
        await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions }] })
        await transaction[end]()
      })
    await move('7', 'commit')
    await move('9', 'abort')
    expect(await committed()).toBe('7')
  })

  test('a producer that comes back under the same id fences the one before and aborts what it left open', async () => {
    const topic = await topicOf()
    const id = fresh('kafkajs')
    await inTransaction(id, async (begin) => {
      const zombie = await begin()
      await zombie.send({ topic, messages: [{ value: 'left open' }] })
      await kcat().produce({ topic, lines: ['k\tof the next'], properties: { 'transactional.id': id } })
      await expect(zombie.commit()).rejects.toThrow()
    })
    expect(await read(topic, 'read_committed')).toEqual(['of the next'])
  })

  test('kafka-transactions lists and describes what a transactional producer did', async () => {
    const topic = await topicOf()
    const id = fresh('kcat')
    await kcat().produce({ topic, lines: ['k\tv'], properties: { 'transactional.id': id } })
    const { stdout: listed } = await java().run('kafka-transactions', ['list'])
    expect(listed).toMatch(new RegExp(`^${id}\\s+\\d+\\s+\\d+\\s+CompleteCommit`, 'm'))
    const { stdout: described } = await java().run('kafka-transactions', ['describe', '--transactional-id', id])
    expect(described).toContain('CompleteCommit')
  })

  test("Kafka's own copier moves every record once, with random aborts, and its group's offset with them", async () => {
    const [from, to] = [await topicOf(), await topicOf()]
    const groupId = fresh('copier')
    await kcat().produce({ topic: from, lines: times(100, (i) => `k\t${i}`) })
    const args = ['--input-topic', from, '--input-partition', '0', '--max-messages', '100', '--output-topic', to]
    const how = ['--transactional-id', fresh('copier'), '--consumer-group', groupId, '--transaction-size', '10']
    await java().runPlain('kafka-transactional-message-copier', [
      '--broker-list',
      suite.bootstrap,
      ...args,
      ...how,
      '--enable-random-aborts',
    ])
    expect(await read(to, 'read_committed')).toEqual(times(100, (i) => String(i)))
    const committed = await withAdmin(suite.bootstrap, (admin) => admin.fetchOffsets({ groupId, topics: [from] }))
    expect(committed[0]?.partitions[0]?.offset).toBe('100')
  })

  test('kafka-transactions shows who holds a partition up, and aborts that transaction', async () => {
    const topic = await topicOf()
    await inTransaction(fresh('kafkajs'), async (begin) => {
      const open = await begin()
      await open.send({ topic, messages: [{ value: 'open' }] })
      await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages: [{ value: 'behind' }] }))
      const at = ['--topic', topic, '--partition', '0']
      const { stdout } = await java().run('kafka-transactions', ['describe-producers', ...at])
      expect(stdout).toMatch(/^\d+\s+0\s+-?\d+\s+0\s+\d+\s+0\s*$/m)
      await java().run('kafka-transactions', ['abort', ...at, '--start-offset', '0'])
      expect(await read(topic, 'read_committed')).toEqual(['behind'])
      await open.abort()
    })
    expect(await read(topic, 'read_committed')).toEqual(['behind'])
  })

  test('a transaction that was open when the broker was killed is aborted in time, and readers go on', async () => {
    const topic = await topicOf()
    const config = { transactionalId: fresh('kafkajs'), idempotent: true, maxInFlightRequests: 1 }
    const producer = kafkajsClient(suite.bootstrap).producer({ ...config, transactionTimeout: 3_000 })
    await producer.connect()
    const open = await producer.transaction()
    await open.send({ topic, messages: [{ value: 'open' }] })
    await withProducer(suite.bootstrap, (other) => other.send({ topic, messages: [{ value: 'behind' }] }))
    await suite.broker.kill()
    await suite.broker.startAgain()
    const goesOn = async () => (await read(topic, 'read_committed')).length > 0
    await until('the open transaction to be aborted', goesOn, { withinMs: 60_000, everyMs: 500 })
    expect(await read(topic, 'read_committed')).toEqual(['behind'])
    await producer.disconnect()
  })

  test('the data directory holds the marker in the topic and the state in __transaction_state', async () => {
    const topic = await topicOf()
    const id = fresh('kcat')
    await kcat().produce({ topic, lines: ['k\tv'], properties: { 'transactional.id': id } })
    await suite.broker.stop()
    const directory = suite.broker.logDirectory
    expect(await java().dumpLog(directory, `${topic}-0`)).toMatch(/isControl: true[^]*endTxnMarker: COMMIT/)
    const state = await java().dumpLog(directory, '__transaction_state-0', ['--transaction-log-decoder'])
    expect(state).toContain(`"transactionalId":"${id}"`)
    expect(state).toMatch(/CompleteCommit|"transactionStatus":4/)
    await suite.broker.startAgain()
    expect(await read(topic, 'read_committed')).toEqual(['v'])
  })
})
