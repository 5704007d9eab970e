// A history of calls that touches every way in which the store writes, and a model that says what may be there after any of
// them went wrong: after an unknown outcome several states are possible, after a true one they all have changed.
import assert from 'node:assert/strict'
import { testEntry } from '@jackdaw/conformance'
import type { ChangeOutcome, Entry, LogId, LogStore, Outcome } from '@jackdaw/ports'
import type { FileStore } from '../src/index.ts'

interface Known {
  readonly at: number
  readonly bytes: string
}

interface Possible {
  readonly exists: boolean
  readonly start: number
  readonly next: number
  readonly entries: readonly Known[]
  readonly snapshot: string | undefined
}

const absent: Possible = { exists: false, start: 0, next: 0, entries: [], snapshot: undefined }
const knownOf = ({ at, bytes }: Entry): Known => ({ at, bytes: Buffer.concat(bytes).toString('base64') })

/** What may be in a store, and the calls that make it so. */
export class History {
  #store: FileStore
  readonly #possible = new Map<string, Possible[]>()
  readonly #logs = new Map<string, LogId>()
  readonly #openings = new Map<string, string>()
  #term = 0
  #seed = 1
  #epoch = 0
  /** Outcomes by kind, to see that a test does what it is meant to do. */
  readonly outcomes = new Map<string, number>()

  constructor(store: FileStore) {
    this.#store = store
  }

  get #logStore(): LogStore {
    return this.#store.logs
  }

  #log(name: string): LogId {
    let log = this.#logs.get(name)
    if (!log) this.#logs.set(name, (log = { id: `id of ${name}`, name: `${name}-0` }))
    return log
  }

  possible(name: string): readonly Possible[] {
    return this.#possible.get(name) ?? [absent]
  }

  /** One state that may be: the one in which all that was asked for has happened. */
  latest(name: string): Possible {
    return this.possible(name).at(-1)!
  }

  #becomes(name: string, outcome: string, change: (state: Possible) => readonly Possible[]): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
    const old = this.possible(name)
    if (outcome === 'DONE' || outcome === 'APPENDED')
      this.#possible.set(
        name,
        old.map((state) => change(state).at(-1)!),
      )
    if (outcome === 'UNKNOWN')
      this.#possible.set(
        name,
        old.flatMap((state) => [state, ...change(state)]),
      )
  }

  async #attempt(
    name: string,
    run: () => Promise<unknown>,
    change: (state: Possible) => readonly Possible[],
  ): Promise<void> {
    // Until it has settled it may have happened: that is what a cut finds.
    const before = this.possible(name)
    this.#becomes(name, 'UNKNOWN', change)
    let outcome: string
    try {
      const result = (await run()) as Outcome | ChangeOutcome | undefined
      outcome = result?.kind ?? 'DONE'
    } catch {
      outcome = 'UNKNOWN'
    }
    this.#possible.set(name, [...before])
    this.#becomes(name, outcome, change)
  }

  create(name: string, at = 0): Promise<void> {
    const made: Possible = { exists: true, start: at, next: at, entries: [], snapshot: undefined }
    const log = this.#log(name)
    return this.#attempt(
      name,
      () => this.#logStore.create([{ log, at }]),
      (state) => [state.exists ? state : made],
    )
  }

  remove(name: string): Promise<void> {
    const log = this.#log(name)
    return this.#attempt(
      name,
      () => this.#logStore.remove([log]),
      () => [absent],
    )
  }

  async open(name: string): Promise<void> {
    try {
      const [opened] = await this.#logStore.open([{ log: this.#log(name), epoch: ++this.#epoch }])
      if (opened?.kind === 'OPENED') this.#openings.set(name, opened.opening)
    } catch {
      this.#openings.delete(name)
    }
  }

  append(name: string, ...payloads: readonly number[]): Promise<void> {
    let at = this.latest(name).next
    const entries = payloads.map((payloadBytes) =>
      testEntry({ at, next: (at += 2), time: at, payloadBytes, seed: this.#seed++ }),
    )
    const write = { log: this.#log(name), opening: this.#openings.get(name) ?? 'none', entries }
    return this.#attempt(
      name,
      () => this.#logStore.append([write])[0]!,
      // Of the possible ends only one can be the one that it was offered at.
      (state) =>
        state.next !== entries[0]!.at || !state.exists
          ? [state]
          : entries.map((_, i) => ({
              ...state,
              next: entries[i]!.next,
              entries: [...state.entries, ...entries.slice(0, i + 1).map(knownOf)],
            })),
    )
  }

  trim(name: string, before: number): Promise<void> {
    const opening = this.#openings.get(name) ?? 'none'
    return this.#attempt(
      name,
      async () => (await this.#logStore.trim([{ log: this.#log(name), opening, before }]))[0],
      (state) => {
        const start = Math.max(state.start, Math.min(before, state.next))
        // Entries of the history are two offsets wide.
        return [{ ...state, start, entries: state.entries.filter(({ at }) => at + 2 > start) }]
      },
    )
  }

  replace(name: string, from: number, to: number, keep: readonly number[]): Promise<void> {
    const opening = this.#openings.get(name) ?? 'none'
    const entries = keep.map((at) => testEntry({ at, next: at + 2, time: at, payloadBytes: 40, seed: this.#seed++ }))
    return this.#attempt(
      name,
      () => this.#logStore.replace(this.#log(name), opening, from, to, entries),
      (state) => [
        {
          ...state,
          entries: [
            ...state.entries.filter(({ at }) => at < from),
            ...entries.filter(({ next }) => next > state.start).map(knownOf),
            ...state.entries.filter(({ at }) => at >= to),
          ],
        },
      ],
    )
  }

  snapshot(name: string, text: string): Promise<void> {
    const opening = this.#openings.get(name) ?? 'none'
    const { next } = this.latest(name)
    return this.#attempt(
      name,
      () => this.#logStore.snapshot(this.#log(name), opening, next, Buffer.from(text)),
      (state) => [{ ...state, snapshot: text }],
    )
  }

  async elect(): Promise<void> {
    try {
      const hold = await this.#store.coordination.elect('role', Buffer.from('me'), new AbortController().signal)
      assert.ok(hold.term > this.#term, `term ${hold.term} after ${this.#term}`)
      this.#term = hold.term
      await hold.release()
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error
    }
  }

  async checkpoint(): Promise<void> {
    await this.#store.checkpoint().catch(() => {})
  }

  /** Goes on with another opening of the same directory, once what is in it is seen to be possible. */
  async goOn(store: FileStore): Promise<void> {
    this.#store = store
    this.#openings.clear()
    for (const name of this.#logs.keys()) this.#possible.set(name, [await this.#found(name)])
    await this.elect()
  }

  async #found(name: string): Promise<Possible> {
    const log = this.#log(name)
    const [ends] = await this.#logStore.ends([log])
    const states = this.possible(name)
    if (!ends) {
      assert.ok(
        states.some(({ exists }) => !exists),
        `${name} is gone`,
      )
      return absent
    }
    const [entries = []] = await this.#logStore.read([{ log, from: 0, maxBytes: 1e9 }])
    const snapshot = await this.#snapshotOf(log)
    const { start, next, bytes } = ends
    const size = entries.reduce((sum, entry) => sum + entry.bytes[0]!.length, 0)
    assert.equal(bytes, size, `${name}: bytes`)
    const found: Possible = { exists: true, start, next, entries: entries.map(knownOf), snapshot }
    if (!states.some((state) => same(state, found)))
      assert.deepEqual(shown(found), states.map(shown), `${name} is none of these`)
    return found
  }

  async #snapshotOf(log: LogId): Promise<string | undefined> {
    const [opened] = await this.#logStore.open([{ log, epoch: ++this.#epoch }])
    assert.equal(opened?.kind, 'OPENED')
    return opened.snapshot && Buffer.from(opened.snapshot.bytes).toString()
  }
}

function same(a: Possible, b: Possible): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

const shown = (state: Possible) => ({
  ...state,
  entries: state.entries.map(({ at, bytes }) => `${at}: ${bytes.length} ${bytes.slice(-12)}`),
})

const small = 60
/** Above the `directBytes` that the tests set. */
const large = 3000

/** Everything once, with turns of the journal's state between. Every step may fail; it goes on as far as it can. */
export async function play(history: History): Promise<void> {
  await Promise.all([history.create('a'), history.create('b'), history.create('c', 5)])
  await Promise.all(['a', 'b', 'c'].map((name) => history.open(name)))
  await Promise.all([history.append('a', small, small), history.append('b', small), history.append('c', large)])
  await Promise.all([history.append('a', large), history.append('b', small, large, small), history.append('c', small)])
  await history.trim('a', 3)
  await history.snapshot('b', 'first')
  await history.checkpoint()
  await Promise.all([history.append('a', small, 500), history.append('b', large, large), history.append('c', small)])
  await history.replace('a', 4, 8, [6])
  await history.elect()
  await history.remove('c')
  await history.create('d')
  await history.open('d')
  await Promise.all([history.append('d', small), history.append('a', small), history.append('b', large)])
  await history.snapshot('b', 'second')
  await history.checkpoint()
  await history.replace('b', 2, 10, [])
  await history.append('b', small)
  await history.trim('b', 5)
  await Promise.all([history.append('d', large), history.append('a', large)])
  await history.trim('d', 4)
  await history.append('d', small)
}
