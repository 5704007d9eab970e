import fc from 'fast-check'
import { expect, test } from 'vitest'
import { framesOf, testEntry, testFraming } from '../src/index.ts'

const bytesOf = (...specs: Parameters<typeof testEntry>): Buffer => Buffer.concat(testEntry(...specs).bytes)

test('an entry has the place of its frames and the largest of their times', () => {
  const entry = testEntry({ at: 5, next: 8, time: 90 }, { at: 8, time: 20 }, { at: 12, next: 13, time: 40 })
  expect(entry).toMatchObject({ at: 5, next: 13, time: 90 })
  expect(entry.bytes.map(({ length }) => length)).toEqual([61, 61, 61])
  expect(framesOf(entry.bytes).map(({ at, next, time }) => [at, next, time])).toEqual([
    [5, 8, 90],
    [8, 9, 20],
    [12, 13, 40],
  ])
})

test('a frame tells its place, time and size, from its header alone or from the whole', () => {
  const numbers = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 })
  fc.assert(
    fc.property(numbers, numbers, fc.nat(2000), fc.integer(), (at, time, payloadBytes, seed) => {
      const frame = bytesOf({ at, time, payloadBytes, seed })
      const info = { at, next: at + 1, time, size: frame.length }
      expect(testFraming.frame(frame.subarray(0, testFraming.headerBytes), false)).toEqual(info)
      expect(testFraming.frame(Buffer.concat([frame, Buffer.alloc(9)]), true)).toEqual(info)
    }),
  )
})

test('a frame that is cut anywhere is torn, one with any bit flipped is corrupt or torn', () => {
  const frame = bytesOf({ at: 7, payloadBytes: 30 })
  for (let length = 0; length < frame.length; length++) {
    expect(testFraming.frame(frame.subarray(0, length), true)).toBe('TORN')
  }
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const flipped = Buffer.from(frame)
    flipped[bit >>> 3]! ^= 1 << (bit & 7)
    expect(testFraming.frame(flipped, true)).toBe('CORRUPT')
  }
  expect(testFraming.frame(Buffer.alloc(100), false)).toBe('CORRUPT')
})

test('frames of one size and another seed differ, and hold every value of a byte', () => {
  const payload = bytesOf({ at: 0, payloadBytes: 300 }).subarray(testFraming.headerBytes)
  expect(new Set(payload).size).toBe(256)
  expect(bytesOf({ at: 0, seed: 1 })).toEqual(bytesOf({ at: 0, seed: 1 }))
  expect(bytesOf({ at: 0, seed: 1 })).not.toEqual(bytesOf({ at: 0, seed: 2 }))
})

test('bytes that are not frames are told apart', () => {
  const frame = bytesOf({ at: 0 })
  expect(() => framesOf([frame, Buffer.from('?')])).toThrow('TORN')
  expect(() => framesOf([frame, frame.toReversed()])).toThrow('CORRUPT')
})
