// segmentio/kafka-go against one broker. Its Reader speaks fixed old versions of the group requests, its Writer newer ones.

import { expect, test } from 'vitest'
import { KafkaGo } from './clients/kafka-go.ts'
import { withAdmin } from './clients/kafkajs.ts'
import { fresh, groupBy, interopSuite, times } from './support.ts'
import { until } from './toolbox/until.ts'

await interopSuite('kafka-go', { tools: ['kafkaGo'] }, (suite, tools) => {
  const go = () => new KafkaGo(tools.kafkaGo.program('client'), suite.bootstrap)
  const topicOf = async (partitions: number) => {
    const topic = fresh('kafka-go')
    await go().create(topic, partitions)
    return topic
  }
  const members = (group: string) =>
    withAdmin(suite.bootstrap, async (admin) => {
      const [described] = (await admin.describeGroups([group])).groups
      return described?.state === 'Stable' ? described.members.length : 0
    })

  test('a topic is created with its partitions and deleted', async () => {
    const topic = await topicOf(3)
    const described = await withAdmin(suite.bootstrap, (admin) => admin.fetchTopicMetadata({ topics: [topic] }))
    expect(described.topics[0]?.partitions).toHaveLength(3)
    await go().delete(topic)
    const names = () => withAdmin(suite.bootstrap, (admin) => admin.listTopics())
    await until('the topic to be gone', async () => !(await names()).includes(topic))
  })

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'keys, values and headers survive codec %s',
    async (compression) => {
      const topic = await topicOf(1)
      const records = times(100, (i) => ({
        key: `key-${i}`,
        value: `value ${i} ${'x'.repeat(i)}`,
        headers: { source: 'kafka-go', number: String(i) },
      }))
      await go().produce({ topic, records, compression })
      const read = await go().consume({ topic, partition: 0, count: 100 })
      expect(read.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(records)
      expect(read.map(({ offset }) => offset)).toEqual(times(100, (i) => i))
    },
  )

  test('a key always goes to the same partition, records without a key spread over all', async () => {
    const topic = await topicOf(3)
    const keyed = times(100, (i) => ({ key: `truck-${i % 10}`, value: String(i) }))
    await go().produce({ topic, records: keyed, balancer: 'hash' })
    const read = (name: string) => go().consume({ topic: name, group: fresh('kafka-go-group'), count: 100 })
    const byKey = groupBy(await read(topic), ({ key }) => key)
    const homes = [...byKey.values()].map((records) => new Set(records.map(({ partition }) => partition)).size)
    expect(homes).toEqual(times(10, () => 1))

    const unkeyed = await topicOf(3)
    await go().produce({ topic: unkeyed, records: times(100, (i) => ({ value: String(i) })) })
    expect(groupBy(await read(unkeyed), ({ partition }) => partition).size).toBe(3)
  })

  test('a reader of one partition starts at the first record or after the last one', async () => {
    const topic = await topicOf(2)
    await go().produce({ topic, records: times(20, (i) => ({ value: String(i) })) })
    expect(await go().offsets(topic, 2)).toEqual([
      { partition: 0, first: 0, last: 10 },
      { partition: 1, first: 0, last: 10 },
    ])
    const one = await go().consume({ topic, partition: 1, count: 10 })
    expect(one.map(({ value }) => Number(value))).toEqual(times(10, (i) => 2 * i + 1))
    const late = go().consume({ topic, partition: 0, from: 'last', count: 1 })
    let done = false
    void late.finally(() => (done = true)).catch(() => {})
    await until('a record that comes after the last one', async () => {
      await go().produce({ topic, records: times(2, () => ({ value: 'late' })) })
      return done
    })
    expect((await late).map(({ value }) => value)).toEqual(['late'])
  })

  test.each([0, 1, -1] as const)('records written with acks=%i arrive', async (acks) => {
    const topic = await topicOf(1)
    await go().produce({ topic, acks, records: times(20, (i) => ({ value: String(i) })) })
    const read = await go().consume({ topic, partition: 0, count: 20 })
    expect(read.map(({ value }) => Number(value))).toEqual(times(20, (i) => i))
  })

  test('a record near the limit is taken, one above it is refused as too large', async () => {
    const topic = await topicOf(1)
    const write = (size: number) => go().produce({ topic, records: [{ value: 'm'.repeat(size) }] })
    await write(1_040_000)
    await expect(write(1_100_000)).rejects.toThrow('Message Size Too Large')
    const read = await go().consume({ topic, partition: 0, count: 1 })
    expect(read.map(({ value }) => value?.length)).toEqual([1_040_000])
  })

  test.each([2, 4])('a group of %i members sees every record once', async (size) => {
    const topic = await topicOf(3)
    const group = fresh('kafka-go-group')
    await using stack = new AsyncDisposableStack()
    const readers = times(size, () => stack.use(go().member(group, topic)))
    await until('all members in a stable group', async () => (await members(group)) === size)
    await go().produce({ topic, records: times(90, (i) => ({ key: String(i), value: String(i) })), balancer: 'hash' })
    const seen = () => readers.flatMap(({ records }) => records.map(({ value }) => Number(value)))
    await until('all records', () => seen().length >= 90)
    expect(seen().toSorted((a, b) => a - b)).toEqual(times(90, (i) => i))
    const owners = readers.flatMap(({ records }) => [...new Set(records.map(({ partition }) => partition))])
    expect(owners.toSorted((a = 0, b = 0) => a - b)).toEqual([0, 1, 2])
  })

  test('a group goes on from what it committed', async () => {
    const topic = await topicOf(3)
    const group = fresh('kafka-go-group')
    const write = (word: string) =>
      go().produce({ topic, records: times(30, (i) => ({ key: String(i), value: `${word} ${i}` })), balancer: 'hash' })
    await write('before')
    expect(await go().consume({ topic, group, count: 30, commit: true })).toHaveLength(30)
    await write('after')
    const next = (await go().consume({ topic, group, count: 30, commit: true })).map(({ value }) => value)
    expect(next.map(String).toSorted()).toEqual(times(30, (i) => `after ${i}`).toSorted())
  })
})
