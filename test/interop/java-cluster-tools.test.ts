// Kafka's tools that look at a cluster as a whole, or change what only a cluster of several nodes has: every one has to end well.

import { expect, test } from 'vitest'
import { createTopic, withAdmin, withProducer } from './clients/kafkajs.ts'
import { JavaTools } from './clients/java.ts'
import { fresh, interopSuite, times } from './support.ts'
import type { KafkaToolName } from './toolbox/kafka-jars.ts'

await interopSuite('Java cluster tools', { tools: ['kafka'] }, (suite, tools) => {
  const java = () => new JavaTools(tools.kafka, suite.bootstrap)
  const print = async (tool: KafkaToolName, ...args: string[]) => (await java().run(tool, args)).stdout
  const said = async (tool: KafkaToolName, ...args: string[]) => {
    const { stdout, stderr } = await java().run(tool, args, { mayFail: true })
    return stdout + stderr
  }
  const filled = async (count: number) => {
    const topic = fresh('java-cluster')
    await createTopic(suite.bootstrap, topic, 1)
    const messages = times(count, (i) => ({ value: String(i) }))
    await withProducer(suite.bootstrap, (producer) => producer.send({ topic, messages }))
    return topic
  }
  const brokerId = async () => {
    const { brokers } = await withAdmin(suite.bootstrap, (admin) => admin.describeCluster())
    return brokers[0]?.nodeId as number
  }

  test('kafka-leader-election finds that the preferred replica leads already', async () => {
    const topic = await filled(0)
    const about = ['--election-type', 'preferred', '--topic', topic, '--partition', '0']
    expect(await print('kafka-leader-election', ...about)).toContain(
      `Valid replica already elected for partitions ${topic}-0`,
    )
    expect(
      await said('kafka-leader-election', '--election-type', 'preferred', '--topic', topic, '--partition', '7'),
    ).toMatch(/UnknownTopicOrPartitionException/)
  })

  test('kafka-metadata-quorum says who keeps cluster metadata', async () => {
    const id = await brokerId()
    const status = await print('kafka-metadata-quorum', 'describe', '--status')
    expect(status).toMatch(new RegExp(`^LeaderId: +${id}$`, 'm'))
    expect(status).toMatch(/^HighWatermark: +\d+$/m)
    expect(status).toMatch(/^MaxFollowerLag: +0$/m)
    const replication = await print('kafka-metadata-quorum', 'describe', '--replication')
    expect(replication).toMatch(new RegExp(`^${id}\\s.*\\sLeader\\s*$`, 'm'))
  })

  test('kafka-features refuses a feature that nobody knows', async () => {
    expect(await print('kafka-features', 'describe')).not.toContain('no.such.version')
    expect(await said('kafka-features', 'upgrade', '--feature', 'no.such.version=1')).toMatch(
      /Could not upgrade no\.such\.version to 1/,
    )
  })

  test('kafka-transactions lists the producers of a partition', async () => {
    const topic = await filled(0)
    await java().produce({ topic, lines: ['one', 'two'], keyed: false })
    const printed = await print('kafka-transactions', 'describe-producers', '--topic', topic, '--partition', '0')
    expect(printed).toMatch(/^ProducerId\s+ProducerEpoch\s+LatestCoordinatorEpoch\s+LastSequence/m)
    expect(printed).toMatch(/^\d+\s+0\s+-1\s+1\s+\d+\s+None/m)
  })

  test('kafka-acls is told that there is no authorizer', async () => {
    expect(await said('kafka-acls', '--list')).toMatch(/SecurityDisabledException: No [Aa]uthorizer is configured/)
    const add = ['--add', '--allow-principal', 'User:u', '--operation', 'read', '--topic', 't']
    expect(await said('kafka-acls', ...add)).toMatch(/SecurityDisabledException: No [Aa]uthorizer is configured/)
  })

  test('kafka-reassign-partitions lists none and refuses a broker that is not there', async () => {
    const topic = await filled(0)
    expect(await print('kafka-reassign-partitions', '--list')).toContain('No partition reassignments found.')
    const partitions = [{ topic, partition: 0, replicas: [4711] }]
    const file = await suite.file('nobody.json', JSON.stringify({ version: 1, partitions }))
    expect(await said('kafka-reassign-partitions', '--reassignment-json-file', file, '--execute')).toMatch(/4711/)
    expect(await said('kafka-reassign-partitions', '--reassignment-json-file', file, '--cancel')).toContain(
      'None of the specified partition reassignments are active.',
    )
  })

  test('kafka-cluster does not unregister a broker that nobody knows', async () => {
    const args = ['unregister', '--bootstrap-server', suite.bootstrap, '--id', '4711']
    const { stdout, stderr } = await java().runPlain('kafka-cluster', args, { exitCodes: [0, 1] })
    expect(stdout + stderr).toMatch(/4711|not registered|BrokerIdNotRegistered/i)
  })

  test('kafka-configs sets, describes and removes client quotas', async () => {
    const configs = (...args: string[]) => print('kafka-configs', ...args)
    expect(await configs('--describe', '--entity-type', 'users')).not.toContain('_rate')
    const quota = 'producer_byte_rate=1000000,request_percentage=150'
    const about = ['--entity-type', 'clients', '--entity-name', 'app']
    expect(await configs('--alter', '--add-config', quota, ...about)).toMatch(/Completed updating config/)
    expect(await configs('--describe', ...about)).toMatch(
      /Quota configs for .*are .*(producer_byte_rate=1000000\.0, request_percentage=150\.0|request_percentage=150\.0, producer_byte_rate=1000000\.0)/,
    )
    await configs('--alter', '--delete-config', 'producer_byte_rate,request_percentage', ...about)
    expect(await configs('--describe', ...about)).not.toContain('_rate')
    expect(await said('kafka-configs', '--alter', '--add-config', 'producer_byte_rate=-5', ...about)).toMatch(
      /InvalidRequestException|must be greater than 0/,
    )
  })
})
