// What one client writes every other one reads: in each codec, with keys, headers and tombstones as they were.

import { expect, test } from 'vitest'
import { KafkaGo } from './clients/kafka-go.ts'
import { createTopic, JsMember, kafkajsCodecs, withProducer } from './clients/kafkajs.ts'
import { JavaMember, JavaTools } from './clients/java.ts'
import { Kcat } from './clients/kcat.ts'
import { coversOnce } from './groups.ts'
import { fresh, groupBy, interopSuite, times } from './support.ts'
import { until } from './toolbox/until.ts'

interface Written {
  readonly key: string
  readonly value: string
}

await interopSuite('clients of different languages', { tools: ['kcat', 'kafka', 'kafkaGo'] }, (suite, tools) => {
  const kcat = () => new Kcat(tools.kcat, suite.bootstrap)
  const java = () => new JavaTools(tools.kafka, suite.bootstrap)
  const go = () => new KafkaGo(tools.kafkaGo.program('client'), suite.bootstrap)
  const lines = (records: readonly Written[]) => records.map(({ key, value }) => `${key}\t${value}`)

  const writers = {
    kcat: (topic: string, codec: string, records: readonly Written[]) =>
      kcat().produce({ topic, codec, lines: lines(records), headers: { source: 'kcat' } }),
    java: (topic: string, codec: string, records: readonly Written[]) =>
      java().produce({ topic, codec, headers: true, lines: lines(records).map((line) => `source:java\t${line}`) }),
    go: (topic: string, codec: string, records: readonly Written[]) => {
      const compression = codec as 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
      return go().produce({
        topic,
        compression,
        records: records.map((one) => ({ ...one, headers: { source: 'go' } })),
      })
    },
    kafkajs: (topic: string, codec: string, records: readonly Written[]) => {
      const compression = kafkajsCodecs[codec as keyof typeof kafkajsCodecs]
      const messages = records.map((one) => ({ ...one, headers: { source: 'kafkajs' } }))
      return withProducer(suite.bootstrap, (producer) => producer.send({ topic, compression, messages }))
    },
  }

  const readers = {
    kcat: async (topic: string) =>
      (await kcat().consume(topic)).map(({ key, payload, headers }) => [headers?.[1], key, payload]),
    java: async (topic: string, count: number) =>
      (await java().consume({ topic, from: 'beginning', count })).map(({ headers, key, value }) => [
        headers.replace('source:', ''),
        key,
        value,
      ]),
    go: async (topic: string, count: number) =>
      (await go().consume({ topic, partition: 0, count })).map(({ headers, key, value }) => [
        headers?.source,
        key,
        value,
      ]),
    kafkajs: async (topic: string, count: number) => {
      await using member = await JsMember.join(suite.bootstrap, fresh('cross-group'), topic)
      await until(`${count} records`, () => member.records.length >= count)
      return member.records.map(({ headers, key, value }) => [headers.source, key, value])
    },
  }

  // kafkajs has no LZ4 of its own, neither to write nor to read.
  const plans = [
    { codec: 'none', clients: ['kcat', 'java', 'go', 'kafkajs'] as const },
    { codec: 'gzip', clients: ['kcat', 'java', 'go', 'kafkajs'] as const },
    { codec: 'snappy', clients: ['kcat', 'java', 'go', 'kafkajs'] as const },
    { codec: 'lz4', clients: ['kcat', 'java', 'go'] as const },
    { codec: 'zstd', clients: ['kcat', 'java', 'go', 'kafkajs'] as const },
  ]

  test.each(plans)('codec $codec: all read what all wrote', async ({ codec, clients }) => {
    const topic = fresh(`cross-${codec}`)
    await createTopic(suite.bootstrap, topic)
    const expected: string[][] = []
    for (const client of clients) {
      const records = times(25, (i) => ({ key: `key-${i}`, value: `${client} writes ${i} ${'y'.repeat(200)}` }))
      await writers[client](topic, codec, records)
      expected.push(...records.map(({ key, value }) => [client, key, value]))
    }
    for (const client of clients)
      expect(await readers[client](topic, expected.length), `as ${client} reads`).toEqual(expected)
  })

  test('clients that hash alike put a key into the same partition', async () => {
    const topic = fresh('cross-keys')
    await createTopic(suite.bootstrap, topic, 6)
    const records = times(30, (i) => ({ key: `truck-${i}`, value: 'here' }))
    await kcat().produce({ topic, lines: lines(records), properties: { 'topic.partitioner': 'murmur2_random' } })
    await java().produce({ topic, lines: lines(records) })
    await go().produce({ topic, records, balancer: 'murmur2' })
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages: records }))
    const byKey = groupBy(await kcat().consume(topic), ({ key }) => key)
    const homes = [...byKey.values()].map((found) => [
      found.length,
      new Set(found.map(({ partition }) => partition)).size,
    ])
    expect(homes).toEqual(times(30, () => [4, 1]))
  })

  test('members of two languages share one group, for both know the range assignor', async () => {
    const topic = fresh('cross-group')
    await createTopic(suite.bootstrap, topic, 6)
    const group = fresh('cross-group')
    await using native = kcat().member(group, [topic], { 'partition.assignment.strategy': 'range' })
    await using jvm = new JavaMember(java(), group, topic)
    const members = [native, jvm]
    await until(
      'three partitions for each',
      () =>
        coversOnce(
          members.map(({ assignment }) => assignment),
          6,
        ) && members.every(({ assignment }) => assignment?.length === 3),
    )
    const partitions = times(6, (partition) => partition)
    for (const partition of partitions)
      await kcat().produce({ topic, partition, lines: times(5, (i) => `k\t${partition}.${i}`) })
    const seen = () => [...native.records.map(({ payload }) => payload), ...jvm.values]
    await until('all records', () => seen().length >= 30)
    expect(seen().map(String).toSorted()).toEqual(
      partitions.flatMap((partition) => times(5, (i) => `${partition}.${i}`)),
    )
  })

  test('a group started by one client is continued by another from its committed offsets', async () => {
    const topic = fresh('cross-continue')
    await createTopic(suite.bootstrap, topic, 1)
    const group = fresh('cross-group')
    const write = (word: string) => kcat().produce({ topic, lines: times(10, (i) => `k\t${word} ${i}`) })
    await write('one')
    expect(await go().consume({ topic, group, count: 10, commit: true })).toHaveLength(10)
    await write('two')
    const second = await java().consume({ topic, from: 'beginning', count: 10, more: ['--group', group] })
    expect(second.map(({ value }) => value)).toEqual(times(10, (i) => `two ${i}`))
    await write('three')
    await using third = await JsMember.join(suite.bootstrap, group, topic)
    await until('the last ten records', () => third.records.length >= 10)
    expect(third.records.map(({ value }) => value)).toEqual(times(10, (i) => `three ${i}`))
  })

  test('a tombstone of one client is a tombstone for the others', async () => {
    const topic = fresh('cross-tombstone')
    await createTopic(suite.bootstrap, topic)
    await go().produce({ topic, records: [{ key: 'k', value: null }] })
    await kcat().run(['-P', '-t', topic, '-K', '\t', '-Z'], 'k\t\n')
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages: [{ key: 'k', value: null }] }))
    expect((await kcat().consume(topic)).map(({ payload }) => payload)).toEqual([null, null, null])
    expect((await java().consume({ topic, from: 'beginning', count: 3 })).map(({ value }) => value)).toEqual(
      times(3, () => 'null'),
    )
  })
})
