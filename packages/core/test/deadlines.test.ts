import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { clearDeadline, dueBy, nextDeadline, noDeadlines, setDeadline } from '../src/deadlines.ts'

describe('deadlines', () => {
  const key = fc.integer({ min: 0, max: 20 }).map(String)
  const step = fc.record({ key, at: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }) })

  test('are those of a plain map, whatever was set, moved and cleared', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 0, max: 50 }), (steps, now) => {
        const deadlines = noDeadlines<string>()
        const plain = new Map<string, number>()
        for (const { key, at } of steps) {
          if (at === undefined) {
            clearDeadline(deadlines, key)
            plain.delete(key)
          } else {
            setDeadline(deadlines, { key, at, what: `what ${key}` })
            plain.set(key, at)
          }
          expect(nextDeadline(deadlines)).toBe(plain.size === 0 ? undefined : Math.min(...plain.values()))
        }
        const due = dueBy(deadlines, now, 1_000)
        const expected = [...plain.values()].filter((at) => at <= now).toSorted((a, b) => a - b)
        expect(due.map(({ at }) => at)).toEqual(expected)
        expect(due.every(({ key, what }) => what === `what ${key}`)).toBe(true)
        expect(dueBy(deadlines, now, 3)).toEqual(due.slice(0, 3))
      }),
    )
  })
})
