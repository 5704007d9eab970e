// Kafka's administration tools against one broker: what they print is what scripts parse.

import { expect, test } from 'vitest'
import { createTopic, JsMember, withAdmin, withProducer } from './clients/kafkajs.ts'
import { JavaMember, JavaTools } from './clients/java.ts'
import { groupOffsets } from './clients/consumer-groups.ts'
import { fresh, interopSuite, times } from './support.ts'
import type { KafkaToolName } from './toolbox/kafka-jars.ts'
import { until } from './toolbox/until.ts'

await interopSuite('Java administration tools', { tools: ['kafka'] }, (suite, tools) => {
  const java = () => new JavaTools(tools.kafka, suite.bootstrap)
  const print = async (tool: KafkaToolName, ...args: string[]) => (await java().run(tool, args)).stdout
  const refusal = async (tool: KafkaToolName, ...args: string[]) => {
    const { stdout, stderr } = await java().run(tool, args, { mayFail: true })
    return stdout + stderr
  }
  const filled = async (partitions: number, count: number) => {
    const topic = fresh('java-admin')
    await createTopic(suite.bootstrap, topic, partitions)
    const messages = times(count, (i) => ({ value: String(i), partition: i % partitions }))
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages }))
    return topic
  }
  const commit = (groupId: string, topic: string, offsets: readonly number[]) =>
    withAdmin(suite.bootstrap, (admin) => {
      const partitions = offsets.map((offset, partition) => ({ partition, offset: String(offset) }))
      return admin.setOffsets({ groupId, topic, partitions })
    })

  test('kafka-topics creates, lists, describes, extends and deletes a topic', async () => {
    const topic = fresh('orders')
    const about = ['--topic', topic]
    const create = [
      '--create',
      ...about,
      '--partitions',
      '3',
      '--replication-factor',
      '1',
      '--config',
      'retention.ms=60000',
    ]
    expect(await print('kafka-topics', ...create)).toBe(`Created topic ${topic}.\n`)
    expect(await refusal('kafka-topics', ...create)).toContain(
      `Error while executing topic command : Topic '${topic}' already exists.`,
    )
    expect((await print('kafka-topics', '--list')).split('\n')).toContain(topic)
    const [head, ...partitions] = (await print('kafka-topics', '--describe', ...about)).trimEnd().split('\n')
    expect(head).toMatch(
      new RegExp(
        `^Topic: ${topic}\tTopicId: [\\w-]{22}\tPartitionCount: 3\tReplicationFactor: 1\tConfigs: .*retention.ms=60000`,
      ),
    )
    expect(partitions).toHaveLength(3)
    for (const [index, line] of partitions.entries()) {
      const leader = /Leader: (\d+)/.exec(line)?.[1]
      expect(line).toContain(
        `\tTopic: ${topic}\tPartition: ${index}\tLeader: ${leader}\tReplicas: ${leader}\tIsr: ${leader}`,
      )
    }
    await print('kafka-topics', '--alter', ...about, '--partitions', '5')
    await until('five partitions', async () =>
      (await print('kafka-topics', '--describe', ...about)).includes('PartitionCount: 5'),
    )
    expect(await refusal('kafka-topics', '--alter', ...about, '--partitions', '4')).toMatch(
      /InvalidPartitions|currently has 5/,
    )
    await print('kafka-topics', '--delete', ...about)
    await until(
      'the topic to be gone',
      async () => !(await print('kafka-topics', '--list')).split('\n').includes(topic),
    )
    expect(await refusal('kafka-topics', '--delete', ...about)).toContain(`Topic '${topic}' does not exist as expected`)
  })

  test('kafka-topics is told which names, replication factors and topics are not possible', async () => {
    const create = (...args: string[]) => refusal('kafka-topics', '--create', '--topic', ...args)
    expect(await create(fresh('t'), '--partitions', '1', '--replication-factor', '3')).toContain(
      'InvalidReplicationFactor',
    )
    expect(await create('no/slash', '--partitions', '1')).toContain('InvalidTopicException')
    expect(await refusal('kafka-topics', '--describe', '--topic', fresh('none'))).toContain(
      'does not exist as expected',
    )
  })

  test('kafka-configs alters, describes and resets the configs of a topic', async () => {
    const topic = await filled(1, 0)
    const configs = (...args: string[]) => print('kafka-configs', ...args, '--topic', topic)
    expect(await configs('--describe')).toBe(`Dynamic configs for topic ${topic} are:\n`)
    expect(await configs('--alter', '--add-config', 'retention.ms=1000,cleanup.policy=[compact,delete]')).toContain(
      `Completed updating config for topic ${topic}.`,
    )
    const described = await configs('--describe')
    expect(described).toMatch(
      /^ {2}retention\.ms=1000 sensitive=false synonyms=\{DYNAMIC_TOPIC_CONFIG:retention\.ms=1000/m,
    )
    expect(described).toMatch(
      /^ {2}cleanup\.policy=compact,delete sensitive=false .*DEFAULT_CONFIG:log\.cleanup\.policy=delete\}$/m,
    )
    await configs('--alter', '--delete-config', 'retention.ms,cleanup.policy')
    expect(await configs('--describe')).toBe(`Dynamic configs for topic ${topic} are:\n`)
    const all = await configs('--describe', '--all')
    for (const known of [
      'retention.ms=604800000',
      'segment.bytes=1073741824',
      'max.message.bytes=1048588',
      'cleanup.policy=delete',
    ]) {
      expect(all).toContain(`  ${known} `)
    }
  })

  test('kafka-configs is told which values and names are not possible', async () => {
    const topic = await filled(1, 0)
    const alter = (config: string) => refusal('kafka-configs', '--alter', '--topic', topic, '--add-config', config)
    expect(await alter('retention.ms=soon')).toContain('InvalidConfigurationException')
    expect(await alter('no.such.config=1')).toContain('InvalidConfigurationException')
    expect(await refusal('kafka-configs', '--describe', '--topic', fresh('none'))).toMatch(/doesn't exist/)
  })

  test('kafka-configs describes the broker with its listeners and log settings', async () => {
    const nodes = await withAdmin(suite.bootstrap, (admin) => admin.describeCluster())
    const about = ['--entity-type', 'brokers', '--entity-name', String(nodes.brokers[0]?.nodeId)]
    const all = await print('kafka-configs', '--describe', '--all', ...about)
    expect(all).toMatch(/^ {2}num\.partitions=1 sensitive=false/m)
    expect(all).toMatch(/^ {2}listeners=PLAINTEXT:\/\/127\.0\.0\.1:\d+/m)
  })

  test('kafka-consumer-groups prints offsets and lag of a group without members', async () => {
    const topic = await filled(3, 30)
    const group = fresh('java-admin-group')
    await commit(group, topic, [10, 4, 0])
    const { stdout, stderr } = await java().run('kafka-consumer-groups', ['--describe', '--group', group])
    expect(stderr).toContain(`Consumer group '${group}' has no active members.`)
    expect(groupOffsets(stdout)).toEqual([
      { group, topic, partition: '0', current: '10', end: '10', lag: '0', consumer: '-', host: '-', client: '-' },
      { group, topic, partition: '1', current: '4', end: '10', lag: '6', consumer: '-', host: '-', client: '-' },
      { group, topic, partition: '2', current: '0', end: '10', lag: '10', consumer: '-', host: '-', client: '-' },
    ])
    expect((await print('kafka-consumer-groups', '--list')).split('\n')).toContain(group)
    expect(await print('kafka-consumer-groups', '--describe', '--group', group, '--state')).toMatch(
      new RegExp(`^${group} +127\\.0\\.0\\.1:\\d+ +\\(\\d+\\) +- +Empty +0 *$`, 'm'),
    )
  })

  test('kafka-consumer-groups shows who owns which partition, and how far each has come', async () => {
    const topic = await filled(3, 30)
    const group = fresh('java-admin-group')
    await using member = new JavaMember(java(), group, topic)
    await until('all records', () => member.values.length >= 30)
    const describe = (...more: string[]) => print('kafka-consumer-groups', '--describe', '--group', group, ...more)
    const lags = async () => groupOffsets(await describe()).map(({ lag }) => lag)
    await until('no lag', async () => (await lags()).join() === '0,0,0')
    for (const row of groupOffsets(await describe())) {
      expect(row).toMatchObject({ group, topic, current: '10', end: '10', host: '/127.0.0.1' })
      expect(row.consumer).toMatch(/\S{10,}/)
    }
    expect(await describe('--state')).toMatch(new RegExp(`^${group} .* range +Stable +1 *$`, 'm'))
    expect(await describe('--members', '--verbose')).toContain(`${topic}:0,1,2`)
    expect(await refusal('kafka-consumer-groups', '--delete', '--group', group)).toContain('GroupNotEmptyException')
    const reset = ['--reset-offsets', '--group', group, '--topic', topic, '--to-earliest', '--execute']
    expect(await refusal('kafka-consumer-groups', ...reset)).toContain('Assignments can only be reset if the group')
  })

  test('kafka-consumer-groups resets, deletes offsets of, and deletes a group', async () => {
    const topic = await filled(2, 20)
    const group = fresh('java-admin-group')
    const about = ['--group', group, '--topic', topic]
    await commit(group, topic, [10, 10])
    const reset = async (...to: string[]) => {
      const printed = await print('kafka-consumer-groups', '--reset-offsets', ...about, ...to)
      const rows = printed.matchAll(/^\S+ +\S+ +(\d+) +(\d+) *$/gm)
      return [...rows].map(([, partition, offset]) => `${partition}:${offset}`).toSorted()
    }
    expect(await reset('--to-earliest', '--dry-run')).toEqual(['0:0', '1:0'])
    expect(await reset('--shift-by', '-3', '--execute')).toEqual(['0:7', '1:7'])
    expect(await reset('--to-offset', '2', '--execute')).toEqual(['0:2', '1:2'])
    expect(await reset('--to-datetime', '2020-01-01T00:00:00.000', '--execute')).toEqual(['0:0', '1:0'])
    const described = groupOffsets(await print('kafka-consumer-groups', '--describe', '--group', group))
    expect(described.map(({ lag }) => lag)).toEqual(['10', '10'])
    const forgotten = await print(
      'kafka-consumer-groups',
      '--delete-offsets',
      '--group',
      group,
      '--topic',
      `${topic}:0`,
    )
    expect(forgotten).toMatch(new RegExp(`^${topic} +0 +Successful`, 'm'))
    expect(await print('kafka-consumer-groups', '--delete', '--group', group)).toContain(
      `Deletion of requested consumer groups ('${group}') was successful.`,
    )
    expect(await refusal('kafka-consumer-groups', '--describe', '--group', group)).toContain('GroupIdNotFoundException')
  })

  test('kafka-get-offsets finds latest, earliest, the largest time and a time', async () => {
    const topic = fresh('java-admin')
    await createTopic(suite.bootstrap, topic, 1)
    const timestamps = [1_700_000_000_000, 1_700_000_000_900, 1_700_000_000_200]
    const messages = timestamps.map((time) => ({ value: 'v', timestamp: String(time) }))
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages }))
    const at = (time: string) => print('kafka-get-offsets', '--topic', topic, '--time', time)
    expect(await at('latest')).toBe(`${topic}:0:3\n`)
    expect(await at('earliest')).toBe(`${topic}:0:0\n`)
    expect(await at('max-timestamp')).toBe(`${topic}:0:1\n`)
    expect(await at('1700000000001')).toBe(`${topic}:0:1\n`)
  })

  test('kafka-delete-records moves the beginning of a partition', async () => {
    const topic = await filled(1, 10)
    const request = { version: 1, partitions: [{ topic, partition: 0, offset: 6 }] }
    const file = await suite.file('delete-records.json', JSON.stringify(request))
    expect(await print('kafka-delete-records', '--offset-json-file', file)).toContain(
      `partition: ${topic}-0\tlow_watermark: 6`,
    )
    expect(await print('kafka-get-offsets', '--topic', topic, '--time', 'earliest')).toBe(`${topic}:0:6\n`)
  })

  test('kafka-broker-api-versions lists what a client of this Kafka can use', async () => {
    const printed = await print('kafka-broker-api-versions')
    expect(printed).toMatch(new RegExp(`^${suite.bootstrap} \\(id: \\d+ rack: null isFenced: false\\) -> \\($`, 'm'))
    const used = ['Produce(0)', 'Fetch(1)', 'Metadata(3)', 'OffsetCommit(8)', 'JoinGroup(11)', 'ApiVersions(18)']
    for (const api of [
      ...used,
      'CreateTopics(19)',
      'InitProducerId(22)',
      'IncrementalAlterConfigs(44)',
      'DescribeCluster(60)',
    ]) {
      expect(printed).toMatch(new RegExp(`^\\t${api.replace(/[()]/g, '\\$&')}: .*\\[usable: \\d+\\]`, 'm'))
    }
  })

  test('kafka-log-dirs and kafka-cluster answer for tools that watch a cluster', async () => {
    const topic = await filled(2, 10)
    const printed = await print('kafka-log-dirs', '--describe', '--topic-list', topic)
    const [json = ''] = printed.split('\n').filter((line) => line.startsWith('{'))
    const listed = JSON.parse(json) as {
      brokers: { logDirs: { error: null; partitions: { partition: string; size: number }[] }[] }[]
    }
    const partitions = listed.brokers[0]?.logDirs.flatMap((directory) => directory.partitions) ?? []
    expect(partitions.map(({ partition }) => partition).toSorted()).toEqual([`${topic}-0`, `${topic}-1`])
    for (const { size } of partitions) expect(size).toBeGreaterThan(0)
    const cluster = await java().runPlain('kafka-cluster', ['cluster-id', '--bootstrap-server', suite.bootstrap])
    expect(cluster.stdout).toMatch(/^Cluster ID: \S+$/m)
  })

  test('kafka-reassign-partitions finds the present assignment already complete', async () => {
    const topic = await filled(1, 1)
    const nodes = await withAdmin(suite.bootstrap, (admin) => admin.describeCluster())
    const replicas = [nodes.brokers[0]?.nodeId]
    const file = await suite.file(
      'assignment.json',
      JSON.stringify({ version: 1, partitions: [{ topic, partition: 0, replicas }] }),
    )
    const reassign = (what: string) => print('kafka-reassign-partitions', '--reassignment-json-file', file, what)
    expect(await reassign('--execute')).toContain(`Successfully started partition reassignment for ${topic}-0`)
    await until('the reassignment', async () =>
      (await reassign('--verify')).includes(`Reassignment of partition ${topic}-0 is completed.`),
    )
  })

  test('a group of another client is described like one of its own', async () => {
    const topic = await filled(2, 4)
    const group = fresh('java-admin-group')
    await using member = await JsMember.join(suite.bootstrap, group, topic)
    await until('all records', () => member.records.length === 4)
    const rows = async () => groupOffsets(await print('kafka-consumer-groups', '--describe', '--group', group))
    await until('no lag', async () => (await rows()).every(({ lag }) => lag === '0'))
    for (const row of await rows()) expect(row).toMatchObject({ client: 'interop', host: '/127.0.0.1', current: '2' })
  })
})
