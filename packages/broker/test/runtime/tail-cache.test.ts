import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { LogTail, TailCache } from '../../src/runtime/tail-cache.ts'

const BATCH_BYTES = 10

/** Adds batches of `count` offsets each, all of the same size. */
const fill = (cache: TailCache, tail: LogTail, from: number, batches: number, count = 2): void => {
  for (let i = 0; i < batches; i++) {
    const at = from + i * count
    cache.add(tail, { at, next: at + count, bytes: new Uint8Array(BATCH_BYTES).fill(at & 0xff) })
  }
}

const offsetsIn = (batches: readonly Uint8Array[]): number[] => batches.map((bytes) => bytes[0] as number)

describe('the cached tail of a log', () => {
  test('gives the batch that holds the offset and those after it', () => {
    const tail = new LogTail()
    fill(new TailCache(1000), tail, 10, 4)
    expect(offsetsIn(tail.read(13, 100, 1000))).toEqual([12, 14, 16])
  })

  test('ends at the visible end, in whole batches', () => {
    const tail = new LogTail()
    fill(new TailCache(1000), tail, 0, 4)
    expect(offsetsIn(tail.read(0, 5, 1000))).toEqual([0, 2])
  })

  test('keeps to the byte budget, but gives at least one batch', () => {
    const tail = new LogTail()
    fill(new TailCache(1000), tail, 0, 4)
    expect(offsetsIn(tail.read(0, 100, 2 * BATCH_BYTES))).toEqual([0, 2])
    expect(offsetsIn(tail.read(0, 100, 1))).toEqual([0])
  })

  test('never holds more than the budget over all logs, and drops the oldest first', () => {
    const cache = new TailCache(5 * BATCH_BYTES)
    const [a, b] = [new LogTail(), new LogTail()]
    fill(cache, a, 0, 4)
    fill(cache, b, 0, 3)
    expect(a.start).toBe(4)
    expect(b.start).toBe(0)
    fill(cache, b, 6, 5)
    expect(a.start).toBeUndefined()
  })

  test('a log that was cleared takes part again', () => {
    const cache = new TailCache(3 * BATCH_BYTES)
    const tail = new LogTail()
    fill(cache, tail, 0, 3)
    tail.clear()
    fill(cache, tail, 100, 10)
    expect(offsetsIn(tail.read(tail.start as number, 1000, 1000))).toHaveLength(3)
  })

  test('what it gives is what a plain list would give', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(steps, fc.nat(150), fc.nat(150), fc.nat(400), (counts, from, to, maxBytes) => {
        const tail = new LogTail()
        const cache = new TailCache(20 * BATCH_BYTES)
        const all: { at: number; next: number }[] = []
        let at = 0
        for (const count of counts) {
          cache.add(tail, { at, next: at + count, bytes: new Uint8Array(BATCH_BYTES).fill(at) })
          all.push({ at, next: (at += count) })
        }
        const kept = all.slice(-20)
        expect(tail.start).toBe(kept[0]?.at)
        if (from < (tail.start as number)) return
        const fitting = kept.filter(({ next }) => next > from && next <= to).map((batch) => batch.at)
        const room = Math.max(1, Math.floor(maxBytes / BATCH_BYTES))
        expect(offsetsIn(tail.read(from, to, maxBytes))).toEqual(fitting.slice(0, room))
      }),
    )
  })
})
