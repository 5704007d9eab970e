import fc from 'fast-check'
import { expect, test } from 'vitest'

import { batchCrcMatches } from '../../src/records/batch-header.ts'
import { setBaseOffset, setPartitionLeaderEpoch, stampLogAppendTime } from '../../src/records/batch-stamp.ts'
import { javaClientBatch } from './java-client-batches.ts'
import { view } from './support.ts'

test('a batch with offset, leader epoch and append time is byte for byte what the Java broker makes of it', () => {
  const batch = view(javaClientBatch('plain'))
  setBaseOffset(batch.bytes, 0, 1000)
  setPartitionLeaderEpoch(batch.bytes, 0, 6)
  expect(batchCrcMatches(batch)).toBe(true)
  stampLogAppendTime(batch, 1_700_000_005_555)
  expect(batch.bytes).toEqual(javaClientBatch('stamped'))
  expect(batchCrcMatches(batch)).toBe(true)
})

test('offset and leader epoch are written where the batch lies, and nothing else changes', () => {
  const plain = javaClientBatch('plain')
  const two = Buffer.concat([plain, plain])
  setBaseOffset(two, plain.length, 2 ** 40 + 1)
  setPartitionLeaderEpoch(two, plain.length, 2 ** 31 - 1)
  expect(two.subarray(0, plain.length)).toEqual(plain)
  expect(two.subarray(plain.length + 16)).toEqual(plain.subarray(16))
  expect(view(two, plain.length).baseOffset).toBe(2 ** 40 + 1)
  expect(view(two, plain.length).partitionLeaderEpoch).toBe(2 ** 31 - 1)
})

test('every offset below 2^53 reads back', () => {
  const batch = view(javaClientBatch('plain'))
  fc.assert(
    fc.property(
      fc.maxSafeNat().map((offset) => Math.min(offset, Number.MAX_SAFE_INTEGER - 3)),
      (offset) => {
        setBaseOffset(batch.bytes, 0, offset)
        expect(view(batch.bytes).baseOffset).toBe(offset)
        expect(batch.lastOffset).toBe(offset + 2)
        expect(batch.bytes.readBigInt64BE(0)).toBe(BigInt(offset))
      },
    ),
  )
})
