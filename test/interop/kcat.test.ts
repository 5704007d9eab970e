// kcat, that is librdkafka, against one broker.

import { expect, test } from 'vitest'
import { Kcat } from './clients/kcat.ts'
import { createTopic } from './clients/kafkajs.ts'
import { coversOnce } from './groups.ts'
import { fresh, groupBy, interopSuite, times } from './support.ts'
import { until } from './toolbox/until.ts'

await interopSuite('kcat', { tools: ['kcat'] }, (suite, tools) => {
  const kcat = () => new Kcat(tools.kcat, suite.bootstrap)
  const topicOf = async (partitions: number, configs = {}) => {
    const topic = fresh('kcat')
    await createTopic(suite.bootstrap, topic, partitions, configs)
    return topic
  }

  test('the metadata list names the broker, the topic and each of its partitions with a leader', async () => {
    const topic = await topicOf(3)
    const { stdout } = await kcat().run(['-L', '-J', '-t', topic])
    const listed = JSON.parse(stdout) as {
      brokers: { id: number; name: string }[]
      topics: { topic: string; partitions: { partition: number; leader: number; isrs: unknown[] }[] }[]
    }
    expect(listed.brokers.map(({ name }) => name)).toEqual([suite.bootstrap])
    const leader = listed.brokers[0]?.id
    expect(listed.topics[0]?.partitions).toMatchObject(times(3, (partition) => ({ partition, leader })))
  })

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('keys, values and headers survive codec %s', async (codec) => {
    const topic = await topicOf(1)
    const lines = times(200, (i) => `key-${i}\tvalue ${i} ${'x'.repeat(i)}`)
    await kcat().produce({ topic, lines, codec, headers: { source: 'kcat', empty: '' } })
    const records = await kcat().consume(topic)
    expect(records.map(({ key, payload }) => `${key}\t${payload}`)).toEqual(lines)
    expect(records.map(({ offset }) => offset)).toEqual(times(200, (i) => i))
    expect(records[0]?.headers).toEqual(['source', 'kcat', 'empty', ''])
  })

  test('a key always goes to the same partition, records without a key spread over all', async () => {
    const topic = await topicOf(3)
    await kcat().produce({ topic, lines: times(300, (i) => `truck-${i % 20}\tposition ${i}`) })
    const byKey = groupBy(await kcat().consume(topic), ({ key }) => key)
    expect([...byKey.values()].map((records) => new Set(records.map(({ partition }) => partition)).size)).toEqual(
      times(20, () => 1),
    )
    expect(byKey.get('truck-7')?.map(({ payload }) => payload)).toEqual(times(15, (i) => `position ${7 + 20 * i}`))

    const unkeyed = await topicOf(3)
    const properties = { 'sticky.partitioning.linger.ms': 0 }
    await kcat().produce({ topic: unkeyed, keyed: false, lines: times(300, (i) => `value ${i}`), properties })
    expect(groupBy(await kcat().consume(unkeyed), ({ partition }) => partition).size).toBe(3)
  })

  test('an explicit partition is written and read alone', async () => {
    const topic = await topicOf(3)
    await kcat().produce({ topic, partition: 2, lines: ['k\tin two'] })
    await kcat().produce({ topic, partition: 0, lines: ['k\tin zero'] })
    const two = await kcat().consume(topic, 'beginning', ['-p', '2'])
    expect(two.map(({ partition, payload }) => [partition, payload])).toEqual([[2, 'in two']])
  })

  test('a read starts at the beginning, the end, an offset, back from the end, or between two times', async () => {
    const topic = await topicOf(1)
    await kcat().produce({ topic, lines: times(5, (i) => `a\tearly ${i}`) })
    const between = Math.max(...(await kcat().consume(topic)).map(({ ts }) => ts)) + 1
    await until('the clock to move on', () => Date.now() > between)
    await kcat().produce({ topic, lines: times(5, (i) => `a\tlate ${i}`) })
    const payloads = async (from: string, more: string[] = []) =>
      (await kcat().consume(topic, from, more)).map(({ payload }) => payload)
    expect(await payloads('beginning')).toHaveLength(10)
    expect(await payloads('end')).toEqual([])
    expect(await payloads('8')).toEqual(['late 3', 'late 4'])
    expect(await payloads('-1')).toEqual(['late 4'])
    expect(await payloads(`s@${between}`)).toEqual(times(5, (i) => `late ${i}`))
    expect(await payloads('s@0', ['-o', `e@${between}`])).toEqual(times(5, (i) => `early ${i}`))
  })

  test('offsets are found by time, by the earliest and by the latest', async () => {
    const topic = await topicOf(1)
    await kcat().produce({ topic, lines: ['a\tone'] })
    const [first] = await kcat().consume(topic)
    await until('the clock to move on', () => Date.now() > (first?.ts ?? 0) + 1)
    await kcat().produce({ topic, lines: ['a\ttwo', 'a\tthree'] })
    const ask = async (time: number) => (await kcat().run(['-Q', '-t', `${topic}:0:${time}`])).stdout.trim()
    expect(await ask(-2)).toBe(`${topic} [0] offset 0`)
    expect(await ask(-1)).toBe(`${topic} [0] offset 3`)
    expect(await ask(first?.ts ?? 0)).toBe(`${topic} [0] offset 0`)
    expect(await ask((first?.ts ?? 0) + 1)).toBe(`${topic} [0] offset 1`)
  })

  test('an empty value and a tombstone stay different', async () => {
    const topic = await topicOf(1)
    await kcat().run(['-P', '-t', topic, '-K', '\t'], 'k\t\n')
    await kcat().run(['-P', '-t', topic, '-K', '\t', '-Z'], 'k\t\n')
    expect((await kcat().consume(topic)).map(({ payload }) => payload)).toEqual(['', null])
  })

  test.each([0, 1, 'all'])('records written with acks=%s arrive', async (acks) => {
    const topic = await topicOf(1)
    await kcat().produce({ topic, lines: times(50, (i) => `k\t${i}`), properties: { acks } })
    await until('50 records', async () => (await kcat().consume(topic)).length === 50)
  })

  test('an idempotent producer writes each record once', async () => {
    const topic = await topicOf(2)
    const properties = { 'enable.idempotence': 'true', 'batch.num.messages': 10 }
    await kcat().produce({ topic, lines: times(500, (i) => `${i}\t${i}`), properties })
    const values = (await kcat().consume(topic)).map(({ payload }) => Number(payload)).toSorted((a, b) => a - b)
    expect(values).toEqual(times(500, (i) => i))
  })

  test('a record just under the limit is taken, one above it is refused as too large', async () => {
    const topic = await topicOf(1)
    const properties = { 'message.max.bytes': 4_000_000 }
    await kcat().produce({ topic, lines: [`k\t${'m'.repeat(1_040_000)}`], properties })
    expect((await kcat().consume(topic))[0]?.payload).toHaveLength(1_040_000)
    const refused = kcat().produce({ topic, lines: [`k\t${'m'.repeat(1_100_000)}`], properties })
    await expect(refused).rejects.toThrow('Message size too large')
    expect(await kcat().consume(topic)).toHaveLength(1)
  })

  test('a topic is created by the first record written to it', async () => {
    const topic = fresh('kcat-made-by-writing')
    await kcat().produce({ topic, lines: ['k\tv'] })
    expect((await kcat().consume(topic)).map(({ payload }) => payload)).toEqual(['v'])
  })

  test.each([2, 4])('a group of %i members owns each of three partitions once and sees every record', async (size) => {
    const topic = await topicOf(3)
    await using stack = new AsyncDisposableStack()
    const group = fresh('kcat-group')
    const members = times(size, () => stack.use(kcat().member(group, [topic])))
    const settled = () =>
      coversOnce(
        members.map(({ assignment }) => assignment),
        3,
      )
    await until('each partition to have one owner', settled)
    await kcat().produce({ topic, lines: times(90, (i) => `${i}\t${i}`) })
    await until('all records', () => members.flatMap(({ records }) => records).length >= 90)
    const seen = members.flatMap(({ records }) => records).map(({ payload }) => Number(payload))
    expect(seen.toSorted((a, b) => a - b)).toEqual(times(90, (i) => i))
  })

  test('a group goes on from what it committed, and another member takes over what one leaves', async () => {
    const topic = await topicOf(3)
    const group = fresh('kcat-group')
    await kcat().produce({ topic, lines: times(30, (i) => `${i}\tbefore ${i}`) })
    {
      await using first = kcat().member(group, [topic])
      await until('the first 30 records', () => first.records.length >= 30)
      await first.leave()
    }
    await kcat().produce({ topic, lines: times(30, (i) => `${i}\tafter ${i}`) })
    await using second = kcat().member(group, [topic])
    await until('the next 30 records', () => second.records.length >= 30)
    expect(second.records.filter(({ payload }) => payload?.startsWith('before'))).toEqual([])
    expect(second.assignment).toEqual([0, 1, 2])
  })
})
