import fc from 'fast-check'
import { expect, test } from 'vitest'

import { applyChanges, Overlay } from '../../src/group/overlay.ts'

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const step = fc.record({ key, value: fc.option(fc.integer(), { nil: undefined }) })

test('an overlay reads as the changed map, leaves the map alone, and its changes make one of the other', () => {
  fc.assert(
    fc.property(fc.dictionary(key, fc.integer()), fc.array(step), (start, steps) => {
      const base = new Map(Object.entries(start))
      const untouched = new Map(base)
      const overlay = new Overlay(base)
      const expected = new Map(base)
      for (const { key, value } of steps) {
        if (value === undefined) expect(overlay.delete(key)).toBe(expected.delete(key))
        else {
          overlay.set(key, value)
          expected.set(key, value)
        }
      }
      expect(base).toEqual(untouched)
      expect(new Map(overlay)).toEqual(expected)
      expect(overlay.size).toBe(expected.size)
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        expect(overlay.get(name)).toBe(expected.get(name))
        expect(overlay.has(name)).toBe(expected.has(name))
      }
      applyChanges(base, overlay.changes)
      expect(base).toEqual(expected)
    }),
  )
})

test('values that are changed while an overlay is walked are seen once', () => {
  const overlay = new Overlay(new Map([['a', 1]]))
  overlay.set('b', 2)
  const seen: string[] = []
  for (const [key, value] of overlay) {
    seen.push(key)
    if (seen.length > 5) break
    overlay.set(key, value + 10)
  }
  expect(seen).toEqual(['a', 'b'])
  expect(Object.fromEntries(overlay)).toEqual({ a: 11, b: 12 })
})
