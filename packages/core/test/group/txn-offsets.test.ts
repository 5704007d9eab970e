// Offsets in transactions: they count from the marker on, or never.

import { ZERO_UUID } from '@jackdaw/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { TxnOffsetCommit } from '../../src/group/commands.ts'
import { commit, committed, coordinator, type Coordinator, join, kept, replay, stable } from './support.ts'

const txnCommit = (
  producerId: number,
  offset: number,
  fields: Partial<TxnOffsetCommit> = {},
): Omit<TxnOffsetCommit, 'to'> => ({
  type: 'txnOffsetCommit',
  groupId: 'g',
  producerId,
  producerEpoch: 0,
  generationId: -1,
  memberId: '',
  groupInstanceId: null,
  topics: commit(offset).topics,
  ...fields,
})

const end = (producerId: number, committed: boolean) =>
  ({ type: 'endOffsetsTransaction', producerId, producerEpoch: 0, committed, coordinatorEpoch: 0 }) as const

const errorOf = (on: Coordinator, request: Omit<TxnOffsetCommit, 'to'>) =>
  on.ask(request).topics[0]?.partitions[0]?.error

const stableOffset = (on: Coordinator) =>
  on.ask({
    type: 'offsetFetch',
    requireStable: true,
    groupId: 'g',
    topics: [{ name: 'events', topicId: ZERO_UUID, partitionIndexes: [0] }],
  }).topics[0]?.partitions[0]

describe('offsets of a transaction', () => {
  test('count when it commits and not before', () => {
    const on = coordinator()
    expect(errorOf(on, txnCommit(1, 7))).toBe('NONE')
    expect(committed(on)).toBeUndefined()
    on.ask(end(1, true))
    expect(committed(on)).toBe(7)
  })

  test('are dropped when it aborts', () => {
    const on = coordinator()
    on.ask(commit(3))
    on.ask(txnCommit(1, 7))
    on.ask(end(1, false))
    expect(committed(on)).toBe(3)
    expect(stableOffset(on)).toMatchObject({ error: 'NONE', committedOffset: 3 })
  })

  test('are unstable for who wants stable ones, while it is open', () => {
    const on = coordinator()
    on.ask(commit(3))
    on.ask(txnCommit(1, 7))
    expect(stableOffset(on)).toMatchObject({ error: 'UNSTABLE_OFFSET_COMMIT', committedOffset: -1 })
    expect(committed(on)).toBe(3)
    on.ask(end(1, true))
    expect(stableOffset(on)).toMatchObject({ error: 'NONE', committedOffset: 7 })
  })

  test('give way to what was committed after them', () => {
    const on = coordinator()
    on.ask(txnCommit(1, 7))
    on.ask(commit(9))
    on.ask(end(1, true))
    expect(committed(on)).toBe(9)
  })

  test('of two transactions the later record counts, whichever ends first', () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ] as const) {
      const on = coordinator()
      on.ask(txnCommit(1, 7))
      on.ask(txnCommit(2, 8))
      for (const producerId of order) on.ask(end(producerId, true))
      expect(committed(on)).toBe(8)
    }
  })

  test('go with the topic that is deleted', () => {
    const on = coordinator()
    on.ask(txnCommit(1, 7))
    on.event({ type: 'topicsDeleted', topics: [{ name: 'events', topicId: ZERO_UUID }] })
    on.ask(end(1, true))
    expect(committed(on)).toBeUndefined()
  })

  test('are taken from a member of the present generation only', () => {
    const on = coordinator()
    const [member] = stable(on, [join()])
    const { memberId, generationId } = member!
    expect(errorOf(on, txnCommit(1, 7, { memberId, generationId }))).toBe('NONE')
    expect(errorOf(on, txnCommit(1, 7, { memberId, generationId: generationId - 1 }))).toBe('ILLEGAL_GENERATION')
    expect(errorOf(on, txnCommit(1, 7, { memberId: 'stranger', generationId }))).toBe('UNKNOWN_MEMBER_ID')
    const instance = { memberId, generationId, groupInstanceId: 'elsewhere' }
    expect(errorOf(on, txnCommit(1, 7, instance))).toBe('UNKNOWN_MEMBER_ID')
    // Producers from before KIP-447 do not say who consumes.
    expect(errorOf(on, txnCommit(1, 7))).toBe('NONE')
  })

  test('a group that is not there has no generation to commit in', () => {
    expect(errorOf(coordinator(), txnCommit(1, 7, { generationId: 3, memberId: 'm' }))).toBe('ILLEGAL_GENERATION')
  })
})

const step = fc.oneof(
  fc.record({ what: fc.constant('plain' as const), offset: fc.nat(99) }),
  fc.record({ what: fc.constant('pending' as const), producer: fc.nat(2), offset: fc.nat(99) }),
  fc.record({ what: fc.constant('end' as const), producer: fc.nat(2), committed: fc.boolean() }),
)

test('what counts is what the last record of a committed transaction or a plain commit says, also after a replay', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const on = coordinator()
      const writes: { offset: number; fate: 'counts' | 'open' | 'dropped'; producer?: number }[] = []
      for (const one of steps) {
        if (one.what === 'plain') {
          on.ask(commit(one.offset))
          writes.push({ offset: one.offset, fate: 'counts' })
        } else if (one.what === 'pending') {
          on.ask(txnCommit(one.producer, one.offset))
          writes.push({ offset: one.offset, fate: 'open', producer: one.producer })
        } else {
          on.ask(end(one.producer, one.committed))
          for (const write of writes)
            if (write.producer === one.producer && write.fate === 'open')
              write.fate = one.committed ? 'counts' : 'dropped'
        }
      }
      expect(committed(on)).toBe(writes.findLast(({ fate }) => fate === 'counts')?.offset)
      expect(kept(replay(on.log))).toEqual(kept(on.state))
    }),
  )
})
