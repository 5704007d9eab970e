// The law of committed offsets on hand-made histories, both ways: what they must let pass and what they must catch, by name.
import { describe, expect, test } from 'vitest'
import { broken } from './script.ts'

describe('committed offsets', () => {
  const law = ['committed offsets are the last ones committed']

  test('what was committed is returned', () => {
    expect(
      broken(
        (s) => (s.committed('', -1), s.commit('a', 5), s.committed('a', 5), s.commit('b', 3), s.committed('b', 3)),
      ),
    ).toEqual([])
  })

  test('an acknowledged commit that is not returned was lost', () => {
    expect(broken((s) => (s.commit('a', 5), s.committed('', -1)))).toEqual(law)
    expect(broken((s) => (s.commit('a', 5), s.commit('b', 6), s.committed('a', 5)))).toEqual(law)
  })

  test('a commit of unknown fate may be returned or not', () => {
    for (const [tag, offset] of [
      ['a', 5],
      ['b', 6],
    ] as const)
      // prettier-ignore
      expect(broken((s) => (s.commit('a', 5), s.commit('b', 6, 'REQUEST_TIMED_OUT'), s.committed(tag, offset)))).toEqual([])
  })

  test('a commit of unknown fate that was returned once stays', () => {
    expect(
      broken((s) => {
        s.commit('a', 5)
        s.commit('b', 6, 'REQUEST_TIMED_OUT')
        s.committed('b', 6)
        s.committed('a', 5)
      }),
    ).toEqual(law)
  })

  test('a commit of unknown fate may land late, even behind a newer one', () => {
    expect(
      broken((s) => {
        s.commit('a', 5, 'REQUEST_TIMED_OUT')
        s.commit('b', 6)
        s.committed('b', 6)
        s.committed('a', 5)
      }),
    ).toEqual([])
  })

  test('a refused commit may not be returned', () => {
    expect(broken((s) => (s.commit('a', 5, 'ILLEGAL_GENERATION'), s.committed('a', 5)))).toEqual(law)
  })

  test('a commit may not be returned before it was sent, nor with another offset', () => {
    expect(broken((s) => (s.committed('a', 5), s.commit('a', 5)))).toEqual(law)
    expect(broken((s) => (s.commit('a', 5), s.committed('a', 4)))).toEqual(law)
  })

  test('a read under way with a commit may see it or not, but two reads agree on the order', () => {
    const history = (first: readonly [string, number], second: readonly [string, number]) =>
      broken((s) => {
        s.commit('a', 5)
        const commit = s.askCommit('b', 6)
        s.committed(...first)
        s.committed(...second)
        s.history.answer(commit, [{ topic: 't', partition: 0, error: 'NONE' }])
      })
    expect(history(['a', 5], ['a', 5])).toContain('replies are in order')
    expect(history(['a', 5], ['b', 6])).not.toContain(law[0])
    expect(history(['b', 6], ['b', 6])).not.toContain(law[0])
    expect(history(['b', 6], ['a', 5])).toContain(law[0])
  })
})
