// Transactions in one partition, against a model that looks at the whole log.

import { encodeBatch, encodeControlBatch, setBaseOffset, viewBatch, type BatchView } from '@jackdaw/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  applyBatch,
  applyDurable,
  applyTrim,
  decideAdmission,
  decideAppend,
  emptyPartitionLog,
  lastStableOffset,
  type PartitionLogState,
} from '../../src/partition-log/partition-log.ts'
import { expectSequence, expireProducers } from '../../src/partition-log/producer-state.ts'
import { encodeSnapshot, restoreSnapshot } from '../../src/partition-log/snapshot.ts'
import {
  abortedIn,
  askMembership,
  decideMarker,
  settleMembership,
  type Marker,
} from '../../src/partition-log/transactions.ts'

interface Sent {
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly isTransactional?: boolean
}

const data = (sent: Sent = {}, count = 1): BatchView =>
  viewBatch(
    encodeBatch({
      records: Array.from({ length: count }, () => ({ timestamp: 1000, value: Buffer.from('v') })),
      ...(sent.producerId === undefined ? {} : { producerEpoch: 0, baseSequence: 0, isTransactional: true }),
      ...sent,
    }),
  ) as BatchView

const markerOf = (producerId: number, producerEpoch: number, committed: boolean, transactionVersion = 2): Marker => ({
  producerId,
  producerEpoch,
  committed,
  coordinatorEpoch: 0,
  transactionVersion,
})

const store = (state: PartitionLogState, batch: BatchView): BatchView => {
  setBaseOffset(batch.bytes, 0, state.end)
  applyBatch(state, batch, 0)
  return batch
}

/** Lets the coordinator say yes. */
const admit = (state: PartitionLogState, producerId: number, producerEpoch = 0, epochPerTransaction = true): void => {
  const batch = { producerId, producerEpoch, baseSequence: 0 }
  settleMembership(
    state.transactions,
    producerId,
    askMembership(state.transactions, batch, epochPerTransaction),
    'CONFIRMED',
  )
}

const send = (state: PartitionLogState, batch: BatchView): string => {
  const decision = decideAppend(state, batch)
  if (decision.kind === 'ACCEPT') store(state, batch)
  return decision.kind === 'REFUSE' ? decision.error : decision.kind
}

const write = (state: PartitionLogState, marker: Marker): string => {
  const decision = decideMarker(state.producers, marker)
  if (decision.kind === 'REFUSE') return decision.error
  if (decision.kind === 'WRITE') {
    const type = marker.committed ? 'commit' : 'abort'
    store(state, viewBatch(encodeControlBatch({ ...marker, type, timestamp: 1000 })) as BatchView)
  }
  return decision.kind
}

const settle = (state: PartitionLogState): void => applyDurable(state, state.end)

describe('the last stable offset', () => {
  test('stays at the first open transaction until the marker of that one is stored', () => {
    const state = emptyPartitionLog(0, 0)
    send(state, data())
    for (const producerId of [1, 2]) {
      admit(state, producerId)
      expect(send(state, data({ producerId }, 2))).toBe('ACCEPT')
    }
    settle(state)
    expect(lastStableOffset(state)).toBe(1)
    write(state, markerOf(1, 1, true))
    expect(lastStableOffset(state)).toBe(1)
    settle(state)
    expect(lastStableOffset(state)).toBe(3)
    write(state, markerOf(2, 1, false))
    settle(state)
    expect(lastStableOffset(state)).toBe(state.durable)
  })
})

describe('the first batch of a transaction', () => {
  test('is refused without the word of the coordinator', () => {
    const state = emptyPartitionLog(0, 0)
    expect(send(state, data({ producerId: 1 }))).toBe('INVALID_TXN_STATE')
    admit(state, 1)
    expect(send(state, data({ producerId: 1 }))).toBe('ACCEPT')
    expect(send(state, data({ producerId: 1, baseSequence: 1 }))).toBe('ACCEPT')
  })

  test('is refused when the transaction ended between the question and the answer', () => {
    const state = emptyPartitionLog(0, 0)
    const asked = askMembership(state.transactions, { producerId: 1, producerEpoch: 0, baseSequence: 0 }, false)
    write(state, markerOf(1, 0, true, 1))
    settleMembership(state.transactions, 1, asked, 'CONFIRMED')
    expect(send(state, data({ producerId: 1 }))).toBe('INVALID_TXN_STATE')
  })

  test('may wait for the marker of the transaction before where each has an epoch of its own', () => {
    const state = emptyPartitionLog(0, 0)
    admit(state, 1)
    send(state, data({ producerId: 1 }))
    const asked = askMembership(state.transactions, { producerId: 1, producerEpoch: 1, baseSequence: 0 }, true)
    write(state, markerOf(1, 1, true))
    settleMembership(state.transactions, 1, asked, 'CONFIRMED')
    expect(send(state, data({ producerId: 1, producerEpoch: 1 }))).toBe('ACCEPT')
  })

  test('does not take the place of one that was put off', () => {
    const state = emptyPartitionLog(0, 0)
    const first = { producerId: 1, producerEpoch: 0, baseSequence: 0 }
    settleMembership(state.transactions, 1, askMembership(state.transactions, first, false), 'DEFERRED')
    const second = askMembership(state.transactions, { ...first, baseSequence: 1 }, false)
    settleMembership(state.transactions, 1, second, 'CONFIRMED')
    expect(send(state, data({ producerId: 1, baseSequence: 1 }))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(send(state, data({ producerId: 1 }))).toBe('ACCEPT')
  })

  test('begins at sequence 0 where every transaction has an epoch of its own, also of an unknown producer', () => {
    const state = emptyPartitionLog(0, 0)
    admit(state, 1)
    expect(decideAppend(state, data({ producerId: 1, baseSequence: 5 }), true)).toMatchObject({
      error: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    })
  })

  test('nothing outside of the transaction is taken from its producer while it is open', () => {
    const state = emptyPartitionLog(0, 0)
    admit(state, 1)
    send(state, data({ producerId: 1 }))
    expect(send(state, data({ producerId: 1, baseSequence: 1, isTransactional: false }))).toBe('INVALID_TXN_STATE')
  })
})

describe('a marker', () => {
  test('is written once', () => {
    const state = emptyPartitionLog(0, 0)
    admit(state, 1)
    send(state, data({ producerId: 1 }))
    expect(write(state, markerOf(1, 1, true))).toBe('WRITE')
    expect(write(state, markerOf(1, 1, true))).toBe('DONE')
  })

  test('of the open epoch belongs to an earlier transaction where each has an epoch of its own', () => {
    const state = emptyPartitionLog(0, 0)
    admit(state, 1)
    send(state, data({ producerId: 1 }))
    expect(write(state, markerOf(1, 0, true, 2))).toBe('INVALID_PRODUCER_EPOCH')
    expect(write(state, markerOf(1, 0, true, 1))).toBe('WRITE')
  })

  test('fences its producer where nothing was written, too', () => {
    const state = emptyPartitionLog(0, 0)
    expect(write(state, markerOf(1, 3, false))).toBe('WRITE')
    expect(send(state, data({ producerId: 1, producerEpoch: 2 }))).toBe('INVALID_PRODUCER_EPOCH')
    expect(decideAdmission(state, 1, 2)).toBe('INVALID_PRODUCER_EPOCH')
  })

  test('of a former coordinator is refused', () => {
    const state = emptyPartitionLog(0, 0)
    write(state, { ...markerOf(1, 3, false), coordinatorEpoch: 5 })
    expect(write(state, { ...markerOf(1, 4, false), coordinatorEpoch: 4 })).toBe('TRANSACTION_COORDINATOR_FENCED')
  })

  test('that was lost with its log can be written again: it was no refused batch', () => {
    const state = emptyPartitionLog(0, 0)
    admit(state, 1)
    send(state, data({ producerId: 1 }))
    expectSequence(state.producers, { producerId: 1, producerEpoch: 1, baseSequence: -1 }, 0)
    expectSequence(state.producers, { producerId: 1, producerEpoch: 1, baseSequence: 0 }, 0)
    expect(write(state, markerOf(1, 1, true))).toBe('WRITE')
    settle(state)
    expect(lastStableOffset(state)).toBe(state.end)
  })
})

test('a producer with an open transaction does not expire', () => {
  const state = emptyPartitionLog(0, 0)
  admit(state, 1)
  send(state, data({ producerId: 1 }))
  expireProducers(state.producers, 1e12, 1)
  expect(state.producers.has(1)).toBe(true)
})

// Random logs of three producers, of which every step is legal, with pauses in which everything becomes durable.
const step = fc.record({
  what: fc.constantFrom('write', 'commit', 'abort', 'plain', 'settle'),
  producer: fc.integer({ min: 1, max: 3 }),
  count: fc.integer({ min: 1, max: 3 }),
})

interface Past {
  readonly batches: BatchView[]
  readonly ended: { producerId: number; first: number; last: number; aborted: boolean }[]
  readonly open: Map<number, number>
}

const run = (state: PartitionLogState, steps: readonly { what: string; producer: number; count: number }[]): Past => {
  const past: Past = { batches: [], ended: [], open: new Map() }
  const epochs = new Map<number, number>()
  const sequences = new Map<number, number>()
  for (const { what, producer: producerId, count } of steps) {
    const producerEpoch = epochs.get(producerId) ?? 0
    const at = state.end
    if (what === 'settle') settle(state)
    else if (what === 'plain') past.batches.push(store(state, data({}, count)))
    else if (what === 'write') {
      const baseSequence = sequences.get(producerId) ?? 0
      sequences.set(producerId, baseSequence + count)
      past.batches.push(store(state, data({ producerId, producerEpoch, baseSequence }, count)))
      if (!past.open.has(producerId)) past.open.set(producerId, at)
    } else {
      const committed = what === 'commit'
      epochs.set(producerId, producerEpoch + 1)
      sequences.delete(producerId)
      const marker = { ...markerOf(producerId, producerEpoch + 1, committed), timestamp: 1000 }
      const type = committed ? 'commit' : 'abort'
      past.batches.push(store(state, viewBatch(encodeControlBatch({ ...marker, type })) as BatchView))
      const first = past.open.get(producerId)
      if (first !== undefined) past.ended.push({ producerId, first, last: at, aborted: !committed })
      past.open.delete(producerId)
    }
  }
  return past
}

test('last stable offset and aborted transactions are what the whole log says', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(120), fc.nat(120), (steps, a, b) => {
      const state = emptyPartitionLog(0, 0)
      const { ended, open } = run(state, steps)
      const undecided = [...open.values(), ...ended.flatMap(({ first, last }) => (last >= state.durable ? first : []))]
      expect(lastStableOffset(state)).toBe(Math.min(state.durable, ...undecided))
      settle(state)
      const [from, to] = [Math.min(a, b), Math.min(Math.max(a, b), lastStableOffset(state))]
      const expected = ended
        .filter(({ aborted, first, last }) => aborted && last >= from && first < to)
        .map(({ producerId, first, last }) => ({ producerId, first, last }))
        .toSorted((one, other) => one.first - other.first)
      const found = abortedIn(state.transactions, from, to)
      expect(found.map(({ producerId, first, last }) => ({ producerId, first, last }))).toEqual(expected)
    }),
  )
})

test('a snapshot anywhere and the batches after it give the same state as the whole log', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), fc.nat(60), (steps, cut, start) => {
      const whole = emptyPartitionLog(0, 0)
      const { batches } = run(whole, steps)
      const first = emptyPartitionLog(0, 0)
      for (const batch of batches.slice(0, cut)) applyBatch(first, batch, 0)
      settle(first)
      const loaded = emptyPartitionLog(first.end, 0)
      restoreSnapshot(loaded, encodeSnapshot(first))
      for (const batch of batches.slice(cut)) applyBatch(loaded, batch, 0)
      for (const state of [whole, loaded]) {
        settle(state)
        state.start = 0
        applyTrim(state, Math.min(start, state.end))
      }
      expect({ ...loaded, unsnapshotted: 0 }).toEqual({ ...whole, unsnapshotted: 0 })
    }),
  )
})
