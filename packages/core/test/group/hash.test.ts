import { expect, test } from 'vitest'

import { groupPartition, javaHashCode } from '../../src/group/hash.ts'

test.each([
  ['', 0],
  ['a', 97],
  ['hello', 99162322],
  ['polygenelubricants', -2147483648],
  ['größe', 98762257],
  ['a😀b', 57849694],
])('the hash of %j is the one Java computes', (text, hash) => {
  expect(javaHashCode(text)).toBe(hash)
})

test('a group whose hash is the smallest int belongs to partition 0, as in Kafka', () => {
  expect(groupPartition('polygenelubricants', 50)).toBe(0)
})

test('a negative hash is masked, not negated', () => {
  const groupId = 'zzzzzz'
  expect(javaHashCode(groupId)).toBeLessThan(0)
  expect(groupPartition(groupId, 50)).toBe((javaHashCode(groupId) + 2 ** 31) % 50)
})
