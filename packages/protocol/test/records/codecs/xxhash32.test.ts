import { expect, test } from 'vitest'

import { xxhash32 } from '../../../src/records/codecs/xxhash32.ts'

test.each([
  ['', 0x02cc5d05],
  ['a', 0x550d7456],
  ['abc', 0x32d153ff],
  ['Nobody inspects the spammish repetition', 0xe2293b2f],
])('xxHash32 of %j is what its specification’s implementation gives', (text, hash) => {
  expect(xxhash32(Buffer.from(text))).toBe(hash)
})
