import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { LAST_EPOCH } from '../../src/transaction/state.ts'
import { CONFIG, Coordinator, replay, TIMEOUT_MS } from './support.ts'

/** A coordinator with one producer that has a transaction open. */
const opened = () => {
  const on = new Coordinator()
  const who = on.init()
  expect(on.add(who)).toBe('NONE')
  return { on, who }
}

describe('a producer that starts', () => {
  test('gets a producer id at epoch 0, and the next epoch each time that it starts again', () => {
    const on = new Coordinator()
    const first = on.init()
    expect(first).toMatchObject({ error: 'NONE', producerEpoch: 0 })
    expect(on.init()).toMatchObject({ producerId: first.producerId, producerEpoch: 1 })
  })

  test('is refused without an id, or with a timeout that is none or too long', () => {
    const on = new Coordinator()
    expect(on.init('').error).toBe('INVALID_REQUEST')
    expect(on.init('t', null, CONFIG.maxTimeoutMs + 1).error).toBe('INVALID_TRANSACTION_TIMEOUT')
    expect(on.init('t', null, 0).error).toBe('INVALID_TRANSACTION_TIMEOUT')
  })

  test('aborts what was left open under an epoch that nobody gets, and is told to come again meanwhile', () => {
    const { on, who } = opened()
    expect(on.init().error).toBe('CONCURRENT_TRANSACTIONS')
    expect(on.owed()).toMatchObject([{ committed: false, producerEpoch: who.producerEpoch + 1 }])
    expect(on.init().error).toBe('CONCURRENT_TRANSACTIONS')
    on.complete()
    expect(on.init()).toMatchObject({ error: 'NONE', producerEpoch: who.producerEpoch + 2 })
  })

  test('that says who it is has its own epoch bumped, and gets the same answer again when it asks again', () => {
    const on = new Coordinator()
    const who = on.init()
    const bumped = on.init('t', who)
    expect(bumped.producerEpoch).toBe(who.producerEpoch + 1)
    expect(on.init('t', who)).toEqual(bumped)
    on.init()
    expect(on.init('t', who).error).toBe('PRODUCER_FENCED')
    expect(on.init('t', { producerId: 5, producerEpoch: 0 }).error).toBe('PRODUCER_FENCED')
  })

  test('goes on under another producer id when its epochs are used up', () => {
    const on = new Coordinator()
    let who = on.init()
    while (who.producerEpoch < LAST_EPOCH) who = on.init()
    expect(on.init()).toMatchObject({ producerId: who.producerId + 1, producerEpoch: 0 })
  })
})

describe('partitions of a transaction', () => {
  test('are members once they were added, while it is open', () => {
    const { on, who } = opened()
    expect(on.verify(who)).toBe('NONE')
    expect(on.verify(who, 'a', 1)).toBe('TRANSACTION_ABORTABLE')
    on.end(who, true, 0)
    expect(on.verify(who)).toBe('CONCURRENT_TRANSACTIONS')
    expect(on.add(who)).toBe('CONCURRENT_TRANSACTIONS')
    on.complete()
    expect(on.verify(who)).toBe('TRANSACTION_ABORTABLE')
  })

  test('are added by the producer of the present epoch only', () => {
    const { on, who } = opened()
    expect(on.add({ ...who, producerEpoch: 1 })).toBe('PRODUCER_FENCED')
    expect(on.add({ ...who, producerId: 7 })).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(on.add(who, 'other')).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(on.add(who, '')).toBe('INVALID_REQUEST')
  })

  test('are kept once, and nothing is written for those that are there', () => {
    const { on, who } = opened()
    const records = on.log.length
    expect(on.add(who)).toBe('NONE')
    expect(on.log).toHaveLength(records)
    on.add(who, 't', 'a', [0, 3])
    on.add(who, 't', 'b', [1])
    on.end(who, true)
    expect(on.owed()[0]?.partitions).toEqual([
      { topic: 'a', partitionIds: [0, 3] },
      { topic: 'b', partitionIds: [1] },
    ])
  })
})

describe('an EndTxn of version 1', () => {
  test('keeps the epoch, and is answered alike when it comes again', () => {
    const { on, who } = opened()
    expect(on.end(who, true, 0)).toMatchObject({ error: 'NONE', producerEpoch: who.producerEpoch })
    expect(on.end(who, true, 0).error).toBe('CONCURRENT_TRANSACTIONS')
    on.complete()
    expect(on.end(who, true, 0).error).toBe('NONE')
    expect(on.end(who, false, 0).error).toBe('INVALID_TXN_STATE')
    expect(on.end({ ...who, producerEpoch: 4 }, true, 0).error).toBe('PRODUCER_FENCED')
  })
})

describe('an EndTxn of version 2', () => {
  test('names the epoch to go on with, also when it comes again', () => {
    const { on, who } = opened()
    const next = on.end(who, true)
    expect(next).toMatchObject({ error: 'NONE', producerId: who.producerId, producerEpoch: who.producerEpoch + 1 })
    expect(on.end(who, true).error).toBe('CONCURRENT_TRANSACTIONS')
    on.complete()
    expect(on.end(who, true)).toEqual(next)
    expect(on.end(who, false).error).toBe('INVALID_TXN_STATE')
  })

  test('that was held up never touches a later transaction', () => {
    const { on, who } = opened()
    const next = on.end(who, true)
    on.complete()
    on.add(next)
    for (const committed of [true, false]) expect(on.end(who, committed).error).toBe('PRODUCER_FENCED')
    expect(on.stateOf()).toBe('Ongoing')
    on.end(next, true)
    expect(on.end(who, true).error).toBe('PRODUCER_FENCED')
  })

  test('aborts an empty transaction with a new epoch, but has nothing to commit', () => {
    const on = new Coordinator()
    const who = on.init()
    expect(on.end(who, true).error).toBe('INVALID_TXN_STATE')
    expect(on.end(who, false)).toMatchObject({ error: 'NONE', producerEpoch: who.producerEpoch + 1 })
    expect(on.owed()).toMatchObject([{ partitions: [] }])
  })

  test('hands out another producer id when the epochs are used up, and its markers have the last epoch of all', () => {
    const on = new Coordinator()
    let who = on.init()
    while (who.producerEpoch < LAST_EPOCH) who = on.init()
    on.add(who)
    const next = on.end(who, true)
    expect(next).toMatchObject({ error: 'NONE', producerId: who.producerId + 1, producerEpoch: 0 })
    expect(on.owed()).toMatchObject([{ producerId: who.producerId, producerEpoch: LAST_EPOCH + 1 }])
    on.complete()
    expect(on.end(who, true)).toEqual(next)
    expect(on.add(next)).toBe('NONE')
  })
})

describe('time', () => {
  test('aborts a transaction that is open for too long, and fences its producer', () => {
    const { on, who } = opened()
    on.advance(TIMEOUT_MS - 1)
    expect(on.stateOf()).toBe('Ongoing')
    on.add(who, 't', 'b')
    on.advance(1)
    expect(on.stateOf()).toBe('PrepareAbort')
    expect(on.end(who, true, 0).error).toBe('PRODUCER_FENCED')
    on.complete()
    expect(on.add(who)).toBe('PRODUCER_FENCED')
    for (const committed of [true, false]) expect(on.end(who, committed).error).toBe('PRODUCER_FENCED')
  })

  test('goes on while a coordinator is away, but never grants more than the timeout', () => {
    const { on } = opened()
    on.advance(TIMEOUT_MS / 2)
    on.reload(TIMEOUT_MS / 4)
    on.advance(TIMEOUT_MS / 4 - 1)
    expect(on.stateOf()).toBe('Ongoing')
    on.advance(1)
    expect(on.stateOf()).toBe('PrepareAbort')
  })

  test('forgets an id that nobody uses', () => {
    const { on, who } = opened()
    on.end(who, true)
    on.advance(CONFIG.idExpirationMs)
    expect(on.stateOf()).toBe('PrepareCommit')
    on.complete()
    on.advance(CONFIG.idExpirationMs)
    expect(on.stateOf()).toBe('TRANSACTIONAL_ID_NOT_FOUND')
  })
})

describe('markers', () => {
  test('are owed until all are written, also by the next coordinator', () => {
    const { on, who } = opened()
    on.end(who, false)
    const owed = on.owed()
    expect(owed).toHaveLength(1)
    on.reload()
    expect(on.owed()).toEqual(owed)
    on.complete()
    expect(on.owed()).toEqual([])
    expect(on.stateOf()).toBe('CompleteAbort')
  })

  test('of an earlier transaction are no word about this one', () => {
    const { on, who } = opened()
    const next = on.end(who, true)
    on.complete()
    on.add(next)
    on.end(next, true)
    const { producerId, producerEpoch } = next
    on.tell({ type: 'markersWritten', transactionalId: 't', producerId, producerEpoch })
    expect(on.stateOf()).toBe('PrepareCommit')
  })
})

test('transactions are listed by state, by producer and by how long they are open', () => {
  const on = new Coordinator()
  const who = on.init('one')
  on.init('two')
  on.add(who, 'one')
  on.advance(5_000)
  const list = (filter: { states?: string[]; producerIds?: number[]; durationMs?: number }) =>
    on
      .ask({ type: 'listTransactions', states: [], producerIds: [], durationMs: -1, ...filter })
      .transactions.map(({ transactionalId }) => transactionalId)
  expect(list({})).toEqual(['one', 'two'])
  expect(list({ states: ['Ongoing'] })).toEqual(['one'])
  expect(list({ producerIds: [who.producerId] })).toEqual(['one'])
  expect(list({ durationMs: 4_000 })).toEqual(['one'])
  expect(list({ durationMs: 5_000 })).toEqual([])
})

const step = fc.oneof(
  fc.record({
    what: fc.constantFrom('init', 'add', 'commit', 'abort', 'commitV1', 'old'),
    id: fc.constantFrom('s', 't'),
  }),
  fc.record({ what: fc.constantFrom('complete', 'reload', 'timeout'), id: fc.constant('t') }),
)

test('the log says what the coordinator believes, and an epoch is never given twice to different transactions', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const on = new Coordinator()
      const known = new Map<string, { producerId: number; producerEpoch: number }>()
      for (const { what, id } of steps) {
        const who = known.get(id) ?? { producerId: 1, producerEpoch: 0 }
        if (what === 'complete') on.complete()
        else if (what === 'reload') on.reload(10)
        else if (what === 'timeout') on.advance(TIMEOUT_MS)
        else if (what === 'add') on.add(who, id)
        else if (what === 'old') on.end({ ...who, producerEpoch: who.producerEpoch - 1 }, true, 2, id)
        else {
          const { error, producerId, producerEpoch } =
            what === 'init' ? on.init(id) : on.end(who, what !== 'abort', what === 'commitV1' ? 0 : 2, id)
          if (error !== 'NONE') continue
          expect(producerId !== who.producerId || producerEpoch >= who.producerEpoch).toBe(true)
          known.set(id, { producerId, producerEpoch })
        }
        const { transactions, ending } = replay(on.log)
        expect(transactions).toEqual(on.state.transactions)
        expect(ending).toEqual(on.state.ending)
      }
    }),
  )
})
