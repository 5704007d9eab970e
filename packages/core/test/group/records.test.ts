import { ZERO_UUID } from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { groupCodec, type KeptRec } from '../../src/group/records.ts'

const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAEA'

const committed = {
  offset: 42,
  leaderEpoch: 7,
  metadata: 'm',
  commitTimestamp: 5,
  expireTimestamp: -1,
  topicId: ZERO_UUID,
}
const member = {
  memberId: 'm-1',
  groupInstanceId: 'i',
  clientId: 'c',
  clientHost: '/10.0.0.1',
  rebalanceTimeout: 60_000,
  sessionTimeout: 10_000,
  subscription: Buffer.from('sub'),
  assignment: Buffer.from('all'),
}
const offset = { type: 'offsetCommit', groupId: 'g', topic: 't', partition: 3 } as const
const group = {
  protocolType: 'consumer',
  generation: 4,
  protocol: 'range',
  leader: 'm-1',
  currentStateTimestamp: 9,
  members: [member],
}

const RECORDS: [string, KeptRec, number | null][] = [
  ['an offset', { ...offset, value: committed }, 3],
  ['an offset of a known topic id', { ...offset, value: { ...committed, topicId: TOPIC_ID } }, 4],
  [
    'an offset with an expiry of its own',
    { ...offset, value: { ...committed, leaderEpoch: -1, expireTimestamp: 99 } },
    1,
  ],
  ['a deleted offset', { ...offset, value: null }, null],
  ['a group', { type: 'groupMetadata', groupId: 'g', value: group }, 3],
  [
    'an empty group',
    { type: 'groupMetadata', groupId: 'g', value: { ...group, protocol: null, leader: null, members: [] } },
    3,
  ],
  ['a deleted group', { type: 'groupMetadata', groupId: 'g', value: null }, null],
]

test.each(RECORDS)('%s survives its bytes, in the version that the oldest readers know', (_name, record, version) => {
  const { key, value } = groupCodec.encode(record)
  expect(value === null ? null : value.readInt16BE(0)).toBe(version)
  expect(groupCodec.decode(key, value)).toEqual(record)
})

test('an offset is in the bytes that Kafka writes', () => {
  const { key, value } = groupCodec.encode({ ...offset, value: committed })
  expect(key.toString('hex')).toBe('0001' + '000167' + '000174' + '00000003')
  expect(value?.toString('hex')).toBe('0003' + '000000000000002a' + '00000007' + '00016d' + '0000000000000005')
})

test('an offset from before Kafka 0.9 is read', () => {
  const key = Buffer.from('0000' + '000167' + '000174' + '00000003', 'hex')
  const value = Buffer.from('0000' + '000000000000002a' + '00016d' + '0000000000000005', 'hex')
  expect(groupCodec.decode(key, value)).toEqual({ ...offset, value: { ...committed, leaderEpoch: -1 } })
})

test('records of kinds that are not known are passed over', () => {
  expect(groupCodec.decode(Buffer.from('03e7000167', 'hex'), Buffer.from('0000', 'hex'))).toBeUndefined()
  expect(groupCodec.decode(null, Buffer.from('0000', 'hex'))).toBeUndefined()
})

test('a value of an unknown version is refused', () => {
  const { key } = groupCodec.encode({ ...offset, value: null })
  expect(() => groupCodec.decode(key, Buffer.from('0063', 'hex'))).toThrow(/OffsetCommitValue v99/)
})

test('what was read does not hold on to what it was read from', () => {
  const { key, value } = groupCodec.encode({ type: 'groupMetadata', groupId: 'g', value: group })
  const record = groupCodec.decode(key, value)
  value?.fill(0)
  expect(record).toEqual({ type: 'groupMetadata', groupId: 'g', value: group })
})
