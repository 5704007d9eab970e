import { describe, expect, test } from 'vitest'

import {
  BATCHES_REMEMBERED,
  checkSequence,
  expectSequence,
  expireProducers,
  rememberBatch,
  type Producers,
  type SequencedBatch,
} from '../../src/partition-log/producer-state.ts'

const batch = (baseSequence: number, count = 1, producerEpoch = 0): SequencedBatch => ({
  producerId: 7,
  producerEpoch,
  baseSequence,
  lastOffsetDelta: count - 1,
})

/** A producer that has sent these batches, the first at offset 100. */
const after = (...sent: readonly SequencedBatch[]): Producers => {
  const producers: Producers = new Map()
  let offset = 100
  for (const one of sent) {
    expect(checkSequence(producers, one).kind).toBe('NEXT')
    rememberBatch(producers, one, offset, -1, 0)
    offset += one.lastOffsetDelta + 1
  }
  return producers
}

describe('sequences of an idempotent producer', () => {
  test('an unknown producer may begin anywhere', () => {
    expect(checkSequence(new Map(), batch(42)).kind).toBe('NEXT')
  })

  test('the next batch begins where the last one ended', () => {
    expect(checkSequence(after(batch(0, 10)), batch(10)).kind).toBe('NEXT')
  })

  test('a gap is out of order', () => {
    expect(checkSequence(after(batch(0, 10)), batch(11))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
  })

  test('each of the last five batches is answered with its own offset when it comes again', () => {
    const sent = [batch(0, 2), batch(2, 3), batch(5), batch(6, 4), batch(10)]
    const producers = after(...sent)
    const offsets = sent.map((one) => {
      const verdict = checkSequence(producers, one)
      return verdict.kind === 'DUPLICATE' ? verdict.of.firstOffset : verdict
    })
    expect(offsets).toEqual([100, 102, 105, 106, 110])
  })

  test('a duplicate older than the five that are remembered is out of order', () => {
    const sent = Array.from({ length: BATCHES_REMEMBERED + 1 }, (_, sequence) => batch(sequence))
    expect(checkSequence(after(...sent), batch(0))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
  })

  test('a batch that overlaps a sent one without being it is no duplicate', () => {
    expect(checkSequence(after(batch(0, 10)), batch(0, 5))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
  })

  test('sequences wrap from 2147483647 to 0', () => {
    const producers = after(batch(2_147_483_646, 2))
    expect(checkSequence(producers, batch(0)).kind).toBe('NEXT')
    expect(checkSequence(producers, batch(1)).kind).toBe('REFUSED')
  })

  test('a batch that wraps in its middle is followed by what comes after it', () => {
    const producers = after(batch(2_147_483_647, 3))
    expect(checkSequence(producers, batch(2)).kind).toBe('NEXT')
    expect(checkSequence(producers, batch(2_147_483_647, 3)).kind).toBe('DUPLICATE')
  })

  test('a zombie producer is fenced by its epoch', () => {
    const producers = after(batch(0, 1, 3))
    expect(checkSequence(producers, batch(1, 1, 2))).toMatchObject({ error: 'INVALID_PRODUCER_EPOCH' })
  })

  test('a new epoch begins at sequence 0', () => {
    const producers = after(batch(0, 5, 3))
    expect(checkSequence(producers, batch(5, 1, 4))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    expect(checkSequence(producers, batch(0, 1, 4)).kind).toBe('NEXT')
  })

  test('a producer whose first batch was refused has to begin with that one', () => {
    const producers: Producers = new Map()
    expectSequence(producers, batch(0, 2), 0)
    expectSequence(producers, batch(2, 2), 0)
    expect(checkSequence(producers, batch(2, 2))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    expect(checkSequence(producers, batch(0, 2)).kind).toBe('NEXT')
    expect(checkSequence(producers, batch(0, 1, 1)).kind).toBe('NEXT')
  })

  test('a refused batch of a producer that is known changes nothing', () => {
    const producers = after(batch(0, 5))
    expectSequence(producers, batch(7), 0)
    expect(checkSequence(producers, batch(5)).kind).toBe('NEXT')
  })

  test('a silent producer is forgotten, and may then begin anywhere', () => {
    const producers = after(batch(0))
    expireProducers(producers, 1001, 1000)
    expect(producers.size).toBe(0)
  })
})
