// Against what a Kafka 4.3.1 broker answered for the same settings (fixtures/kafka-4.3.1-describe.json; each row: name, value,
// source, read-only, sensitive, type, synonyms).
import { describe, expect, test } from 'vitest'
import {
  brokerConfigs,
  configSource,
  describeBrokerConfigs,
  describeDynamicDefaults,
  describeGroupConfigs,
  describeTopicConfigs,
  groupConfigs,
  topicConfigs,
} from '../src/index.ts'
import type { ConfigRow } from '../src/index.ts'
import kafka from './fixtures/kafka-4.3.1-describe.json' with { type: 'json' }
import { layers, texts } from './support.ts'

const asAnswered = layers({
  static: texts({
    'process.roles': 'broker,controller',
    'node.id': '1',
    listeners: 'PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': '/var/lib/kafka',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'log.retention.hours': '24',
    'log.segment.bytes': '104857600',
    'log.roll.ms': '3600000',
    'log.roll.hours': '5',
    'group.initial.rebalance.delay.ms': '0',
  }),
  dynamicDefault: texts({
    'log.segment.bytes': '209715200',
    'message.max.bytes': '2000000',
    'min.insync.replicas': '1',
  }),
  dynamicBroker: texts({ 'message.max.bytes': ' 3000000' }),
})

/** Rows that cannot be the same, and why. */
const otherRows: Readonly<Record<string, string>> = {
  'broker.id': 'Kafka copies node.id into its static settings; here it is a default',
  'node.id': 'it has a default here',
  'log.dir': 'it has another default here',
  listeners: 'the controller’s listener is not listened on, and the default is another',
  'listener.security.protocol.map': 'it is read at start only',
  'max.connections': 'it is read at start only',
  'max.connections.per.ip': 'it is read at start only',
}

const typeNames = ['', 'BOOLEAN', 'STRING', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'LIST', 'CLASS', 'PASSWORD']

const asKafkaAnswers = (row: ConfigRow) => [
  row.name,
  row.value,
  row.configSource,
  row.readOnly,
  row.isSensitive,
  typeNames[row.configType],
  row.synonyms.map(({ name, value, source }) => [name, value, source]),
]

function compare(rows: readonly ConfigRow[], answered: readonly unknown[][], table: object): void {
  const known = (name: unknown) => Object.hasOwn(table, String(name)) && !Object.hasOwn(otherRows, String(name))
  const expected = answered.filter(([name]) => known(name))
  const byName = (a: ConfigRow, b: ConfigRow) => (a.name < b.name ? -1 : 1)
  expect(
    rows
      .filter(({ name }) => answered.some(([answer]) => answer === name) && known(name))
      .toSorted(byName)
      .map(asKafkaAnswers),
  ).toEqual(expected)
  expect(expected.length).toBeGreaterThan(0)
}

describe('DescribeConfigs answers as Kafka does', () => {
  test('for a topic', () => {
    const overrides = texts({
      'cleanup.policy': 'compact , delete',
      'retention.ms': '+5000',
      'min.cleanable.dirty.ratio': '1e-5',
    })
    const rows = describeTopicConfigs(overrides, asAnswered)
    compare(rows, kafka.topic, topicConfigs)
    expect(rows).toHaveLength(kafka.topic.length)
  })

  test('for a broker', () => {
    compare(describeBrokerConfigs(asAnswered), kafka.broker, brokerConfigs)
  })

  test('for the defaults of all brokers', () => {
    compare(describeDynamicDefaults(asAnswered.dynamicDefault), kafka.default, brokerConfigs)
  })

  test('for a group', () => {
    compare(
      describeGroupConfigs(texts({ 'consumer.session.timeout.ms': '50000' }), asAnswered),
      kafka.group,
      groupConfigs,
    )
  })
})

test('a key without effect says so in its documentation', () => {
  const row = describeTopicConfigs(texts(), layers()).find(({ name }) => name === 'flush.ms')
  expect(row?.documentation).toContain('No effect here:')
  expect(row?.configSource).toBe(configSource.DEFAULT)
})

test('layers that could not have been accepted are our own mistake', () => {
  expect(() => describeBrokerConfigs(layers({ static: texts({ 'num.partitions': 'x' }) }))).toThrow('num.partitions=x')
})
