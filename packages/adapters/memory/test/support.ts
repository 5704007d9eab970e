// A clock that a test moves by hand, chance from a seed, and short ways to a log and its entries.

import type { Clock, Entry, LogId, Opened, Outcome, Random } from '@jackdaw/ports'
import type { MemoryStore } from '../src/index.ts'

export class HandClock implements Clock {
  #now = 0
  #timers: { due: number; run: () => void }[] = []

  wall(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  soon(run: () => void): void {
    this.after(0, run)
  }

  /** Lets so much time pass, timer by timer, with everything that follows from each. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    await settled()
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.due - b.due)[0]
      if (!next || next.due > until) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = Math.max(this.#now, next.due)
      next.run()
      await settled()
    }
    this.#now = Math.max(this.#now, until)
  }
}

/** All microtasks have run. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return { next, bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)) }
}

export const orders: LogId = { id: 'orders-id/0', name: 'orders-0' }

export const entry = (at: number, next: number, text = `${at}-${next}`, time = at): Entry => ({
  at,
  next,
  time,
  bytes: [Buffer.from(text)],
})

export async function opened(store: MemoryStore, epoch = 0, log = orders): Promise<Opened> {
  await store.create([{ log }])
  const [answer] = await store.open([{ log, epoch }])
  if (answer?.kind !== 'OPENED') throw new Error(`not opened: ${answer?.kind}`)
  return answer
}

export const append = (store: MemoryStore, { opening }: Opened, ...entries: Entry[]): Promise<Outcome> =>
  store.append([{ log: orders, opening, entries }])[0]!

export async function textOf(store: MemoryStore, from = 0): Promise<string[]> {
  const [entries] = await store.read([{ log: orders, from, maxBytes: 1e9 }])
  return entries!.map(({ bytes }) => Buffer.concat(bytes).toString())
}
