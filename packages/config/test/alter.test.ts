import { describe, expect, test } from 'vitest'
import { alterBrokerConfigs, alterConfigOp, alterGroupConfigs, alterTopicConfigs } from '../src/index.ts'
import type { AlterOutcome, ConfigChange } from '../src/index.ts'
import { broker, layers, texts } from './support.ts'

const change = (op: keyof typeof alterConfigOp, name: string, value: string | null = null): ConfigChange => ({
  name,
  configOperation: alterConfigOp[op],
  value,
})

const after = (outcome: AlterOutcome) =>
  outcome.kind === 'ALTERED' ? Object.fromEntries(outcome.texts) : outcome.message

describe('a topic’s settings', () => {
  test('are set and deleted', () => {
    const changes = [change('SET', 'retention.ms', '+5'), change('DELETE', 'segment.ms')]
    expect(after(alterTopicConfigs(texts({ 'segment.ms': '9', 'flush.ms': '1' }), changes, broker()))).toEqual({
      'retention.ms': '+5',
      'flush.ms': '1',
    })
  })

  test('that are lists grow from what is in effect, and shrink', () => {
    const appended = alterTopicConfigs(texts(), [change('APPEND', 'cleanup.policy', 'compact,delete')], broker())
    expect(after(appended)).toEqual({ 'cleanup.policy': 'delete,compact' })
    const from = broker({ 'log.cleanup.policy': 'compact' })
    expect(after(alterTopicConfigs(texts(), [change('APPEND', 'cleanup.policy', 'delete')], from))).toEqual({
      'cleanup.policy': 'compact,delete',
    })
    const own = texts({ 'cleanup.policy': 'compact , delete' })
    expect(after(alterTopicConfigs(own, [change('SUBTRACT', 'cleanup.policy', 'delete')], broker()))).toEqual({
      'cleanup.policy': 'compact',
    })
    const replicas = texts({ 'leader.replication.throttled.replicas': '0:1' })
    const gone = [change('SUBTRACT', 'leader.replication.throttled.replicas', '0:1')]
    expect(after(alterTopicConfigs(replicas, gone, broker()))).toEqual({ 'leader.replication.throttled.replicas': '' })
  })

  test.each([
    [change('SET', 'retention.ms', 'x'), 'retention.ms=x is refused: it must be a whole number of 64 bits'],
    [change('SET', 'retention.ms'), 'retention.ms=null is refused: it needs a value; DELETE returns it to its default'],
    [
      change('APPEND', 'retention.ms', '1'),
      'retention.ms=1 is refused: it is a LONG; only lists are appended to or subtracted from',
    ],
    [change('APPEND', 'cleanup.policy', 'none'), expect.stringContaining('a list of compact, delete')],
    [change('DELETE', 'nope'), 'There is no topic config nope'],
    [{ name: 'retention.ms', configOperation: 9, value: '1' }, expect.stringContaining('there is no operation 9')],
    [change('SET', 'min.compaction.lag.ms', '9223372036854775807'), undefined],
    [change('SET', 'max.compaction.lag.ms', '5'), undefined],
  ])('refuse %j whole', (bad, message) => {
    const outcome = alterTopicConfigs(texts({ 'flush.ms': '1' }), [bad], broker())
    if (message === undefined) expect(outcome.kind).toBe('ALTERED')
    else expect(after(outcome)).toEqual(message)
  })

  test('are checked against one another when they change', () => {
    const outcome = alterTopicConfigs(
      texts({ 'min.compaction.lag.ms': '9' }),
      [change('SET', 'max.compaction.lag.ms', '5')],
      broker(),
    )
    expect(after(outcome)).toContain('it may not exceed max.compaction.lag.ms')
  })
})

test('a group’s settings stay within the broker’s bounds', () => {
  const set = (value: string) =>
    alterGroupConfigs(texts(), [change('SET', 'consumer.session.timeout.ms', value)], broker())
  expect(after(set('50000'))).toEqual({ 'consumer.session.timeout.ms': '50000' })
  expect(after(set('70000'))).toContain('group.consumer.max.session.timeout.ms=60000')
})

describe('a broker’s settings', () => {
  test('change while it runs where they may', () => {
    const given = layers({ static: texts({ 'log.retention.hours': '1' }) })
    const outcome = alterBrokerConfigs(given, 'dynamicDefault', [change('SET', 'log.retention.ms', '5')])
    expect(after(outcome)).toEqual({ 'log.retention.ms': '5' })
  })

  test('that are read at start only are refused', () => {
    expect(after(alterBrokerConfigs(layers(), 'dynamicBroker', [change('SET', 'num.partitions', '3')]))).toBe(
      'num.partitions=3 is refused: it is read at start only; set it in server.properties and start again',
    )
    expect(after(alterBrokerConfigs(layers(), 'dynamicBroker', [change('SET', 'nope.at.all', '3')]))).toContain(
      'There is no',
    )
  })

  test('may not contradict one another', () => {
    const outcome = alterBrokerConfigs(layers(), 'dynamicBroker', [
      change('SET', 'log.cleaner.max.compaction.lag.ms', '5'),
    ])
    expect(outcome.kind).toBe('ALTERED')
    const crossed = alterBrokerConfigs(
      layers({ dynamicDefault: texts({ 'log.cleaner.min.compaction.lag.ms': '9' }) }),
      'dynamicBroker',
      [change('SET', 'log.cleaner.max.compaction.lag.ms', '5')],
    )
    expect(after(crossed)).toContain('it may not exceed')
  })
})
