// Kafka's Java producer and consumer, through the console tools, against one broker. A JVM takes a second: what belongs together
// is asked in one test.

import { expect, test } from 'vitest'
import { createTopic } from './clients/kafkajs.ts'
import { JavaMember, JavaTools } from './clients/java.ts'
import { coversOnce } from './groups.ts'
import { fresh, groupBy, interopSuite, times } from './support.ts'
import { until } from './toolbox/until.ts'

await interopSuite('Java console tools', { tools: ['kafka'] }, (suite, tools) => {
  const java = () => new JavaTools(tools.kafka, suite.bootstrap)
  const topicOf = async (partitions: number, configs = {}) => {
    const topic = fresh('java')
    await createTopic(suite.bootstrap, topic, partitions, configs)
    return topic
  }

  test('keys, values and headers survive every codec', async () => {
    const topic = await topicOf(1)
    const lines = (codec: string) =>
      times(100, (i) => `codec:${codec},number:${i}\tkey-${i}\tvalue ${i} ${'x'.repeat(i)}`)
    const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
    for (const codec of codecs) await java().produce({ topic, lines: lines(codec), headers: true, codec })
    const records = await java().consume({ topic, from: 'beginning', count: 500 })
    expect(records.map(({ headers, key, value }) => [headers, key, value].join('\t'))).toEqual(codecs.flatMap(lines))
    expect(records.map(({ offset }) => offset)).toEqual(times(500, (i) => i))
  })

  test('a key always goes to the same partition, records without a key spread over all', async () => {
    const topic = await topicOf(3)
    await java().produce({ topic, lines: times(200, (i) => `truck-${i % 20}\tposition ${i}`) })
    const byKey = groupBy(await java().consume({ topic, from: 'beginning', count: 200 }), ({ key }) => key)
    const homes = [...byKey.values()].map((records) => new Set(records.map(({ partition }) => partition)).size)
    expect(homes).toEqual(times(20, () => 1))
    expect(byKey.get('truck-3')?.map(({ value }) => value)).toEqual(times(10, (i) => `position ${3 + 20 * i}`))

    const unkeyed = await topicOf(3)
    const properties = { 'batch.size': 64 }
    await java().produce({ topic: unkeyed, keyed: false, lines: times(300, (i) => `value ${i}`), properties })
    const records = await java().consume({ topic: unkeyed, from: 'beginning', count: 300 })
    expect(groupBy(records, ({ partition }) => partition).size).toBe(3)
  })

  test('a consumer reads one partition from an offset', async () => {
    const topic = await topicOf(3)
    await java().produce({ topic, lines: times(60, (i) => `${i}\t${i}`) })
    const all = await java().consume({ topic, from: 'beginning', count: 60 })
    const expected = all.filter(({ partition, offset }) => partition === 1 && offset >= 5)
    const more = ['--partition', '1', '--offset', '5']
    expect(await java().consume({ topic, count: expected.length, more })).toEqual(expected)
  })

  test('a group goes on from what it committed; without a group a reader starts at the beginning or at the end', async () => {
    const topic = await topicOf(1)
    const more = ['--group', fresh('java-group')]
    await java().produce({ topic, lines: times(10, (i) => `k\tbefore ${i}`) })
    expect(await java().consume({ topic, count: 10, from: 'beginning', more })).toHaveLength(10)

    await using late = java().start('kafka-console-consumer', ['--topic', topic])
    await java().produce({ topic, lines: times(5, (i) => `k\tafter ${i}`) })
    const next = await java().consume({ topic, count: 5, from: 'beginning', more })
    expect(next.map(({ value }) => value)).toEqual(times(5, (i) => `after ${i}`))

    // The late reader starts at the end as it finds it: it is written to until it shows a first record.
    let sent = 0
    await until('a record that came after its start', async () => {
      await java().produce({ topic, lines: [`k\tlive ${sent++}`] })
      return late.lines.length > 0
    })
    expect(late.lines).not.toContainEqual(expect.stringContaining('before'))
  })

  test('records written with acks 0, 1 and all arrive, idempotent or not', async () => {
    const topic = await topicOf(1)
    const write = (name: string, properties: Record<string, string | number>) =>
      java().produce({ topic, lines: times(20, (i) => `k\t${name} ${i}`), properties })
    await write('acks=0', { acks: 0, 'enable.idempotence': 'false' })
    await write('acks=1', { acks: 1, 'enable.idempotence': 'false' })
    await write('acks=all', { acks: 'all', 'enable.idempotence': 'false' })
    await write('idempotent', { acks: 'all', 'enable.idempotence': 'true' })
    const values = (await java().consume({ topic, from: 'beginning', count: 80 })).map(({ value }) => value)
    const names = ['acks=0', 'acks=1', 'acks=all', 'idempotent']
    expect(values).toEqual(names.flatMap((name) => times(20, (i) => `${name} ${i}`)))
  })

  test('a record near the limit is taken, one above it is refused as too large', async () => {
    const topic = await topicOf(1)
    const properties = { 'max.request.size': 4_000_000, 'batch.size': 4_000_000 }
    await java().produce({ topic, lines: [`k\t${'m'.repeat(1_040_000)}`], properties })
    expect((await java().consume({ topic, from: 'beginning', count: 1 }))[0]?.value).toHaveLength(1_040_000)
    const refused = await java().produce({ topic, lines: [`k\t${'m'.repeat(1_100_000)}`], properties })
    expect(refused.stderr).toContain('RecordTooLargeException') // the server's word: max.request.size allows it
  })

  test('a batch that is too large only as a whole is split by the producer and arrives', async () => {
    const topic = await topicOf(1, { 'max.message.bytes': '20000' })
    const properties = { 'batch.size': 100_000, 'linger.ms': 500 }
    await java().produce({ topic, lines: times(60, (i) => `k\t${i} ${'m'.repeat(1000)}`), properties })
    const values = (await java().consume({ topic, from: 'beginning', count: 60 })).map(({ value }) =>
      parseInt(value, 10),
    )
    expect(values).toEqual(times(60, (i) => i))
  })

  test('a topic is created by the first line written to it', async () => {
    const topic = fresh('java-made-by-writing')
    await java().produce({ topic, lines: ['k\tv'] })
    expect((await java().consume({ topic, from: 'beginning', count: 1 }))[0]?.value).toBe('v')
  })

  test.each([2, 4])('a group of %i members owns each of three partitions once and sees every record', async (size) => {
    const topic = await topicOf(3)
    const group = fresh('java-group')
    await using stack = new AsyncDisposableStack()
    const members = times(size, () => stack.use(new JavaMember(java(), group, topic)))
    await until('each partition to have one owner', () =>
      coversOnce(
        members.map(({ assignment }) => assignment),
        3,
      ),
    )
    await java().produce({ topic, lines: times(90, (i) => `${i}\t${i}`) })
    await until('all records', () => members.flatMap(({ values }) => values).length >= 90)
    const seen = members.flatMap(({ values }) => values.map(Number))
    expect(seen.toSorted((a, b) => a - b)).toEqual(times(90, (i) => i))
  })

  test('the partitions of a member that leaves go to the one that stays, and none is read twice', async () => {
    const topic = await topicOf(3)
    const group = fresh('java-group')
    await using stays = new JavaMember(java(), group, topic)
    await using leaves = new JavaMember(java(), group, topic)
    const settled = () => coversOnce([stays.assignment, leaves.assignment], 3)
    await until('each partition to have one owner', settled)
    await java().produce({ topic, lines: times(30, (i) => `${i}\tbefore ${i}`) })
    await until('the first records', () => stays.values.length + leaves.values.length >= 30)
    await leaves.leave()
    await until('the one that stays to own all', () => coversOnce([stays.assignment], 3))
    await java().produce({ topic, lines: times(30, (i) => `${i}\tafter ${i}`) })
    const seen = () => [...stays.values, ...leaves.values]
    await until('all records', () => seen().length >= 60)
    const expected = ['before', 'after'].flatMap((word) => times(30, (i) => `${word} ${i}`))
    expect(seen().toSorted()).toEqual(expected.toSorted())
  })
})
