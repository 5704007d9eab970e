import { expect, test } from 'vitest'
import { SeededRandom } from '../src/index.ts'

const draw = (random: SeededRandom, count: number) => Array.from({ length: count }, () => random.uint32())

test('the same seed gives the same numbers, another seed gives others', () => {
  expect(draw(new SeededRandom(7), 100)).toEqual(draw(new SeededRandom(7), 100))
  expect(draw(new SeededRandom(7), 100)).not.toEqual(draw(new SeededRandom(8), 100))
})

test('the numbers of a seed never change, so that a seed in a report can still be replayed', () => {
  expect(draw(new SeededRandom(1), 4)).toMatchInlineSnapshot(`
    [
      2864718319,
      382396905,
      3862504874,
      1160459947,
    ]
  `)
  expect(draw(new SeededRandom(1).fork('network'), 2)).toMatchInlineSnapshot(`
    [
      2435023698,
      4111832436,
    ]
  `)
})

test('a fork depends on the seed and its name, not on what was drawn before', () => {
  const fresh = new SeededRandom(7)
  const used = new SeededRandom(7)
  draw(used, 1000)
  expect(draw(used.fork('disk'), 10)).toEqual(draw(fresh.fork('disk'), 10))
  expect(draw(fresh.fork('disk'), 10)).not.toEqual(draw(fresh.fork('network'), 10))
  expect(draw(fresh.fork('disk').fork('a'), 10)).not.toEqual(draw(fresh.fork('disk').fork('b'), 10))
})

test('neighbouring seeds do not give related streams', () => {
  const means = Array.from({ length: 2000 }, (_, seed) => new SeededRandom(seed).next())
  expect(means.reduce((sum, x) => sum + x, 0) / means.length).toBeCloseTo(0.5, 1)
  expect(new Set(means).size).toBe(means.length)
})

test('numbers are spread evenly over their range and stay inside it', () => {
  const random = new SeededRandom(3)
  const buckets = Array.from({ length: 10 }, () => 0)
  for (let i = 0; i < 100_000; i++) buckets[Math.floor(random.next() * 10)]!++
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  const ints = new Set(Array.from({ length: 1000 }, () => random.int(2, 5)))
  expect(ints).toEqual(new Set([2, 3, 4, 5]))
  for (let i = 0; i < 1000; i++) expect(random.between(1, 2)).toSatisfy((x: number) => x >= 1 && x < 2)
})

test('bytes come in any count', () => {
  for (const count of [0, 1, 3, 4, 5, 16]) expect(new SeededRandom(1).bytes(count)).toHaveLength(count)
  expect(new SeededRandom(1).bytes(16)).toEqual(new SeededRandom(1).bytes(16))
})

test('a choice by weight never takes what weighs nothing', () => {
  const random = new SeededRandom(5)
  const counts = { a: 0, b: 0, c: 0 }
  for (let i = 0; i < 4000; i++) counts[random.weighted({ a: 3, b: 0, c: 1 })]++
  expect(counts.b).toBe(0)
  expect(counts.a / counts.c).toBeGreaterThan(2.5)
  expect(() => random.pick([])).toThrow('nothing to pick from')
})
