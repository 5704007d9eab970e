// The laws of replies on hand-made histories, both ways: what they must let pass and what they must catch, by name.
import { describe, expect, test } from 'vitest'
import { broken } from './script.ts'

describe('replies', () => {
  test('an answer out of turn is caught', () => {
    expect(
      broken((s) => {
        const beat = { group: 'g', member: 'a', generation: 1 }
        const first = s.ask('heartbeat', beat)
        s.call('heartbeat', beat, { error: 'NONE' })
        s.tell(first, { error: 'NONE' })
      }),
    ).toEqual(['replies are in order'])
  })

  test('silence is caught, unless the connection closed or nothing was to be answered', () => {
    const beat = { group: 'g', member: 'a', generation: 1 }
    expect(broken((s) => s.ask('heartbeat', beat))).toEqual(['every request is answered'])
    expect(broken((s) => (s.ask('heartbeat', beat), s.history.note('client', 'closed', { connection: 1 })))).toEqual([])
    expect(broken((s) => s.ask('produce', { acks: 0, batches: [] }))).toEqual([])
  })

  test('an answer that nobody waits for is caught', () => {
    expect(broken((s) => s.history.note('client', 'unasked', { correlation: 7 }))).toEqual([
      'nothing unasked is answered',
    ])
  })
})
