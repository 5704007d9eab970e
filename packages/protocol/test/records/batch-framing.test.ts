import { expect, test } from 'vitest'

import { BATCH_HEADER_BYTES } from '../../src/records/batch-header.ts'
import { batchFraming } from '../../src/records/batch-framing.ts'
import { javaClientBatch } from './java-client-batches.ts'
import { patched } from './support.ts'

const idempotent = javaClientBatch('idempotent')
const frame = { at: 5_000_000_000, next: 5_000_000_003, time: 1_700_000_000_005, size: 117 }

test('a frame is the place, time and size of the batch that the bytes begin with', () => {
  const more = Buffer.concat([idempotent, Buffer.from('whatever follows')])
  expect(batchFraming.frame(more, true)).toEqual(frame)
  expect(batchFraming.frame(new Uint8Array(more), true)).toEqual(frame)
})

test('the header alone is enough, unless the batch is to be verified', () => {
  const header = idempotent.subarray(0, batchFraming.headerBytes)
  expect(batchFraming.headerBytes).toBe(BATCH_HEADER_BYTES)
  expect(batchFraming.frame(header, false)).toEqual(frame)
  expect(batchFraming.frame(header, true)).toBe('TORN')
  expect(batchFraming.frame(idempotent.subarray(0, 116), true)).toBe('TORN')
})

test('an empty batch keeps the offsets of the records that it lost', () => {
  expect(batchFraming.frame(javaClientBatch('empty'), true)).toEqual({
    at: 100,
    next: 105,
    time: 1_700_000_000_000,
    size: 61,
  })
})

test('less than a header is torn', () => {
  for (let length = 0; length < BATCH_HEADER_BYTES; length++) {
    expect(batchFraming.frame(idempotent.subarray(0, length), false)).toBe('TORN')
  }
})

test('zeros, as of a preallocated file, are no batch', () => {
  expect(batchFraming.frame(new Uint8Array(4096), false)).toBe('CORRUPT')
})

test('a flipped bit in the records is found by verifying only', () => {
  const flipped = patched(idempotent, (bytes) => (bytes[100]! ^= 1))
  expect(batchFraming.frame(flipped, false)).toEqual(frame)
  expect(batchFraming.frame(flipped, true)).toBe('CORRUPT')
})
