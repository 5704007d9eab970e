import { expect, test } from 'vitest'

import { decodeControlRecord, encodeControlBatch } from '../../src/records/control-batch.ts'
import { decodeRecords } from '../../src/records/decode-records.ts'
import { javaClientBatch } from './java-client-batches.ts'
import { expectError, view } from './support.ts'

const marker = { producerId: 4242, producerEpoch: 1, coordinatorEpoch: 9, partitionLeaderEpoch: 5 }

test('a transaction marker is byte for byte as the Java broker writes it', () => {
  const commit = encodeControlBatch({ type: 'commit', baseOffset: 77, timestamp: 1_700_000_000_123, ...marker })
  const abort = encodeControlBatch({ type: 'abort', baseOffset: 78, timestamp: 1_700_000_000_124, ...marker })
  expect(commit).toEqual(javaClientBatch('commit'))
  expect(abort).toEqual(javaClientBatch('abort'))
})

test.each(['commit', 'abort'] as const)('a %s marker reads back', (type) => {
  const batch = view(javaClientBatch(type))
  const [record] = decodeRecords(batch, { maxDecompressedBytes: 0 })
  expect(batch.isControl && batch.isTransactional).toBe(true)
  expect(decodeControlRecord(record!)).toEqual({ type, coordinatorEpoch: 9 })
})

const key = (hex: string) => Buffer.from(hex, 'hex')
const value = Buffer.from('0000' + '00000009', 'hex')

test('a later version is read as far as it is known', () => {
  expect(decodeControlRecord({ key: key('00010001ff'), value: Buffer.from('000100000009ffff', 'hex') })).toEqual({
    type: 'commit',
    coordinatorEpoch: 9,
  })
})

test('another type of control record is told, not refused', () => {
  expect(decodeControlRecord({ key: key('00000002'), value: null })).toEqual({ type: 'other', typeId: 2 })
  expect(decodeControlRecord({ key: key('0000ffff'), value: null })).toEqual({ type: 'other', typeId: -1 })
})

test('a damaged control record is refused', () => {
  const damaged = [
    { key: null, value },
    { key: key('000000'), value },
    { key: key('ffff0001'), value },
    { key: key('00000001'), value: null },
    { key: key('00000000'), value: value.subarray(0, 5) },
    { key: key('00000000'), value: Buffer.from('ffff00000009', 'hex') },
  ]
  for (const record of damaged) expectError('CORRUPT', () => decodeControlRecord(record))
})
