import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearest } from '../src/index.ts'
import { editDistance } from '../src/nearest.ts'

describe('the edit distance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
  ])('from %j to %j is %d', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance)
  })

  test('is a metric', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
      }),
    )
  })
})

test('the nearest name is found, or none where none is meant', () => {
  expect(nearest('num.partition', ['num.partitions', 'log.dir'])).toBe('num.partitions')
  expect(nearest('zzz', ['num.partitions', 'log.dir'])).toBeUndefined()
  expect(nearest('a', [])).toBeUndefined()
})
