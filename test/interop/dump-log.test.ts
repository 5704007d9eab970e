// The data directory read without a broker, by Kafka's own kafka-dump-log: segments in Kafka's layout, batches as they came, and
// the state of groups in Kafka's record format. Holds after a clean stop and after a kill and a restart.

import { expect, test } from 'vitest'
import { createTopic } from './clients/kafkajs.ts'
import { JavaTools } from './clients/java.ts'
import { Kcat } from './clients/kcat.ts'
import { fresh, interopSuite, times } from './support.ts'

const stops = ['a clean stop', 'a kill and a restart'] as const

await interopSuite('the data directory', { tools: ['kcat', 'kafka'] }, (suite, tools) => {
  const kcat = () => new Kcat(tools.kcat, suite.bootstrap)
  const java = () => new JavaTools(tools.kafka, suite.bootstrap)

  const afterStop = async (how: (typeof stops)[number], look: () => Promise<void>) => {
    if (how === 'a clean stop') {
      await suite.broker.stop()
      await look()
      await suite.broker.startAgain()
    } else {
      await suite.broker.kill()
      await suite.broker.startAgain()
      await look()
    }
  }

  test.each(stops)('after %s every batch of every codec is found with its records', async (how) => {
    const topic = fresh('dump')
    await createTopic(suite.bootstrap, topic)
    const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
    const lines = (codec: string) => times(20, (i) => `key-${i}\t${codec} ${i} ${'z'.repeat(100)}`)
    for (const codec of codecs) await kcat().produce({ topic, codec, lines: lines(codec), headers: { source: 'kcat' } })
    await afterStop(how, async () => {
      const dumped = await java().dumpLog(suite.broker.logDirectory, `${topic}-0`)
      expect(dumped).toContain('Log starting offset: 0')
      const batches = [
        ...dumped.matchAll(
          /baseOffset: (\d+) lastOffset: (\d+) count: (\d+) .* compresscodec: (\w+) .* isvalid: true/g,
        ),
      ]
      expect(new Set(batches.map(([, , , , codec]) => codec))).toEqual(new Set(codecs))
      expect(batches.reduce((sum, [, , , count]) => sum + Number(count), 0)).toBe(100)
      const records = [...dumped.matchAll(/\| offset: (\d+) .* headerKeys: \[source\] key: (\S+) payload: (.*)$/gm)]
      expect(records.map(([, offset]) => Number(offset))).toEqual(times(100, (i) => i))
      expect(records.map(([, , key, payload]) => `${key}\t${payload}`)).toEqual(codecs.flatMap(lines))
    })
  })

  test.each(stops)('after %s the committed offsets of a group are found in __consumer_offsets', async (how) => {
    const topic = fresh('dump')
    const group = fresh('dump-group')
    await createTopic(suite.bootstrap, topic)
    await kcat().produce({ topic, lines: times(7, (i) => `k\t${i}`) })
    await java().consume({ topic, from: 'beginning', count: 7, more: ['--group', group] })
    await afterStop(how, async () => {
      const dumped = await java().dumpLog(suite.broker.logDirectory, '__consumer_offsets-0', ['--offsets-decoder'])
      const of = (text: string) =>
        dumped.split('\n').filter((line) => line.includes(`"group":"${group}"`) && line.includes(text))
      expect(of('"offset":7').at(-1)).toContain(`"topic":"${topic}","partition":0`)
      expect(of('"protocolType":"consumer"').length).toBeGreaterThan(0)
    })
  })

  test.each(stops)('after %s a group of the consumer protocol is found in __consumer_offsets', async (how) => {
    const topic = fresh('dump')
    const group = fresh('dump-group')
    await createTopic(suite.bootstrap, topic)
    await kcat().produce({ topic, lines: times(3, (i) => `k\t${i}`) })
    const more = ['--group', group, '--command-property', 'group.protocol=consumer']
    await java().consume({ topic, from: 'beginning', count: 3, more })
    await afterStop(how, async () => {
      const dumped = await java().dumpLog(suite.broker.logDirectory, '__consumer_offsets-0', ['--offsets-decoder'])
      const lines = dumped.split('\n').filter((line) => line.includes(`"groupId":"${group}"`))
      // Types of keys: the group, a member, the target and its epoch, what the member holds.
      for (const type of [3, 5, 6, 7, 8]) expect(lines.join('\n')).toContain(`{"type":"${type}"`)
      expect(lines.join('\n')).toContain(`"subscribedTopicNames":["${topic}"]`)
    })
  })
})
