import { describe, expect, test } from 'vitest'

import { batchCrcMatches } from '../../src/records/batch-header.ts'
import { encodeBatch } from '../../src/records/encode-batch.ts'
import { javaClientBatch, threeRecords } from './java-client-batches.ts'
import { view } from './support.ts'

describe('byte for byte as the Java client', () => {
  test('records with headers, nulls and a timestamp before the first', () => {
    expect(encodeBatch({ records: threeRecords, partitionLeaderEpoch: 3 })).toEqual(javaClientBatch('plain'))
  })

  test('an idempotent batch beyond 2^32 whose sequence wraps', () => {
    const batch = encodeBatch({
      records: threeRecords,
      baseOffset: 5_000_000_000,
      producerId: 2 ** 52 - 1,
      producerEpoch: 7,
      baseSequence: 2 ** 31 - 2,
      partitionLeaderEpoch: 11,
    })
    expect(batch).toEqual(javaClientBatch('idempotent'))
  })

  test('a transactional batch', () => {
    const producer = { producerId: 4242, producerEpoch: 1, baseSequence: 0, isTransactional: true }
    expect(encodeBatch({ records: threeRecords, ...producer })).toEqual(javaClientBatch('transactional'))
  })

  test('timestamp deltas far beyond int32', () => {
    const key = Buffer.from('a')
    const records = [
      { timestamp: 5, key, value: Buffer.from('b') },
      { timestamp: Number.MAX_SAFE_INTEGER - 1, key, value: Buffer.from('b') },
      { timestamp: 0, key, value: Buffer.alloc(0) },
    ]
    expect(encodeBatch({ records })).toEqual(javaClientBatch('wide'))
  })

  test('LogAppendTime as a broker builds it', () => {
    const records = [
      { timestamp: 1, key: Buffer.from('k'), value: Buffer.from('v') },
      { timestamp: 2, key: Buffer.from('k'), value: Buffer.from('w') },
    ]
    const batch = encodeBatch({
      records,
      baseOffset: 10,
      partitionLeaderEpoch: 2,
      timestampType: 'LogAppendTime',
      maxTimestamp: 1_700_000_009_999,
    })
    expect(batch).toEqual(javaClientBatch('appendTime'))
  })

  test('the header that compaction leaves of a batch', () => {
    const batch = encodeBatch({
      records: [],
      baseOffset: 100,
      lastOffset: 104,
      maxTimestamp: 1_700_000_000_000,
      producerId: 4242,
      producerEpoch: 1,
      baseSequence: 12,
      isTransactional: true,
      partitionLeaderEpoch: 5,
      compression: 'lz4',
    })
    expect(batch).toEqual(javaClientBatch('empty'))
  })

  test.each(['snappy', 'lz4'] as const)('records that %s does not make smaller', (compression) => {
    expect(encodeBatch({ records: threeRecords, compression })).toEqual(javaClientBatch(compression))
  })
})

test('records keep the offsets they are given, with holes, and the batch its last offset', () => {
  const records = [
    { timestamp: 1, offset: 12 },
    { timestamp: 2, offset: 15 },
  ]
  const batch = view(encodeBatch({ records, baseOffset: 10, lastOffset: 19 }))
  expect([batch.baseOffset, batch.lastOffset, batch.recordCount]).toEqual([10, 19, 2])
  expect(batchCrcMatches(batch)).toBe(true)
})

test('the max timestamp is the largest, also where all are negative', () => {
  const maxOf = (...timestamps: number[]) =>
    view(encodeBatch({ records: timestamps.map((timestamp) => ({ timestamp })) })).maxTimestamp
  expect(maxOf(3, 9, 4)).toBe(9)
  expect(maxOf(-7, -3, -5)).toBe(-3)
})

test('an input that cannot be a batch is refused', () => {
  const record = (offset: number) => ({ timestamp: 0, offset })
  const bad = [
    { records: [record(3), record(3)] },
    { records: [record(3), record(2)] },
    { records: [record(3)], baseOffset: 4 },
    { records: [record(2 ** 31)] },
    { records: [record(3)], lastOffset: 2 },
    { records: [], lastOffset: -1 },
    { records: [], baseOffset: 2 ** 53 },
    { records: [{ timestamp: 2 ** 53 }] },
    { records: [{ timestamp: 0.5 }] },
    { records: [{ timestamp: -(2 ** 52) }, { timestamp: 2 ** 52 }] },
    { records: [{ timestamp: 0 }], producerEpoch: 40_000 },
  ]
  for (const input of bad) expect(() => encodeBatch(input), JSON.stringify(input)).toThrow(RangeError)
})
