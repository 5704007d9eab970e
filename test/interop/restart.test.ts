// A broker killed with SIGKILL and started again on the same directory: what it acknowledged is there, groups go on from what
// they committed, and clients that were connected find it again by themselves.

import { expect, test } from 'vitest'
import { KafkaGo } from './clients/kafka-go.ts'
import { createTopic, JsMember, withAdmin } from './clients/kafkajs.ts'
import { groupOffsets } from './clients/consumer-groups.ts'
import { JavaTools } from './clients/java.ts'
import { Kcat } from './clients/kcat.ts'
import { fresh, interopSuite, times } from './support.ts'
import { until } from './toolbox/until.ts'

await interopSuite(
  'a broker that is killed and comes back',
  { tools: ['kcat', 'kafka', 'kafkaGo'] },
  (suite, tools) => {
    const kcat = () => new Kcat(tools.kcat, suite.bootstrap)
    const java = () => new JavaTools(tools.kafka, suite.bootstrap)
    const go = () => new KafkaGo(tools.kafkaGo.program('client'), suite.bootstrap)
    const topicOf = async (partitions: number) => {
      const topic = fresh('restart')
      await createTopic(suite.bootstrap, topic, partitions)
      return topic
    }
    const killAndStart = async () => {
      await suite.broker.kill()
      await suite.broker.startAgain()
    }

    test('keeps every record that it acknowledged, whoever wrote it and in whichever codec', async () => {
      const topic = await topicOf(1)
      const lines = (name: string) => times(50, (i) => `k\t${name} ${i}`)
      await kcat().produce({ topic, lines: lines('kcat'), codec: 'lz4' })
      await java().produce({ topic, lines: lines('java'), codec: 'zstd' })
      await go().produce({ topic, compression: 'snappy', records: times(50, (i) => ({ key: 'k', value: `go ${i}` })) })
      await killAndStart()
      const expected = ['kcat', 'java', 'go'].flatMap((name) => times(50, (i) => `${name} ${i}`))
      expect((await kcat().consume(topic)).map(({ payload }) => payload)).toEqual(expected)
      await kcat().produce({ topic, lines: ['k\tafter the restart'] })
      expect((await kcat().consume(topic)).at(-1)).toMatchObject({ offset: 150, payload: 'after the restart' })
    })

    test('keeps topics, their identity and their configs', async () => {
      const topic = await topicOf(3)
      await java().run('kafka-configs', ['--alter', '--topic', topic, '--add-config', 'retention.ms=3600000'])
      const describe = async () => (await java().run('kafka-topics', ['--describe', '--topic', topic])).stdout
      const before = await describe()
      expect(before).toContain('retention.ms=3600000')
      await killAndStart()
      expect(await describe()).toBe(before)
    })

    test('an idempotent producer that was writing goes on: each record is there once, in order', async () => {
      const topic = await topicOf(1)
      const properties = { 'enable.idempotence': 'true', 'linger.ms': 1, 'reconnect.backoff.max.ms': 500 }
      await using producer = kcat().producer(topic, properties)
      let written = 0
      const write = (count: number) => producer.write(times(count, () => `${written++}\n`).join(''))
      write(500)
      await until('the first records', async () => (await kcat().consume(topic)).length > 0)
      const restarted = killAndStart()
      let back = false
      void restarted.finally(() => (back = true)).catch(() => {})
      await until('the broker to be back, written to all the while', () => {
        write(20)
        return back
      })
      await restarted
      write(500)
      expect(await producer.finish(), producer.report()).toBe(0)
      const found = (await kcat().consume(topic)).map(({ payload }) => Number(payload))
      expect(found).toEqual(times(written, (i) => i))
    })

    test('what a producer without retries had acknowledged is there, in order', async () => {
      const topic = await topicOf(1)
      const limits = ['--max-messages', '20000', '--throughput', '1000', '--acks', '-1']
      await using producer = java().start('kafka-verifiable-producer', ['--topic', topic, ...limits])
      const acknowledged = () =>
        producer.lines
          .filter((line) => line.includes('"producer_send_success"'))
          .map((line) => JSON.parse(line) as { value: string; offset: number })
      await until('300 acknowledged records', () => acknowledged().length >= 300)
      await suite.broker.kill()
      const sure = acknowledged()
      await producer.kill('SIGKILL')
      await suite.broker.startAgain()
      const found = new Map((await kcat().consume(topic)).map(({ offset, payload }) => [offset, payload]))
      expect(sure.map(({ offset }) => found.get(offset))).toEqual(sure.map(({ value }) => value))
    })

    test('connected members go on without reading twice what they had committed', async () => {
      const topic = await topicOf(3)
      const group = fresh('restart-group')
      await using js = await JsMember.join(suite.bootstrap, group, topic)
      await kcat().produce({ topic, lines: times(60, (i) => `${i}\tbefore ${i}`) })
      await until('the first 60 records', () => js.records.length >= 60)
      const committed = () =>
        withAdmin(suite.bootstrap, async (admin) => {
          const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
          return offsets?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
        })
      await until('all to be committed', async () => (await committed()) === 60)
      await killAndStart()
      expect(await committed()).toBe(60)
      await kcat().produce({ topic, lines: times(60, (i) => `${i}\tafter ${i}`) })
      await until('the next 60 records', () => js.records.length >= 120)
      const values = js.records.map(({ value }) => value)
      expect(values.filter((value) => value?.startsWith('before'))).toHaveLength(60)
      expect(values.filter((value) => value?.startsWith('after'))).toHaveLength(60)
    })

    test('a group that was away meanwhile starts where it had committed', async () => {
      const topic = await topicOf(3)
      const group = fresh('restart-group')
      const more = ['--group', group]
      await kcat().produce({ topic, lines: times(30, (i) => `${i}\tbefore ${i}`) })
      await java().consume({ topic, from: 'beginning', count: 30, more })
      await kcat().produce({ topic, lines: times(30, (i) => `${i}\tmissed ${i}`) })
      await killAndStart()
      const { stdout } = await java().run('kafka-consumer-groups', ['--describe', '--group', group])
      expect(groupOffsets(stdout).reduce((sum, { lag }) => sum + Number(lag), 0)).toBe(30)
      const missed = await java().consume({ topic, from: 'beginning', count: 30, more })
      expect(missed.map(({ value }) => value).toSorted()).toEqual(times(30, (i) => `missed ${i}`).toSorted())
    })

    test('deleted topics stay deleted, and a clean stop loses nothing either', async () => {
      const [kept, deleted] = [await topicOf(1), await topicOf(1)]
      await kcat().produce({ topic: kept, lines: ['k\tkept'] })
      await withAdmin(suite.bootstrap, (admin) => admin.deleteTopics({ topics: [deleted] }))
      await suite.broker.stop()
      await suite.broker.startAgain()
      const names = await withAdmin(suite.bootstrap, (admin) => admin.listTopics())
      expect(names).toContain(kept)
      expect(names).not.toContain(deleted)
      expect((await kcat().consume(kept)).map(({ payload }) => payload)).toEqual(['kept'])
    })
  },
)
