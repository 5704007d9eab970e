import { describe, expect, test } from 'vitest'
import { median, quantile, ratios, spread } from '../statistics.ts'

describe('statistics', () => {
  test('the median lies in the middle, and between the two middle ones of an even number', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([9, 1, 5, 6])).toBe(5.5)
    expect(median([])).toBeNaN()
  })

  test('a quantile is a value that was measured', () => {
    const values = Array.from({ length: 200 }, (_, i) => i + 1)
    expect(quantile(values, 0.99)).toBe(198)
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })

  test('nothing has no spread', () => {
    expect(spread([])).toBeUndefined()
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
  })

  test('ratios are taken within a round, so that a machine that halves its speed changes none', () => {
    expect(ratios([100, 50, 25], [200, 100, 50])).toEqual([0.5, 0.5, 0.5])
  })

  test('a round that one side lacks, or that was below what the clock resolves, has no ratio', () => {
    expect(ratios([1, 2, 3], [4])).toEqual([0.25])
    expect(ratios([1, 0, 3], [0, 5, 6])).toEqual([0.5])
  })
})
