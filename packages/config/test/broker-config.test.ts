import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brokerConfigs, mergeLayers, parseBrokerConfig, parseProperties } from '../src/index.ts'
import { broker, faultsOf, layers, texts } from './support.ts'

describe('a server.properties', () => {
  test('of a combined KRaft node starts a broker, and says what is left aside', () => {
    const outcome = parseBrokerConfig(
      parseProperties(`
        process.roles=broker,controller
        node.id=4
        controller.quorum.bootstrap.servers=localhost:9093
        listeners=PLAINTEXT://:9092,CONTROLLER://:9093
        advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL
        num.network.threads=3
        log.dirs=/var/lib/kafka
        log.retention.hours=168
      `),
    )
    if (outcome.kind !== 'CONFIG') throw new Error('refused')
    expect(outcome.config.listeners).toEqual([{ name: 'PLAINTEXT', host: '', port: 9092 }])
    expect(outcome.config['advertised.listeners']).toEqual([{ name: 'PLAINTEXT', host: 'localhost', port: 9092 }])
    expect(outcome.config['node.id']).toBe(4)
    expect(outcome.notes).toEqual([
      'process.roles has no effect: there is no controller quorum: who leads is settled by the storage',
      'controller.quorum.bootstrap.servers has no effect: there is no controller quorum: who leads is settled by the storage',
      'controller.listener.names has no effect: there is no controller quorum: who leads is settled by the storage',
      'num.network.threads has no effect: one event loop serves all connections, without pools of threads',
      'CONTROLLER://:9093 is not listened on: there is no controller quorum',
    ])
  })

  test('that is empty gives every key its default', () => {
    const config = broker()
    const { 'broker.id': _, ...others } = brokerConfigs
    for (const [name, property] of Object.entries(others)) {
      expect(config[name as keyof typeof others], name).toEqual(property.default)
    }
  })

  test('with an unknown key is refused, with the nearest key that there is', () => {
    expect(faultsOf({ 'log.retension.ms': '1' })).toEqual([
      'There is no broker config log.retension.ms. Did you mean log.retention.ms?',
    ])
    expect(faultsOf({ 'completely.else': '1' })).toEqual(['There is no broker config completely.else'])
    expect(faultsOf({ constructor: '1' })).toEqual(['There is no broker config constructor'])
  })

  test('names all of its faults at once', () => {
    expect(faultsOf({ 'num.partitions': '0', 'jackdaw.durability.min': 'D9' })).toEqual([
      'num.partitions=0 is refused: it must be at least 1',
      'jackdaw.durability.min=D9 is refused: it must be one of D0, D1, D2, D3, D4',
    ])
  })

  test('that expects to be guarded is refused, unless the guard is empty', () => {
    expect(
      faultsOf({ 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer' }),
    ).toHaveLength(1)
    expect(faultsOf({ 'authorizer.class.name': '', 'super.users': ' ' })).toEqual([])
    expect(faultsOf({ 'listener.name.plaintext.max.connections': '5' })).toHaveLength(1)
    expect(faultsOf({ listeners: 'SASL_SSL://:9092' })).toEqual([
      'listeners=SASL_SSL://:9092 is refused: SASL_SSL would speak SASL_SSL, and this version speaks PLAINTEXT only',
    ])
  })
})

describe('listeners', () => {
  test.each([
    ['PLAINTEXT://localhost:9092', [{ name: 'PLAINTEXT', host: 'localhost', port: 9092 }]],
    ['plaintext://[::1]:0', [{ name: 'PLAINTEXT', host: '::1', port: 0 }]],
    ['PLAINTEXT://0.0.0.0:1', [{ name: 'PLAINTEXT', host: '0.0.0.0', port: 1 }]],
  ])('%s is read', (text, value) => {
    expect(brokerConfigs.listeners.parse(text)).toEqual(value)
  })

  test.each([
    'localhost:9092',
    'PLAINTEXT://localhost',
    'PLAINTEXT://localhost:65536',
    'PLAINTEXT://::1:9092',
    '://a:1',
    'P://a:b:1',
  ])('%s is refused with the form it should have', (text) => {
    expect(brokerConfigs.listeners.parse(text)).toEqual({
      refused: expect.stringContaining('NAME://host:port') as string,
    })
  })

  test('need a name and an address of their own each', () => {
    expect(faultsOf({ listeners: 'PLAINTEXT://a:1,PLAINTEXT://b:1' })[0]).toContain(
      'two listeners of the name PLAINTEXT',
    )
    const map = 'A:PLAINTEXT,B:PLAINTEXT'
    const same = { listeners: 'A://a:1,B://a:1', 'listener.security.protocol.map': map }
    expect(faultsOf(same)[0]).toContain('two listeners on a:1')
    expect(faultsOf({ ...same, listeners: 'A://a:0,B://a:0' })).toEqual([])
  })

  test('need a protocol, and at least one of them', () => {
    expect(faultsOf({ listeners: 'EXTERNAL://:1' })[0]).toContain('add EXTERNAL:PLAINTEXT to it')
    expect(faultsOf({ listeners: '' })[0]).toContain('at least one listener')
  })

  test('are advertised under a name they have, at an address that can be reached', () => {
    expect(faultsOf({ 'advertised.listeners': 'OTHER://a:1' })[0]).toContain('OTHER is not one of listeners')
    expect(faultsOf({ listeners: 'PLAINTEXT://0.0.0.0:1' })[0]).toContain('nobody can connect to 0.0.0.0')
    expect(faultsOf({ listeners: 'PLAINTEXT://0.0.0.0:1', 'advertised.listeners': 'PLAINTEXT://a:1' })).toEqual([])
    expect(faultsOf({ 'inter.broker.listener.name': 'REPLICATION' })[0]).toContain('not the name of one of listeners')
  })
})

describe('keys that depend on one another', () => {
  test('node.id and its older name are one setting', () => {
    expect(broker({ 'broker.id': '7' })['node.id']).toBe(7)
    expect(broker({ 'broker.id': '7', 'node.id': '7' })['broker.id']).toBe(7)
    expect(faultsOf({ 'broker.id': '7', 'node.id': '8' })).toHaveLength(1)
  })

  test('bounds that cross are refused', () => {
    expect(faultsOf({ 'group.min.session.timeout.ms': '9000', 'group.max.session.timeout.ms': '8000' })).toEqual([
      'group.min.session.timeout.ms=9000 is refused: it may not exceed group.max.session.timeout.ms, which is 8000',
    ])
    expect(faultsOf({ 'group.consumer.session.timeout.ms': '70000' })).toHaveLength(1)
  })

  test('retention of nothing at all and two directories are refused', () => {
    expect(faultsOf({ 'log.retention.hours': '0' })).toHaveLength(1)
    expect(faultsOf({ 'log.dirs': '/a,/b' })).toEqual([
      'log.dirs=/a,/b is refused: the embedded storage lives in one directory',
    ])
  })
})

test('the strongest layer wins', () => {
  const merged = mergeLayers(
    layers({
      static: texts({ a: '1', b: '1', c: '1' }),
      dynamicDefault: texts({ b: '2', c: '2' }),
      dynamicBroker: texts({ c: '3' }),
    }),
  )
  expect(Object.fromEntries(merged)).toEqual({ a: '1', b: '2', c: '3' })
})

test('no text under any key makes reading throw', () => {
  const names = fc.constantFrom(...Object.keys(brokerConfigs), 'ssl.key', '__proto__', 'toString')
  const value = fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('A://b:1', '*', ',', 'true', ' '))
  fc.assert(
    fc.property(fc.array(fc.tuple(names, value)), (entries) => {
      expect(['CONFIG', 'FAULTS']).toContain(parseBrokerConfig(new Map(entries)).kind)
    }),
  )
})
