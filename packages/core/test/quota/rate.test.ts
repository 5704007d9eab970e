import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { newRate, rateOf, recordRate, throttleMs } from '../../src/quota/rate.ts'

const windows = { samples: 11, windowMs: 1000 }

/** [time, value] pairs, then what the rate is at `now`. */
const rateAfter = (events: readonly (readonly [number, number])[], now: number, of = windows): number => {
  const rate = newRate()
  for (const [at, value] of events) recordRate(rate, of, value, at)
  return rateOf(rate, of, now)
}

describe('a rate', () => {
  test.each([
    ['nothing', [], 5000, 0],
    ['a young rate is taken over ten windows', [[0, 1000]], 0, 100],
    ['also when a part of a window has passed', [[0, 1000]], 500, 1000 / 10.5],
    [
      'and counts time from its first event on when there was enough',
      [
        [0, 1000],
        [10_000, 1000],
      ],
      10_000,
      200,
    ],
    ['what is older than all windows is forgotten', [[0, 1000]], 11_000, 0],
    [
      'a window that is overlapped still counts',
      [
        [0, 600],
        [900, 400],
      ],
      11_500,
      1000 / 11.5,
    ],
  ] as const)('%s', (_what, events, now, expected) => {
    expect(rateAfter(events, now)).toBeCloseTo(expected, 9)
  })

  test('with a single window is never taken over less than that window', () => {
    expect(rateAfter([[0, 10]], 0, { samples: 1, windowMs: 1000 })).toBe(10)
  })

  test('keeps one window more than it counts, however long it runs', () => {
    const rate = newRate()
    for (let at = 0; at < 100_000; at += 250) recordRate(rate, windows, 1, at)
    expect(rate.samples).toHaveLength(12)
    expect(rateOf(rate, windows, 99_750)).toBeCloseTo(4, 0)
  })
})

describe('throttling', () => {
  test.each([
    ['within the bound', 1000, 100, 0],
    ['at twice the bound, for as long again', 2000, 100, 10_000],
    ['at a tenth above', 1100, 100, 1000],
  ])('%s', (_what, value, bound, expected) => {
    const rate = newRate()
    recordRate(rate, windows, value, 0)
    expect(throttleMs(rate, windows, bound, 0)).toBe(expected)
  })

  test('a client that always has more to send, and waits as it is told, comes down to its bound', () => {
    // Small beside the bound: of what fills many windows at once, Kafka's arithmetic forgets a part.
    const values = fc.integer({ min: 1, max: 100 })
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 100, max: 2000 }),
        fc.integer({ min: 1, max: 50 }),
        (value, bound, gapMs) => {
          const rate = newRate()
          const endMs = 200_000
          let sent = 0
          for (let now = 0; now < endMs; now += gapMs + throttleMs(rate, windows, bound, now)) {
            recordRate(rate, windows, value, now)
            sent += value
          }
          // A window is forgotten as a whole, so the rate is right to about a window in eleven, on both of its ends.
          const coarse = 1 + 2 / windows.samples
          const burst = value + bound * 11
          expect(sent).toBeLessThanOrEqual(((bound * endMs) / 1000) * coarse + burst)
        },
      ),
    )
  })
})
