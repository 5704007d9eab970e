import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  checkGroupConfigs,
  checkTopicConfigs,
  LONG_MAX,
  parseGroupConfig,
  parseTopicConfig,
  resolveGroupConfig,
  resolveTopicConfig,
} from '../src/index.ts'
import { broker, texts } from './support.ts'

const day = 86_400_000

describe('a topic’s settings', () => {
  test('are its own, then the broker’s, then the default', () => {
    const given = broker({ 'log.segment.bytes': '2000000', 'message.max.bytes': '500' })
    const config = resolveTopicConfig(texts({ 'max.message.bytes': '600' }), given)
    expect(config['max.message.bytes']).toBe(600)
    expect(config['segment.bytes']).toBe(2_000_000)
    expect(config['cleanup.policy']).toEqual(['delete'])
  })

  test.each([
    [{}, 7 * day],
    [{ 'log.retention.hours': '48' }, 2 * day],
    [{ 'log.retention.hours': '48', 'log.retention.minutes': '1' }, 60_000],
    [{ 'log.retention.hours': '48', 'log.retention.minutes': '1', 'log.retention.ms': '5' }, 5],
    [{ 'log.retention.hours': '-1' }, -1],
    [{ 'log.retention.minutes': '-1' }, -1],
  ])('take retention.ms from the finest unit that is set: %j', (given, retentionMs) => {
    expect(resolveTopicConfig(texts(), broker(given))['retention.ms']).toBe(retentionMs)
  })

  test('without any flush interval are never flushed by time', () => {
    expect(resolveTopicConfig(texts(), broker())['flush.ms']).toBe(LONG_MAX)
  })

  test('that another version kept and this one cannot read count as not set', () => {
    const config = resolveTopicConfig(texts({ 'retention.ms': 'P7D', 'some.future.key': '1' }), broker())
    expect(config['retention.ms']).toBe(7 * day)
  })

  test('have types of their own', () => {
    const config = resolveTopicConfig(texts(), broker())
    expectTypeOf(config['retention.ms']).toEqualTypeOf<number>()
    expectTypeOf(config['cleanup.policy']).toEqualTypeOf<readonly ('compact' | 'delete')[]>()
    expectTypeOf(config['message.timestamp.type']).toEqualTypeOf<'CreateTime' | 'LogAppendTime'>()
    expectTypeOf(broker()['log.retention.ms']).toEqualTypeOf<number | null>()
  })

  test('are checked one by one and together', () => {
    expect(parseTopicConfig('retention.ms', '5')).toEqual({ kind: 'VALUE', value: 5 })
    expect(parseTopicConfig('retention.ms', '-2')).toEqual({
      kind: 'FAULT',
      name: 'retention.ms',
      value: '-2',
      message: 'retention.ms=-2 is refused: it must be at least -1',
    })
    expect(parseTopicConfig('something.else', '5')).toMatchObject({
      message: 'There is no topic config something.else',
    })
    expect(parseTopicConfig('retntion.ms', '5')).toMatchObject({
      message: 'There is no topic config retntion.ms. Did you mean retention.ms?',
    })
    expect(parseTopicConfig('__proto__', '5')).toMatchObject({ kind: 'FAULT' })
    const crossed = texts({ 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '5' })
    expect(checkTopicConfigs(crossed, broker())).toMatchObject([{ name: 'min.compaction.lag.ms' }])
    expect(checkTopicConfigs(texts({ 'min.compaction.lag.ms': '5' }), broker())).toEqual([])
  })

  test.each([
    ['*', true],
    ['0:1, 1:2', true],
    ['', true],
    ['x', false],
    ['*,0:1', false],
  ])('throttle the replicas %j: %j', (text, taken) => {
    expect(parseTopicConfig('leader.replication.throttled.replicas', text).kind).toBe(taken ? 'VALUE' : 'FAULT')
  })
})

describe('a group’s settings', () => {
  test('are its own over the broker’s', () => {
    const given = broker({ 'group.consumer.heartbeat.interval.ms': '6000' })
    const config = resolveGroupConfig(texts({ 'consumer.session.timeout.ms': '50000' }), given)
    expect(config['consumer.session.timeout.ms']).toBe(50_000)
    expect(config['consumer.heartbeat.interval.ms']).toBe(6000)
    expect(parseGroupConfig('consumer.session.timeout.ms', '0').kind).toBe('FAULT')
  })

  test('stay within the broker’s bounds, and a heartbeat within a session', () => {
    expect(checkGroupConfigs(texts({ 'consumer.session.timeout.ms': '1000' }), broker())).toMatchObject([
      { message: expect.stringContaining('group.consumer.min.session.timeout.ms=45000') as string },
      { name: 'consumer.heartbeat.interval.ms' },
    ])
    expect(checkGroupConfigs(texts({ 'consumer.assignment.interval.ms': '20000' }), broker())).toMatchObject([
      { message: expect.stringContaining('group.consumer.max.assignment.interval.ms=15000') as string },
    ])
    expect(checkGroupConfigs(texts({ 'consumer.session.timeout.ms': '50000' }), broker())).toEqual([])
  })
})
