import { describe, expect, test } from 'vitest'

import {
  type BatchFault,
  BATCH_HEADER_BYTES,
  BatchView,
  batchCrcMatches,
  HEADER,
  incrementSequence,
  viewBatch,
  viewBatches,
} from '../../src/records/batch-header.ts'
import { encodeBatch } from '../../src/records/encode-batch.ts'
import { javaClientBatch, type JavaClientBatch } from './java-client-batches.ts'
import { patched, view } from './support.ts'

const plain = javaClientBatch('plain')

describe('the view of a batch', () => {
  test('reads every field of the header where Kafka has it', () => {
    const batch = view(javaClientBatch('idempotent'))
    expect({
      baseOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      lastOffsetDelta: batch.lastOffsetDelta,
      sizeInBytes: batch.sizeInBytes,
      partitionLeaderEpoch: batch.partitionLeaderEpoch,
      crc: batch.crc,
      attributes: batch.attributes,
      baseTimestamp: batch.baseTimestamp,
      maxTimestamp: batch.maxTimestamp,
      producerId: batch.producerId,
      producerEpoch: batch.producerEpoch,
      baseSequence: batch.baseSequence,
      lastSequence: batch.lastSequence,
      recordCount: batch.recordCount,
    }).toEqual({
      baseOffset: 5_000_000_000,
      lastOffset: 5_000_000_002,
      lastOffsetDelta: 2,
      sizeInBytes: 117,
      partitionLeaderEpoch: 11,
      crc: 0xfb7ebb74,
      attributes: 0,
      baseTimestamp: 1_700_000_000_000,
      maxTimestamp: 1_700_000_000_005,
      producerId: 2 ** 52 - 1,
      producerEpoch: 7,
      baseSequence: 2 ** 31 - 2,
      lastSequence: 0,
      recordCount: 3,
    })
  })

  test('tells attributes apart', () => {
    const flags = (name: JavaClientBatch) => {
      const { compression, timestampType, isTransactional, isControl, hasDeleteHorizon } = view(javaClientBatch(name))
      return { compression, timestampType, isTransactional, isControl, hasDeleteHorizon }
    }
    const none = { compression: 'none', timestampType: 'CreateTime', isTransactional: false, isControl: false }
    expect(flags('plain')).toEqual({ ...none, hasDeleteHorizon: false })
    expect(flags('transactional')).toEqual({ ...none, isTransactional: true, hasDeleteHorizon: false })
    expect(flags('commit')).toEqual({ ...none, isTransactional: true, isControl: true, hasDeleteHorizon: false })
    expect(flags('stamped')).toEqual({ ...none, timestampType: 'LogAppendTime', hasDeleteHorizon: false })
    for (const name of ['gzip', 'snappy', 'lz4', 'zstd'] as const) expect(flags(name).compression).toBe(name)
    const horizon = encodeBatch({ records: [{ timestamp: 5 }], deleteHorizonMs: 7 })
    expect(view(horizon).hasDeleteHorizon).toBe(true)
    expect(view(horizon).baseTimestamp).toBe(7)
  })

  test('is a slice of what was viewed', () => {
    const two = Buffer.concat([plain, plain])
    const second = view(two, plain.length)
    expect(second.bytes.buffer).toBe(two.buffer)
    expect(second.sizeInBytes).toBe(plain.length)
    expect(view(plain).bytes).toBe(plain)
  })

  test('has no last sequence where there is no first', () => {
    expect(view(plain).lastSequence).toBe(-1)
  })

  test('takes a batch whose records compaction removed', () => {
    const batch = view(javaClientBatch('empty'))
    expect([batch.baseOffset, batch.lastOffset, batch.recordCount, batch.lastSequence]).toEqual([100, 104, 0, 16])
    expect(batch.payload).toHaveLength(0)
  })
})

test('sequences wrap from 2^31 - 1 to 0', () => {
  expect(incrementSequence(5, 3)).toBe(8)
  expect(incrementSequence(2 ** 31 - 1, 0)).toBe(2 ** 31 - 1)
  expect(incrementSequence(2 ** 31 - 1, 1)).toBe(0)
  expect(incrementSequence(2 ** 31 - 2, 2 ** 31 - 1)).toBe(2 ** 31 - 3)
})

describe('a header that cannot be', () => {
  const faults: [BatchFault, string, (bytes: Buffer) => unknown][] = [
    ['UNSUPPORTED_MAGIC', 'magic 1', (b) => (b[HEADER.magic] = 1)],
    ['UNSUPPORTED_MAGIC', 'magic 3', (b) => (b[HEADER.magic] = 3)],
    ['INVALID_LENGTH', 'a length below the header', (b) => b.writeInt32BE(48, HEADER.batchLength)],
    ['INVALID_LENGTH', 'a negative length', (b) => b.writeInt32BE(-1, HEADER.batchLength)],
    ['TRUNCATED', 'a length beyond the bytes', (b) => b.writeInt32BE(2 ** 31 - 1, HEADER.batchLength)],
    ['INVALID_COUNT', 'a negative last offset delta', (b) => b.writeInt32BE(-1, HEADER.lastOffsetDelta)],
    ['INVALID_COUNT', 'a negative count', (b) => b.writeInt32BE(-1, HEADER.recordCount)],
    ['INVALID_COUNT', 'more records than offsets', (b) => b.writeInt32BE(4, HEADER.recordCount)],
    [
      'INVALID_COUNT',
      'more records than fit the bytes',
      (b) => b.writeInt32BE(9, HEADER.recordCount) + b.writeInt32BE(8, HEADER.lastOffsetDelta),
    ],
    ['INVALID_OFFSET', 'a negative base offset', (b) => b.writeBigInt64BE(-1n, HEADER.baseOffset)],
    ['INVALID_OFFSET', 'a base offset of 2^53', (b) => b.writeBigInt64BE(2n ** 53n, HEADER.baseOffset)],
    ['INVALID_OFFSET', 'a last offset of 2^53 - 1', (b) => b.writeBigInt64BE(2n ** 53n - 3n, HEADER.baseOffset)],
    ['INVALID_TIMESTAMP', 'a base timestamp of 2^53', (b) => b.writeBigInt64BE(2n ** 53n, HEADER.baseTimestamp)],
    ['INVALID_TIMESTAMP', 'a smallest max timestamp', (b) => b.writeBigInt64BE(-(2n ** 63n), HEADER.maxTimestamp)],
    ['INVALID_PRODUCER', 'producer id -2', (b) => b.writeBigInt64BE(-2n, HEADER.producerId)],
    ['INVALID_PRODUCER', 'producer id 2^53', (b) => b.writeBigInt64BE(2n ** 53n, HEADER.producerId)],
    ['UNKNOWN_COMPRESSION', 'codec 5', (b) => b.writeInt16BE(5, HEADER.attributes)],
    ['UNKNOWN_COMPRESSION', 'codec 7', (b) => b.writeInt16BE(7, HEADER.attributes)],
  ]

  test.each(faults)('is %s: %s', (fault, _, patch) => {
    expect(viewBatch(patched(plain, patch))).toBe(fault)
  })

  test('may count more records than its bytes where they are compressed: only unpacking tells', () => {
    const many = patched(javaClientBatch('zstd'), (bytes) => {
      bytes.writeInt32BE(1000, HEADER.recordCount)
      bytes.writeInt32BE(999, HEADER.lastOffsetDelta)
    })
    expect(viewBatch(many)).toBeInstanceOf(BatchView)
  })

  test('takes the largest offset that there is', () => {
    const last = patched(plain, (bytes) => bytes.writeBigInt64BE(2n ** 53n - 4n, HEADER.baseOffset))
    expect(view(last).lastOffset).toBe(Number.MAX_SAFE_INTEGER - 1)
  })

  test('is never read past the end: every prefix of a batch is TRUNCATED', () => {
    for (let length = 0; length < plain.length; length++) {
      expect(viewBatch(plain.subarray(0, length))).toBe('TRUNCATED')
    }
    expect(viewBatch(plain, plain.length)).toBe('TRUNCATED')
    expect(viewBatch(plain, plain.length + 1)).toBe('TRUNCATED')
  })
})

describe('a records field', () => {
  const three = Buffer.concat([plain, javaClientBatch('lz4'), javaClientBatch('commit')])

  test('gives its batches in order', () => {
    const views = viewBatches(three) as BatchView[]
    expect(views.map((batch) => batch.sizeInBytes)).toEqual([117, 132, 78])
    expect(views[2]!.isControl).toBe(true)
    expect(viewBatches(Buffer.alloc(0))).toEqual([])
  })

  test('is refused whole where its last batch is cut off, unless that is tolerated', () => {
    const cuts = [1, 17, 77 - BATCH_HEADER_BYTES].map((missing) => three.subarray(0, three.length - missing))
    for (const cut of cuts) {
      expect(viewBatches(cut)).toBe('TRUNCATED')
      expect(viewBatches(cut, { tolerateTruncated: true })).toHaveLength(2)
    }
    expect(viewBatches(plain.subarray(0, 40), { tolerateTruncated: true })).toEqual([])
  })

  test('is refused where a batch in it is damaged, also where truncation is tolerated', () => {
    const damaged = patched(three, (bytes) => (bytes[117 + HEADER.magic] = 0))
    expect(viewBatches(damaged, { tolerateTruncated: true })).toBe('UNSUPPORTED_MAGIC')
  })
})

test('the CRC of every batch of the Java client matches', () => {
  for (const name of ['plain', 'idempotent', 'stamped', 'wide', 'empty', 'commit', 'gzip', 'zstd'] as const) {
    expect(batchCrcMatches(view(javaClientBatch(name)))).toBe(true)
  }
})

test('a flipped bit is a fault or a CRC that does not match, anywhere but in the two fields that brokers write', () => {
  for (let bit = 0; bit < plain.length * 8; bit++) {
    const at = bit >>> 3
    const flipped = patched(plain, (bytes) => (bytes[at]! ^= 1 << (bit & 7)))
    const viewed = viewBatch(flipped)
    const brokerWrites = at < HEADER.batchLength || (at >= HEADER.partitionLeaderEpoch && at < HEADER.magic)
    const detected = typeof viewed === 'string' || viewed.sizeInBytes !== plain.length || !batchCrcMatches(viewed)
    expect(detected || brokerWrites, `bit ${bit}`).toBe(true)
    if (brokerWrites && typeof viewed !== 'string') expect(batchCrcMatches(viewed)).toBe(true)
  }
})
