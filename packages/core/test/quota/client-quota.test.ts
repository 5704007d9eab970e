import { describe, expect, test } from 'vitest'

import {
  applyQuota,
  decideAlterQuotas,
  findQuotas,
  type QuotaEntity,
  type QuotaFilter,
} from '../../src/cluster/quotas.ts'
import { clusterCodec, type ClusterRec } from '../../src/cluster/records.ts'
import { emptyCluster } from '../../src/cluster/state.ts'
import { connectionRateOf, quotaInForce } from '../../src/quota/client-quota.ts'

/** 'user=anna client-id=*' as an entity; * is the default. */
const entityOf = (text: string): QuotaEntity =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const [entityType = '', name = ''] = part.split('=')
      return { entityType, entityName: name === '*' ? null : name }
    })

const set = (text: string, key: string, value: number) => ({
  entity: entityOf(text),
  ops: [{ key, value, remove: false }],
})

/** A state that has these quotas, each record of which went through the log. */
const stateWith = (quotas: Readonly<Record<string, number>>, key = 'producer_byte_rate') => {
  const state = emptyCluster()
  const { records } = decideAlterQuotas(Object.entries(quotas).map(([text, value]) => set(text, key, value)))
  for (const record of records) {
    const { value } = clusterCodec.encode(record)
    applyQuota(state, clusterCodec.decode(null, value) as Extract<ClusterRec, { type: 'ClientQuotaRecord' }>)
  }
  return state
}

const client = { user: 'anna', clientId: 'app' }

describe('the quota that holds', () => {
  const strongestFirst = [
    'user=anna client-id=app',
    'client-id=* user=anna',
    'user=anna',
    'user=* client-id=app',
    'user=* client-id=*',
    'user=*',
    'client-id=app',
    'client-id=*',
  ]

  test.each(strongestFirst.map((text, index) => [text, index] as const))(
    'is that of %s where none is stronger',
    (_, index) => {
      const quotas = Object.fromEntries(
        strongestFirst.slice(index).map((text) => [text, index + strongestFirst.indexOf(text) + 1]),
      )
      expect(quotaInForce(stateWith(quotas).quotas, 'producer_byte_rate', client)?.bound).toBe(2 * index + 1)
    },
  )

  test('is none of other clients, and none of another key', () => {
    const { quotas } = stateWith({ 'user=bert': 5, 'client-id=other': 5, 'user=bert client-id=app': 5 })
    expect(quotaInForce(quotas, 'producer_byte_rate', client)).toBeUndefined()
    expect(quotaInForce(quotas, 'consumer_byte_rate', { user: 'bert', clientId: 'x' })).toBeUndefined()
  })

  test('is shared by the clients of a user, but not by users that have the default', () => {
    const scope = (quota: string, user: string, clientId: string) =>
      quotaInForce(stateWith({ [quota]: 5 }).quotas, 'producer_byte_rate', { user, clientId })?.scope
    expect(scope('user=anna', 'anna', 'a')).toBe(scope('user=anna', 'anna', 'b'))
    expect(scope('user=*', 'anna', 'a')).not.toBe(scope('user=*', 'bert', 'a'))
    expect(scope('client-id=*', 'anna', 'a')).toBe(scope('client-id=*', 'bert', 'a'))
    expect(scope('client-id=*', 'anna', 'a')).not.toBe(scope('client-id=*', 'anna', 'b'))
  })
})

test('an address has its own connection rate, else the default', () => {
  const { quotas } = stateWith({ 'ip=10.0.0.1': 3, 'ip=*': 7 }, 'connection_creation_rate')
  expect(connectionRateOf(quotas, '10.0.0.1')).toBe(3)
  expect(connectionRateOf(quotas, '10.0.0.2')).toBe(7)
  expect(connectionRateOf(new Map(), '10.0.0.2')).toBeUndefined()
})

describe('altering quotas', () => {
  test.each([
    ['', 'producer_byte_rate', 1],
    ['group=g', 'producer_byte_rate', 1],
    ['user=', 'producer_byte_rate', 1],
    ['user=a user=b', 'producer_byte_rate', 1],
    ['user=a ip=10.0.0.1', 'producer_byte_rate', 1],
    ['ip=somewhere', 'connection_creation_rate', 1],
    ['ip=10.0.0.1', 'producer_byte_rate', 1],
    ['user=a', 'connection_creation_rate', 1],
    ['user=a', 'no_such_rate', 1],
    ['user=a', 'toString', 1],
    ['user=a', 'producer_byte_rate', 0],
    ['user=a', 'producer_byte_rate', -1],
    ['user=a', 'producer_byte_rate', 1.5],
    ['user=a', 'request_percentage', Number.NaN],
  ])("is refused for '%s' %s=%d", (text, key, value) => {
    const { records, answer } = decideAlterQuotas([set(text, key, value)])
    expect(records).toEqual([])
    expect(answer).toMatchObject([{ error: 'INVALID_REQUEST' }])
  })

  test('sets, changes and removes, each entity for itself', () => {
    const state = stateWith({ 'user=anna': 5, 'ip=*': 1 })
    expect(state.quotas.size).toBe(1)
    const remove = { entity: entityOf('user=anna'), ops: [{ key: 'producer_byte_rate', value: 0, remove: true }] }
    const { records, answer } = decideAlterQuotas([remove, set('group=g', 'producer_byte_rate', 1)])
    expect(answer).toMatchObject([{ error: 'NONE' }, { error: 'INVALID_REQUEST' }])
    for (const record of records) if (record.type === 'ClientQuotaRecord') applyQuota(state, record)
    expect(state.quotas.size).toBe(0)
  })

  test('takes fractions of a percentage', () => {
    expect(stateWith({ 'user=anna': 12.5 }, 'request_percentage').quotas.size).toBe(1)
  })
})

describe('asking for quotas', () => {
  const state = stateWith({ 'user=anna': 1, 'user=*': 2, 'user=anna client-id=app': 3, 'client-id=app': 4 })
  const [EXACT, DEFAULT, ANY] = [0, 1, 2]
  const filter = (entityType: string, matchType: number, match: string | null = null): QuotaFilter => ({
    entityType,
    matchType,
    match,
  })
  const bounds = (filters: readonly QuotaFilter[], strict = false) => {
    const found = findQuotas(state, filters, strict)
    return 'error' in found ? found.error : found.map(({ values }) => values.get('producer_byte_rate'))
  }

  test.each([
    [[], false, [1, 2, 3, 4]],
    [[], true, []],
    [[filter('user', EXACT, 'anna')], false, [1, 3]],
    [[filter('user', EXACT, 'anna')], true, [1]],
    [[filter('user', DEFAULT)], false, [2]],
    [[filter('user', ANY)], false, [1, 2, 3]],
    [[filter('user', ANY), filter('client-id', ANY)], true, [3]],
    [[filter('ip', ANY)], false, []],
    [[filter('user', EXACT)], false, 'INVALID_REQUEST'],
    [[filter('user', 7)], false, 'INVALID_REQUEST'],
    [[filter('group', ANY)], false, 'INVALID_REQUEST'],
    [[filter('user', ANY), filter('user', DEFAULT)], false, 'INVALID_REQUEST'],
    [[filter('user', ANY), filter('ip', ANY)], false, 'INVALID_REQUEST'],
  ] as const)('%o, strict %s', (filters, strict, expected) => {
    expect(bounds(filters, strict)).toEqual(expected)
  })
})
