import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { gzip } from '../../../src/records/codecs/gzip.ts'
import { expectError } from '../support.ts'

test('several members are read one after the other', () => {
  const members = Buffer.concat([gzipSync('jack'), gzipSync('daw')])
  expect(gzip.decompress(members, 7).toString()).toBe('jackdaw')
  expectError('TOO_LARGE', () => gzip.decompress(members, 6))
})

test('a cap of nothing lets nothing through but nothing', () => {
  expect(gzip.decompress(gzipSync(''), 0)).toHaveLength(0)
  expectError('TOO_LARGE', () => gzip.decompress(gzipSync('x'), 0))
})

test('a member that is cut off, has a wrong checksum or is none is refused', () => {
  const member = gzipSync('jackdaw')
  const wrong = Buffer.from(member)
  wrong[wrong.length - 5]! ^= 1
  for (const bytes of [member.subarray(0, -1), wrong, Buffer.from('jackdaw'), Buffer.alloc(0)]) {
    expectError('CORRUPT', () => gzip.decompress(bytes, 100))
  }
})
