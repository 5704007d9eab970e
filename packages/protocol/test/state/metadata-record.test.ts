// The bytes are those of Apache Kafka 4.3.1's own serializer.
import { expect, expectTypeOf, test } from 'vitest'
import {
  DecodeError,
  decodeMetadataRecord,
  encodeMetadataRecord,
  metadataDecoder,
  metadataRecord,
  metadataRecords,
  PartitionChangeRecord,
  string,
  TopicRecord,
} from '../../src/index.ts'
import { hex } from '../support/bytes.ts'

const topic = { name: 'orders', topicId: 'Jv8GJRRRSOWJQ2bVNnXYzQ' }
const topicBytes = hex('01 02 00 07 6f7264657273 26ff0625145148e5894366d53675d8cd 00')

test('a topic has the bytes that Kafka writes', () => {
  expect(encodeMetadataRecord(TopicRecord, topic, 0)).toEqual(topicBytes)
  expect(decodeMetadataRecord(topicBytes)).toEqual({ type: 'TopicRecord', version: 0, value: topic })
})

test('a change says only what changes', () => {
  const change = { partitionId: 1, topicId: topic.topicId, leader: 3 }
  const record = decodeMetadataRecord(encodeMetadataRecord(PartitionChangeRecord, change, 2))
  expect(record).toMatchObject({ type: 'PartitionChangeRecord', version: 2, value: { ...change, isr: null } })
  if (record.type === 'PartitionChangeRecord') expectTypeOf(record.value.isr).toEqualTypeOf<readonly number[] | null>()
})

test('a record of a type that nobody knows is handed back as it came', () => {
  const bytes = hex('01 e707 03 abcd')
  expect(decodeMetadataRecord(bytes)).toEqual({ type: 'unknown', apiKey: 999, version: 3, body: hex('abcd') })
})

test('a table of its own may hold records that Kafka does not have', () => {
  const Mine = metadataRecord(20_000, 'Mine', { versions: '0', flexible: '0+' }, { clusterId: string() })
  const decode = metadataDecoder({ Mine, TopicRecord })
  const bytes = encodeMetadataRecord(Mine, { clusterId: 'c' }, 0)
  expect(decode(bytes)).toEqual({ type: 'Mine', version: 0, value: { clusterId: 'c' } })
  expect(decode(topicBytes)).toEqual({ type: 'TopicRecord', version: 0, value: topic })
  expect(decodeMetadataRecord(bytes)).toMatchObject({ type: 'unknown', apiKey: 20_000 })
})

test('bytes that are no record are refused with a reason', () => {
  expect(() => decodeMetadataRecord(hex(''))).toThrow(DecodeError)
  expect(() => decodeMetadataRecord(hex('00 02 00'))).toThrow(/frame version 0/)
  expect(() => decodeMetadataRecord(hex('01 02 09'))).toThrow(/TopicRecord v9/)
  expect(() => decodeMetadataRecord(Buffer.concat([topicBytes, hex('00')]))).toThrow(/1 bytes are left over/)
})

test('metadata records are told apart by their keys', () => {
  const keys = Object.values(metadataRecords).map((record) => record.apiKey)
  expect(new Set(keys).size).toBe(keys.length)
})
