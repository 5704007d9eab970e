// The bytes are those of Apache Kafka 4.3.1's own serializer.
import { expect, expectTypeOf, test } from 'vitest'
import {
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMemberMetadataValue,
  DecodeError,
  decodeOffsetsRecord,
  decodeShareStateRecord,
  decodeTransactionRecord,
  EncodeError,
  GroupMetadataKey,
  OffsetCommitKey,
  OffsetCommitValue,
  offsetsRecords,
  TransactionLogKey,
  TransactionLogValue,
  ZERO_UUID,
} from '../../src/index.ts'
import { hex } from '../support/bytes.ts'

const commitKey = { group: 'g', topic: 'orders', partition: 3 }
const commit = { offset: 42, leaderEpoch: 7, metadata: 'm', commitTimestamp: 1_700_000_000_000 }
const commitKeyBytes = hex('0001 0001 67 0006 6f7264657273 00000003')
const commitBytes = hex('0003 000000000000002a 00000007 0001 6d 0000018bcfe56800')

test('a committed offset has the bytes that Kafka writes', () => {
  expect(OffsetCommitKey.encode(commitKey)).toEqual(commitKeyBytes)
  expect(OffsetCommitValue.encode(commit, 3)).toEqual(commitBytes)
  expect(OffsetCommitKey.decode(commitKeyBytes)).toEqual(commitKey)
  expect(OffsetCommitValue.decode(commitBytes)).toEqual({ ...commit, expireTimestamp: -1, topicId: ZERO_UUID })
})

test('a member of a KIP-848 group has the bytes that Kafka writes, with a null inside a tagged field', () => {
  const key = hex('0005 0001 67 0001 6d')
  const value = hex(
    '0000 00 00 02 63 0b 2f3132372e302e302e31 02 07 6f7264657273 01 000493e0 08 756e69666f726d 01 00 01 00',
  )
  const member = {
    instanceId: null,
    rackId: null,
    clientId: 'c',
    clientHost: '/127.0.0.1',
    subscribedTopicNames: ['orders'],
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: 300_000,
    serverAssignor: 'uniform',
    classicMemberMetadata: null,
  }
  expect(ConsumerGroupMemberMetadataKey.encode({ groupId: 'g', memberId: 'm' })).toEqual(key)
  expect(ConsumerGroupMemberMetadataValue.encode(member, 0)).toEqual(value)
  expect(decodeOffsetsRecord(key, value)).toEqual({
    type: 'ConsumerGroupMemberMetadata',
    key: { groupId: 'g', memberId: 'm' },
    value: member,
  })
})

test('every version of a value can be read back', () => {
  for (const version of [0, 1, 2, 3, 4]) {
    const { metadata, offset } = OffsetCommitValue.decode(OffsetCommitValue.encode(commit, version))
    expect({ metadata, offset }).toEqual({ metadata: 'm', offset: 42 })
  }
})

test('a record is decoded by the type of its key, a deletion to null', () => {
  const record = decodeOffsetsRecord(commitKeyBytes, null)
  expect(record).toEqual({ type: 'OffsetCommit', key: commitKey, value: null })
  const group = decodeOffsetsRecord(GroupMetadataKey.encode({ group: 'g' }), null)
  expect(group).toEqual({ type: 'GroupMetadata', key: { group: 'g' }, value: null })
  if (record.type === 'OffsetCommit') expectTypeOf(record.value?.offset).toEqualTypeOf<number | undefined>()
})

test('a record of a type that nobody knows is handed back as it came', () => {
  const [key, value] = [hex('0063 0001 67'), hex('0000 01')]
  expect(decodeOffsetsRecord(key, value)).toEqual({ type: 'unknown', typeId: 99, key, value })
})

test('the types of `__consumer_offsets` are told apart by their keys', () => {
  const types = Object.values(offsetsRecords).map(({ key }) => key.type)
  expect(new Set(types).size).toBe(types.length)
  expect(Math.max(...types)).toBe(23)
})

test('a transaction comes back as it was', () => {
  const value = {
    producerId: 7,
    previousProducerId: -1,
    nextProducerId: -1,
    producerEpoch: 2,
    nextProducerEpoch: -1,
    transactionTimeoutMs: 60_000,
    transactionStatus: 1,
    transactionPartitions: [{ topic: 'orders', partitionIds: [0, 1] }],
    transactionLastUpdateTimestampMs: 5,
    transactionStartTimestampMs: 4,
    clientTransactionVersion: 2,
  }
  const bytes = TransactionLogValue.encode(value, 1)
  const key = TransactionLogKey.encode({ transactionalId: 'tx' })
  expect(decodeTransactionRecord(key, bytes)).toEqual({ type: 'TransactionLog', key: { transactionalId: 'tx' }, value })
  expect(() => TransactionLogValue.encode(value, 0)).toThrow(EncodeError)
})

test('bytes that are no record are refused with a reason', () => {
  expect(() => decodeOffsetsRecord(hex('00'), null)).toThrow(DecodeError)
  expect(() => decodeShareStateRecord(hex(''), null)).toThrow(DecodeError)
  expect(() => decodeOffsetsRecord(commitKeyBytes, hex('0009'))).toThrow(
    /OffsetCommitValue v9: there is no such version/,
  )
  expect(() => decodeOffsetsRecord(commitKeyBytes, Buffer.concat([commitBytes, hex('00')]))).toThrow(/left over/)
  expect(() => OffsetCommitKey.decode(GroupMetadataKey.encode({ group: 'g' }))).toThrow(/type 2, where 1 was expected/)
  expect(() => OffsetCommitKey.decode(Buffer.concat([commitKeyBytes, hex('00')]))).toThrow(DecodeError)
})
