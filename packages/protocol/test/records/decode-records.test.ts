import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { batchCrcMatches, HEADER, viewBatch } from '../../src/records/batch-header.ts'
import { COMPRESSION_NAMES } from '../../src/records/compression.ts'
import { decodeRecords, forEachRecord } from '../../src/records/decode-records.ts'
import { encodeBatch } from '../../src/records/encode-batch.ts'
import { javaClientBatch, threeRecords } from './java-client-batches.ts'
import { arbitraryRecords, expectError, orRecordBatchError, patched, view } from './support.ts'

const options = { maxDecompressedBytes: 1_000_000 }

const asDecoded = (records: readonly object[], baseOffset: number) =>
  records.map((record, i) => ({ attributes: 0, offset: baseOffset + i, ...record }))

describe('records of the Java client', () => {
  test.each(['plain', 'transactional', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('are read: %s', (name) => {
    const batch = view(javaClientBatch(name))
    expect(batchCrcMatches(batch)).toBe(true)
    expect(decodeRecords(batch, options)).toEqual(asDecoded(threeRecords, 0))
  })

  test('count from the base offset, beyond 2^32 too', () => {
    expect(decodeRecords(view(javaClientBatch('idempotent')), options)).toEqual(asDecoded(threeRecords, 5_000_000_000))
  })

  test('have the time of appending where the batch says so', () => {
    const times = decodeRecords(view(javaClientBatch('stamped')), options).map((record) => record.timestamp)
    expect(times).toEqual([1_700_000_005_555, 1_700_000_005_555, 1_700_000_005_555])
  })

  test('have timestamps far beyond int32 from the first', () => {
    const times = decodeRecords(view(javaClientBatch('wide')), options).map((record) => record.timestamp)
    expect(times).toEqual([5, Number.MAX_SAFE_INTEGER - 1, 0])
  })

  test('are none in a batch that compaction emptied', () => {
    expect(decodeRecords(view(javaClientBatch('empty')), options)).toEqual([])
  })
})

test('keys and values are slices of the batch', () => {
  const batch = view(javaClientBatch('plain'))
  const [record] = decodeRecords(batch, options)
  expect(record!.key!.buffer).toBe(batch.bytes.buffer)
  expect(record!.value!.buffer).toBe(batch.bytes.buffer)
})

test.each(COMPRESSION_NAMES)('what is encoded decodes to itself (%s)', (compression) => {
  fc.assert(
    fc.property(arbitraryRecords, fc.nat(2 ** 48), (records, baseOffset) => {
      const batch = view(encodeBatch({ records, baseOffset, compression }))
      expect(batch.compression).toBe(compression)
      expect(batchCrcMatches(batch)).toBe(true)
      expect(decodeRecords(batch, options)).toEqual(asDecoded(records, baseOffset))
    }),
    { numRuns: 50 },
  )
})

test('a delete horizon does not move the timestamps of records', () => {
  const batch = view(encodeBatch({ records: threeRecords, deleteHorizonMs: 1_800_000_000_000 }))
  expect(decodeRecords(batch, options)).toEqual(asDecoded(threeRecords, 0))
})

test('records with holes between their offsets keep them', () => {
  const records = [4, 6, 9].map((offset) => ({ timestamp: 1, offset }))
  const seen: number[] = []
  forEachRecord(view(encodeBatch({ records, baseOffset: 4 })), options, (record) => seen.push(record.offset))
  expect(seen).toEqual([4, 6, 9])
})

describe('bytes that are not what the header says', () => {
  const records = Array.from({ length: 5 }, (_, i) => ({
    timestamp: i,
    key: Buffer.from('k'),
    value: Buffer.from('value'),
  }))

  test.each(['none', 'zstd'] as const)('are refused where the count is wrong (%s)', (compression) => {
    const batch = encodeBatch({ records, compression, lastOffset: 9 })
    for (const count of [0, 4, 6]) {
      expectError('CORRUPT', () =>
        decodeRecords(view(patched(batch, (bytes) => bytes.writeInt32BE(count, HEADER.recordCount))), options),
      )
    }
  })

  test('are refused where an offset lies outside the batch', () => {
    const batch = patched(encodeBatch({ records, lastOffset: 9 }), (bytes) =>
      bytes.writeInt32BE(4, HEADER.lastOffsetDelta),
    )
    expect(decodeRecords(view(batch), options)).toHaveLength(5)
    // The offset delta of the first record: -1.
    expectError('CORRUPT', () => decodeRecords(view(patched(batch, (bytes) => (bytes[61 + 3] = 1))), options))
    // And 5, one more than the last.
    expectError('CORRUPT', () => decodeRecords(view(patched(batch, (bytes) => (bytes[61 + 3] = 10))), options))
  })

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'give records or a RecordBatchError and nothing else, whichever bit is flipped (%s)',
    (compression) => {
      const batch = encodeBatch({ records: threeRecords, compression })
      for (let bit = 0; bit < batch.length * 8; bit++) {
        const flipped = viewBatch(patched(batch, (bytes) => (bytes[bit >>> 3]! ^= 1 << (bit & 7))))
        if (typeof flipped !== 'string') orRecordBatchError(() => decodeRecords(flipped, options))
      }
    },
  )

  test.each(COMPRESSION_NAMES)(
    'give records or a RecordBatchError and nothing else, whatever they are (%s)',
    (compression) => {
      const header = encodeBatch({ records: [{ timestamp: 0 }], compression, lastOffset: 1000 }).subarray(0, 61)
      fc.assert(
        fc.property(
          fc.uint8Array({ minLength: 21, maxLength: 300 }),
          fc.integer({ min: 0, max: 3 }),
          (payload, count) => {
            const bytes = Buffer.concat([header, payload])
            bytes.writeInt32BE(49 + payload.length, HEADER.batchLength)
            bytes.writeInt32BE(count, HEADER.recordCount)
            orRecordBatchError(() => decodeRecords(view(bytes), options))
          },
        ),
      )
    },
  )

  test('are refused where they unpack to more than allowed', () => {
    const zeros = [{ timestamp: 0, value: Buffer.alloc(100_000) }]
    for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
      const batch = view(encodeBatch({ records: zeros, compression }))
      expect(decodeRecords(batch, { maxDecompressedBytes: 100_100 })).toHaveLength(1)
      expectError('TOO_LARGE', () => decodeRecords(batch, { maxDecompressedBytes: 100_000 }))
    }
  })
})

test('whatever a registered codec throws becomes a RecordBatchError', () => {
  const failing = {
    codec: () => ({
      id: 4,
      name: 'zstd' as const,
      compress: () => Buffer.alloc(0),
      decompress: () => {
        throw new TypeError('no')
      },
    }),
  }
  expectError('CORRUPT', () => decodeRecords(view(javaClientBatch('zstd')), { ...options, codecs: failing }))
})
