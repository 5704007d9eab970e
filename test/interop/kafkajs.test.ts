// kafkajs against one broker. It needs nothing that the package manager does not bring.

import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { createTopic, JsMember, type JsRecord, kafkajsCodecs, withAdmin, withProducer } from './clients/kafkajs.ts'
import { coversOnce } from './groups.ts'
import { fresh, groupBy, interopSuite, times } from './support.ts'
import { until } from './toolbox/until.ts'

await interopSuite('kafkajs', { tools: [] }, (suite) => {
  const topicOf = async (partitions: number, configs = {}) => {
    const topic = fresh('kafkajs')
    await createTopic(suite.bootstrap, topic, partitions, configs)
    return topic
  }
  const join = (topic: string, group = fresh('kafkajs-group')) => JsMember.join(suite.bootstrap, group, topic)
  const readAll = async (topic: string, count: number): Promise<JsRecord[]> => {
    await using member = await join(topic)
    await until(`${count} records`, () => member.records.length >= count)
    return member.records
  }

  test('a topic is created once, described, extended and deleted', async () => {
    const topic = fresh('kafkajs')
    expect(await createTopic(suite.bootstrap, topic, 3)).toBe(true)
    expect(await createTopic(suite.bootstrap, topic, 3)).toBe(false)
    await withAdmin(suite.bootstrap, async (admin) => {
      const described = await admin.fetchTopicMetadata({ topics: [topic] })
      expect(described.topics[0]?.partitions.map(({ partitionId }) => partitionId).toSorted()).toEqual([0, 1, 2])
      await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] })
      const partitions = async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length
      await until('five partitions', async () => (await partitions()) === 5)
      await admin.deleteTopics({ topics: [topic] })
      await until('the topic to be gone', async () => !(await admin.listTopics()).includes(topic))
    })
  })

  test('a topic with the name of another, with no partition or with an unknown config is refused', async () => {
    const topic = await topicOf(1)
    await withAdmin(suite.bootstrap, async (admin) => {
      const create = (name: string, numPartitions: number, configEntries: { name: string; value: string }[] = []) =>
        admin.createTopics({ topics: [{ topic: name, numPartitions, replicationFactor: 1, configEntries }] })
      expect(await create(topic, 1)).toBe(false)
      const refused = async (attempt: Promise<unknown>) => {
        const error = (await attempt.then(
          () => undefined,
          (reason: unknown) => reason,
        )) as { errors?: { type: string }[]; type?: string } | undefined
        return error?.errors?.[0]?.type ?? error?.type
      }
      expect(await refused(create(fresh('none'), 0))).toBe('INVALID_PARTITIONS')
      expect(await refused(create('no spaces', 1))).toBe('INVALID_TOPIC_EXCEPTION')
      expect(await refused(create(fresh('bad'), 1, [{ name: 'retention.ms', value: 'soon' }]))).toBe('INVALID_CONFIG')
    })
  })

  test.each(Object.entries(kafkajsCodecs))('keys, values and headers survive codec %s', async (_, compression) => {
    const topic = await topicOf(1)
    const messages = times(100, (i) => ({
      key: `key-${i}`,
      value: `value ${i} ${'x'.repeat(i)}`,
      headers: { source: 'kafkajs', number: String(i) },
    }))
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages, compression }))
    const records = await readAll(topic, 100)
    expect(records.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(messages)
  })

  test('a key always goes to the same partition, records without a key spread over all', async () => {
    const topic = await topicOf(3)
    const send = (key: string | null) => ({ key, value: 'v' })
    await withProducer(suite.bootstrap, async (producer) => {
      await producer.send({ topic, messages: times(100, (i) => send(`truck-${i % 10}`)) })
      await producer.send({ topic, messages: times(100, (i) => send(`truck-${i % 10}`)) })
    })
    const byKey = groupBy(await readAll(topic, 200), ({ key }) => key)
    const homes = [...byKey.values()].map((records) => new Set(records.map(({ partition }) => partition)).size)
    expect(homes).toEqual(times(10, () => 1))

    const unkeyed = await topicOf(3)
    const messages = times(60, () => send(null))
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic: unkeyed, messages }))
    const counts = groupBy(await readAll(unkeyed, 60), ({ partition }) => partition)
    expect(counts.size).toBe(3)
  })

  test('an explicit partition is honoured, and the answer tells the base offset', async () => {
    const topic = await topicOf(3)
    const answers = await withProducer(suite.bootstrap, async (producer) => [
      ...(await producer.send({ topic, messages: [{ value: 'a', partition: 2 }] })),
      ...(await producer.send({ topic, messages: [{ value: 'b', partition: 2 }] })),
    ])
    expect(answers.map(({ partition, baseOffset }) => [partition, baseOffset])).toEqual([
      [2, '0'],
      [2, '1'],
    ])
  })

  test('an answer to acks=1 and acks=all tells the offset, acks=0 has no answer', async () => {
    const topic = await topicOf(1)
    const sent = await withProducer(suite.bootstrap, async (producer) => {
      const offsets: (string | undefined)[] = []
      for (const acks of [0, 1, -1]) {
        const [answer] = await producer.send({ topic, acks, messages: [{ value: `acks ${acks}` }] })
        offsets.push(answer?.baseOffset)
      }
      return offsets
    })
    expect(sent).toEqual([undefined, '1', '2'])
    expect((await readAll(topic, 3)).map(({ value }) => value)).toEqual(['acks 0', 'acks 1', 'acks -1'])
  })

  test('an idempotent producer writes each record once', async () => {
    const topic = await topicOf(1)
    const config = { idempotent: true, maxInFlightRequests: 1 }
    await withProducer(
      suite.bootstrap,
      async (producer) => {
        for (const batch of times(10, (i) => i)) {
          await producer.send({ topic, messages: times(10, (i) => ({ value: String(batch * 10 + i) })) })
        }
      },
      config,
    )
    expect((await readAll(topic, 100)).map(({ value }) => Number(value))).toEqual(times(100, (i) => i))
  })

  test('offsets are found by time, earliest and latest, and lag is latest minus committed', async () => {
    const topic = await topicOf(1)
    const group = fresh('kafkajs-group')
    const timestamps = [1_700_000_000_000, 1_700_000_000_100, 1_700_000_000_200]
    const messages = timestamps.map((time) => ({ value: String(time), timestamp: String(time) }))
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages }))
    await withAdmin(suite.bootstrap, async (admin) => {
      expect(await admin.fetchTopicOffsets(topic)).toEqual([{ partition: 0, offset: '3', high: '3', low: '0' }])
      const at = async (time: number) => (await admin.fetchTopicOffsetsByTimestamp(topic, time))[0]?.offset
      expect(await at(1_700_000_000_000)).toBe('0')
      expect(await at(1_700_000_000_001)).toBe('1')
      expect(await at(1_700_000_000_200)).toBe('2')
      await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '1' }] })
      const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      expect(committed?.partitions).toMatchObject([{ partition: 0, offset: '1' }])
    })
    await using member = await join(topic, group)
    await until('the two records after the committed one', () => member.records.length >= 2)
    expect(member.records.map(({ offset }) => offset)).toEqual(['1', '2'])
  })

  test.each([2, 4])('a group of %i members owns each of three partitions once and sees every record', async (size) => {
    const topic = await topicOf(3)
    const group = fresh('kafkajs-group')
    await using stack = new AsyncDisposableStack()
    const members = await Promise.all(times(size, () => join(topic, group)))
    for (const member of members) stack.use(member)
    const assignments = () => members.map(({ assignment }) => assignment)
    await until('each partition to have one owner', () => coversOnce(assignments(), 3))
    const messages = times(90, (i) => ({ key: String(i), value: String(i) }))
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages }))
    await until('all records', () => members.flatMap(({ records }) => records).length >= 90)
    const seen = members.flatMap(({ records }) => records).map(({ value }) => Number(value))
    expect(seen.toSorted((a, b) => a - b)).toEqual(times(90, (i) => i))
  })

  test('a group is listed and described with its member, and can be deleted once it is empty', async () => {
    const topic = await topicOf(2)
    const group = fresh('kafkajs-group')
    await withAdmin(suite.bootstrap, async (admin) => {
      {
        await using member = await join(topic, group)
        await until('an assignment', () => member.assignment?.length === 2)
        const { groups } = await admin.describeGroups([group])
        expect(groups[0]).toMatchObject({ groupId: group, state: 'Stable', protocolType: 'consumer', errorCode: 0 })
        expect(groups[0]?.members).toHaveLength(1)
        expect((await admin.listGroups()).groups).toContainEqual({ groupId: group, protocolType: 'consumer' })
        await expect(admin.deleteGroups([group])).rejects.toThrow()
      }
      await admin.deleteGroups([group])
      expect((await admin.listGroups()).groups.map(({ groupId }) => groupId)).not.toContain(group)
    })
  })

  test('topic configs are described and altered', async () => {
    const topic = await topicOf(1, { 'retention.ms': '3600000' })
    const { ConfigResourceTypes } = kafkajs
    await withAdmin(suite.bootstrap, async (admin) => {
      const describe = async () => {
        const resources = [
          { type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms', 'cleanup.policy'] },
        ]
        const answer = await admin.describeConfigs({ resources, includeSynonyms: false })
        const entries = answer.resources[0]?.configEntries ?? []
        return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]))
      }
      expect(await describe()).toEqual({ 'retention.ms': '3600000', 'cleanup.policy': 'delete' })
      const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }],
      })
      // AlterConfigs replaces the whole set: what it does not name goes back to the default.
      const changed = { 'retention.ms': '604800000', 'cleanup.policy': 'compact' }
      await expect.poll(describe, { timeout: 20_000 }).toEqual(changed)
    })
  })

  test('records before an offset can be deleted', async () => {
    const topic = await topicOf(1)
    await withProducer(suite.bootstrap, (producer) =>
      producer.send({ topic, messages: times(10, (i) => ({ value: String(i) })) }),
    )
    await withAdmin(suite.bootstrap, async (admin) => {
      expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ low: '0', high: '10' }]) // also loads its metadata
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] })
      expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ low: '4', high: '10' }])
    })
    expect((await readAll(topic, 6)).map(({ value }) => value)).toEqual(['4', '5', '6', '7', '8', '9'])
  })

  test('a record near the limit is taken, one above it is refused as too large', async () => {
    const topic = await topicOf(1)
    const send = (size: number) =>
      withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages: [{ value: 'm'.repeat(size) }] }))
    await send(1_040_000)
    await expect(send(1_100_000)).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' })
    expect((await readAll(topic, 1))[0]?.value).toHaveLength(1_040_000)
  })

  test('the cluster is described by its one broker, which is the controller', async () => {
    const cluster = await withAdmin(suite.bootstrap, (admin) => admin.describeCluster())
    expect(cluster.brokers.map(({ host, port }) => `${host}:${port}`)).toEqual([suite.bootstrap])
    expect(cluster.controller).toBe(cluster.brokers[0]?.nodeId)
    expect(cluster.clusterId).toMatch(/\S/)
  })
})
