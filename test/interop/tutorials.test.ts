// What people type who follow a tutorial on Kafka, as it stands there but for the address: the commands, the small programs and
// what they are told to expect. Forms that today's tools no longer have (--zookeeper, --broker-list) in their present words.

import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withAdmin } from './clients/kafkajs.ts'
import { groupOffsets } from './clients/consumer-groups.ts'
import { JavaTools } from './clients/java.ts'
import { fresh, interopSuite, times } from './support.ts'
import { repositoryRoot } from './toolbox/cache.ts'
import { run, type Running, start } from './toolbox/process.ts'
import { until } from './toolbox/until.ts'

const stableMembers = (bootstrap: string, group: string) =>
  withAdmin(bootstrap, async (admin) => {
    const [described] = (await admin.describeGroups([group])).groups
    return described?.state === 'Stable' ? described.members.length : 0
  })

await interopSuite('a crash course with kafkajs', { tools: [] }, (suite) => {
  const node = { command: join(repositoryRoot, 'node_modules/.bin/node') }
  const program = (name: string) => fileURLToPath(new URL(`tutorials/${name}.cjs`, import.meta.url))
  const env = () => ({ BROKER: suite.bootstrap, KAFKAJS_NO_PARTITIONER_WARNING: '1' })
  const runs = async (name: string, ...args: string[]) => {
    const { stdout, stderr } = await run(node, [program(name), ...args], { env: env() })
    expect(stderr).not.toContain('something went wrong')
    return stdout.trimEnd().split('\n')
  }
  const receiver = (...args: string[]) => start(node, [program('receive-users'), ...args], { env: env() })
  const received = (running: Running) => running.lines.filter((line) => line.startsWith('Received'))

  test('the topic is created, names go to the partition of their letter, the consumer prints them', async () => {
    expect(await runs('create-users')).toEqual(['connecting...', 'connected.', 'topic created successfully'])
    const sent = (await runs('send-user', 'Anna')).at(-1) ?? ''
    expect(JSON.parse(sent.replace('send successfully: ', ''))).toMatchObject([
      { topicName: 'users', partition: 0, errorCode: 0, baseOffset: '0' },
    ])
    await runs('send-user', 'Zoran')
    await using consumer = receiver()
    await until('both names', () => received(consumer).length === 2)
    expect(received(consumer).toSorted()).toEqual([
      'Received message Anna on partition 0',
      'Received message Zoran on partition 1',
    ])
  })

  test('consumers of one group divide the names, a consumer of another group gets all', async () => {
    const [queue, other] = [fresh('queue'), fresh('publish-subscribe')]
    await using first = receiver(queue)
    await using second = receiver(queue)
    await using alone = receiver(other)
    await until('two members', async () => (await stableMembers(suite.bootstrap, queue)) === 2)
    await runs('send-user', 'Berta')
    await runs('send-user', 'Yvonne')
    const inQueue = () => [...received(first), ...received(second)]
    const has = (lines: string[]) => ['Berta', 'Yvonne'].every((name) => lines.some((line) => line.includes(name)))
    await until('both names in each group', () => has(inQueue()) && has(received(alone)))
    expect(received(first).some((line) => line.includes('Berta'))).not.toBe(
      received(first).some((line) => line.includes('Yvonne')),
    )
    expect(inQueue().filter((line) => line.includes('Berta'))).toHaveLength(1)
  })
})

await interopSuite(
  'notes on the command line',
  { tools: ['kafka'], properties: { 'num.partitions': '3' } },
  (suite, tools) => {
    const java = () => new JavaTools(tools.kafka, suite.bootstrap)
    const topics = async (...args: string[]) => (await java().run('kafka-topics', args)).stdout
    const write = (topic: string, ...lines: string[]) => java().produce({ topic, keyed: false, lines })
    const read = async (topic: string, count: number) => {
      const args = ['--topic', topic, '--from-beginning', '--max-messages', String(count), '--timeout-ms', '30000']
      return (await java().run('kafka-console-consumer', args)).stdout.trimEnd().split('\n').toSorted()
    }

    test('topics are created with and without partitions, listed, described and deleted', async () => {
      expect(await topics('--topic', 'first_topic', '--create')).toContain('Created topic first_topic.')
      for (const topic of ['second_topic', 'third_topic']) {
        await topics('--topic', topic, '--create', '--partitions', '6', '--replication-factor', '1')
      }
      expect((await topics('--list')).split('\n')).toEqual(
        expect.arrayContaining(['first_topic', 'second_topic', 'third_topic']),
      )
      expect(await topics('--topic', 'first_topic', '--describe')).toMatch(
        /^Topic: first_topic\t.*PartitionCount: 3\tReplicationFactor: 1\t/,
      )
      const described = await topics('--topic', 'second_topic', '--describe')
      expect(
        described.match(/^\tTopic: second_topic\tPartition: \d\tLeader: \d+\tReplicas: \d+\tIsr: \d+/gm),
      ).toHaveLength(6)
      await topics('--topic', 'second_topic', '--delete')
      await until('second_topic to be gone', async () => !(await topics('--list')).includes('second_topic'))
    })

    test('a line typed into the producer shows in the running consumer, and with --from-beginning later', async () => {
      await using consumer = java().start('kafka-console-consumer', ['--topic', 'live_topic', '--group', 'live'])
      await using producer = java().start('kafka-console-producer', ['--topic', 'live_topic'])
      await until('the consumer to have joined', async () => (await stableMembers(suite.bootstrap, 'live')) === 1)
      // A consumer without committed offsets starts at the end as it finds it: "Hello World" is typed until it shows.
      let typed = 0
      await until('a line in the running consumer', () => {
        producer.write(`Hello World ${typed++}!\n`)
        return consumer.lines.length > 0
      })
      producer.endInput()
      expect(await producer.exited).toBe(0)
      expect(await read('live_topic', typed)).toEqual(times(typed, (i) => `Hello World ${i}!`).toSorted())
    })

    test('writing to a topic that is not there creates it with the default number of partitions', async () => {
      await write('some_topic', 'Hello World')
      expect(await topics('--topic', 'some_topic', '--describe')).toContain('PartitionCount: 3')
      expect(await read('some_topic', 1)).toEqual(['Hello World'])
    })

    test('consumers of one group divide the lines among them, two or three', async () => {
      const group = 'consumer_group_2'
      await topics('--topic', 'new_topic_1', '--create', '--partitions', '3')
      await using stack = new AsyncDisposableStack()
      const args = ['--topic', 'new_topic_1', '--group', group, '--command-property', 'auto.commit.interval.ms=200']
      const join = () => stack.use(java().start('kafka-console-consumer', args))
      const consumers = [join(), join()]
      const sent: string[] = []
      const lines = () => consumers.flatMap((consumer) => consumer.lines)
      const exchange = async (word: string) => {
        await until(
          `${consumers.length} members`,
          async () => (await stableMembers(suite.bootstrap, group)) === consumers.length,
        )
        // A consumer that has committed a position of its own has found where the partition ends.
        await until('each member to fetch', async () => {
          const { stdout } = await java().run('kafka-consumer-groups', ['--describe', '--group', group])
          const rows = groupOffsets(stdout)
          const consuming = new Set(rows.map(({ consumer }) => consumer)).size
          return rows.length === 3 && consuming === consumers.length && rows.every(({ current }) => current !== '-')
        })
        const more = times(60, (i) => `${word} ${i}`)
        sent.push(...more)
        await java().produce({ topic: 'new_topic_1', keyed: false, lines: more, properties: { 'batch.size': 64 } })
        await until(`all lines of ${word}`, () => lines().length >= sent.length)
        expect(lines().toSorted()).toEqual(sent.toSorted())
      }
      await exchange('two')
      for (const consumer of consumers) expect(consumer.lines.length).toBeGreaterThan(0)
      consumers.push(join())
      await exchange('three')
      for (const consumer of consumers) expect(consumer.stdout).toContain('three')
    })

    test('apostrophes and other scripts arrive as they were typed', async () => {
      const lines = ['Hello', 'Kafka', "I'm here", 'žluťoučký kůň', '你好']
      await write('greetings', ...lines)
      expect(await read('greetings', lines.length)).toEqual(lines.toSorted())
    })

    test('the topic of the orders has three partitions, all written to and all read', async () => {
      await topics('--create', '--replication-factor', '1', '--partitions', '3', '--topic', 'myorders')
      await write('myorders', 'Hello', 'again', 'from', 'me')
      expect(await read('myorders', 4)).toEqual(['Hello', 'again', 'from', 'me'].toSorted())
    })
  },
)

await interopSuite('a queue with kafka-go', { tools: ['kafka', 'kafkaGo'] }, (suite, tools) => {
  const java = () => new JavaTools(tools.kafka, suite.bootstrap)
  const topic = 'dev-stats'
  const events = (...args: string[]) => run(tools.kafkaGo.program('events'), args)
  const statistics = async () => {
    const { stdout } = await java().run('kafka-consumer-groups', ['--group', '1', '--describe'])
    return groupOffsets(stdout)
  }

  test('the topic is created, written, read with acknowledgement, counted and deleted', async () => {
    const about = ['--topic', topic]
    await java().run('kafka-topics', ['--create', '--replication-factor', '1', '--partitions', '6', ...about])
    expect((await java().run('kafka-topics', ['--describe', ...about])).stdout).toContain('PartitionCount: 6')
    const keys = times(6, (i) => `key-${i}`)
    for (const key of keys) await events('write', suite.bootstrap, topic, key, `the value of ${key}`)
    const { stdout } = await events('read', suite.bootstrap, topic, '4')
    expect(stdout.trimEnd().split('\n')).toHaveLength(4)
    expect((await statistics()).reduce((sum, { lag, end }) => sum + Number(lag === '-' ? end : lag), 0)).toBe(2)
    const rest = await events('read', suite.bootstrap, topic, '2')
    const expected = keys.map((key) => `${key}=the value of ${key} source=events`)
    expect(`${stdout}${rest.stdout}`.trimEnd().split('\n').toSorted()).toEqual(expected)
    expect((await statistics()).reduce((sum, { lag, end }) => sum + Number(lag === '-' ? end : lag), 0)).toBe(0)
    await java().run('kafka-topics', ['--delete', ...about])
    const names = () => withAdmin(suite.bootstrap, (admin) => admin.listTopics())
    await until('the topic to be gone', async () => !(await names()).includes(topic))
  })
})
