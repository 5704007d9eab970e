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

  test('once all is calm nobody may have to give up', () => {
    const history = (calmFirst: boolean) =>
      broken((s) => {
        if (calmFirst) s.history.note('run', 'calm')
        const op = s.ask('heartbeat', { group: 'g', member: 'a', generation: 1 })
        s.history.note('client', 'gave up', { f: 'heartbeat', sent: op.sent, connection: 1 })
        s.history.note('client', 'closed', { connection: 1 })
        if (!calmFirst) s.history.note('run', 'calm')
      })
    expect(history(true)).toEqual(['answers come in time'])
    expect(history(false)).toEqual([])
  })

  test('what only its witness can tell is caught', () => {
    expect(broken((s) => s.history.note('producer', 'impossible', { what: 'a sequence was forgotten' }))).toEqual([
      'nothing impossible happens',
    ])
  })

  test('a request that fails for no reason that the broker can name is caught, other errors it may report', () => {
    const history = (message: string) => broken((s) => s.history.note('broker', 'says (error)', { message }))
    expect(history('a request failed for a reason of our own')).toEqual(['the broker knows why'])
    expect(history('a log could not be read')).toEqual([])
  })

  test('an answer that nobody waits for is caught', () => {
    expect(broken((s) => s.history.note('client', 'unasked', { correlation: 7 }))).toEqual([
      'nothing unasked is answered',
    ])
  })
})
