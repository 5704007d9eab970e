// Expressions come from clients and run in the coordinator's loop: whatever they are, they are refused or cost little. What they
// cost is counted, in instructions and names, not measured.

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { compileRegex, isOver, searchOn, startSearch } from '../../../src/group/consumer/regex.ts'
import { topics } from './support.ts'

const matches = (pattern: string, name: string): boolean | string => {
  const compiled = compileRegex(pattern)
  return typeof compiled === 'string' ? compiled : compiled.matches(name)
}

test.each([
  ['events', 'events', true],
  ['event', 'events', false],
  ['vents', 'events', false],
  ['events|orders', 'orders', true],
  ['.*\\.dlq', 'a.dlq', true],
  ['(?i)EVENTS', 'events', true],
  ['[[:alpha:]]+\\d{2,3}', 'topic12', true],
  ['\\p{L}+', 'topic', true],
  ['(?P<name>a+)', 'aaa', true],
])('%s matches %s: %s', (pattern, name, expected) => {
  expect(matches(pattern, name)).toBe(expected)
})

test.each(['(', '[', 'a**', '(?=a)', '(?<!a)b', '(a)\\1', '\\8', 'x{1001}', '(?>a)'])(
  '%s is no expression of RE2',
  (pattern) => {
    expect(typeof compileRegex(pattern)).toBe('string')
  },
)

test.each([
  'a'.repeat(513),
  'x{1000}',
  '(a{100}){100}',
  '((a{30}){30}){30}',
  'x{999}y{999}z{999}',
  '(abcdefghij|klmnopqrst){100}',
  'x{0,400}{2}',
])('an expression that grows too large is refused (%#)', (pattern) => {
  expect(typeof compileRegex(pattern)).toBe('string')
})

/** What keeps a backtracking engine busy for ever, in many shapes. */
const explosive = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', '.', '[ab]', '(a+)+', '(a|a)*', '(a|aa)+', '(.*)*', '(a*)*', '(?:a?){30}'), {
      minLength: 1,
      maxLength: 8,
    }),
    fc.constantFrom('', '*', '+', '?', '{2,30}', '{20}'),
    fc.constantFrom('b', '$', 'c', '\\1', '(?=b)'),
  )
  .map(([parts, times, end]) => `(${parts.join('')})${times}${end}`)

test('no expression compiles to more than is allowed, and none takes longer than its instructions say', () => {
  const name = `${'a'.repeat(248)}!`
  fc.assert(
    fc.property(fc.oneof(explosive, fc.string({ maxLength: 60 })), (pattern) => {
      const compiled = compileRegex(pattern)
      if (typeof compiled === 'string') return
      expect(compiled.instructions).toBeLessThanOrEqual(500)
      // With a backtracking engine this test would not end.
      compiled.matches(name)
    }),
    { numRuns: 1_000 },
  )
})

test('a search tries no more names at a time than its work allows, at least one, and finds them all', () => {
  const compiled = compileRegex('topic-1.*')
  if (typeof compiled === 'string') throw new Error(compiled)
  const view = topics(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`topic-${i}`, 1])))
  let search = startSearch('topic-1.*', compiled, view)
  const tried: number[] = []
  while (!isOver(search)) {
    search = searchOn(search, compiled.instructions * 30)
    tried.push(search.tried)
  }
  expect(tried).toEqual([30, 60, 90, 100])
  expect(search.found).toHaveLength(11)
  expect(searchOn(startSearch('topic-1.*', compiled, view), 0).tried).toBe(1)
})
