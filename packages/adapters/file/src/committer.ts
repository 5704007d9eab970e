// Group commit: whatever waits becomes one group of the journal, one group at a time. Once it is durable it is applied to the
// state, and only then do those who wait hear of it.
import type { EncodedGroup, JournalRecord } from './journal-record.ts'
import { recordSize } from './journal-record.ts'
import type { Journal } from './journal.ts'
import type { State } from './log-state.ts'
import { applyRecord } from './log-state.ts'

/** What became of a record: it is durable and applied, there was no room for it, or nobody knows. */
export type Committed = { readonly kind: 'DONE' } | { readonly kind: 'FULL' | 'UNKNOWN'; readonly cause: unknown }

interface Item {
  readonly record: JournalRecord
  readonly settle: (committed: Committed) => void
}

export interface CommitterOptions {
  readonly journal: Journal
  readonly state: State
  readonly wall: () => number
  /** Called before each group: resolves when the store can take one, rejects where it has no room. */
  readonly ready: (records: readonly JournalRecord[]) => Promise<void>
  /** Whether this error of `ready` is one that passes. */
  readonly passes: (error: unknown) => boolean
  /** A group failed on its way to the device. */
  readonly onFailure: (error: unknown) => void
  readonly onCommitted: () => void
}

const done: Committed = { kind: 'DONE' }

export class Committer {
  readonly #options: CommitterOptions
  #queue: Item[] = []
  #running: Promise<void> | undefined
  #failure: { readonly cause: unknown } | undefined

  constructor(options: CommitterOptions) {
    this.#options = options
  }

  submit(record: JournalRecord, settle: (committed: Committed) => void): void {
    if (this.#failure) {
      settle({ kind: 'UNKNOWN', cause: this.#failure.cause })
      return
    }
    this.#queue.push({ record, settle })
    // In a microtask: all that one call submits is one group.
    this.#running ??= Promise.resolve().then(() => this.#run())
  }

  commit(record: JournalRecord): Promise<Committed> {
    return new Promise((resolve) => this.submit(record, resolve))
  }

  /** Nothing is acknowledged any more: what waits and what comes is UNKNOWN. */
  fail(cause: unknown): void {
    this.#failure ??= { cause }
    for (const { settle } of this.#queue.splice(0)) settle({ kind: 'UNKNOWN', cause })
  }

  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const items = this.#take()
      const records = items.map(({ record }) => record)
      const refused = await this.#makeReady(records)
      const committed = refused ?? (await this.#append(records))
      for (const { settle } of items) settle(committed)
      if (committed.kind === 'DONE') this.#options.onCommitted()
    }
    // In the same turn that has seen the queue empty: who submits next starts the next run.
    this.#running = undefined
  }

  #take(): Item[] {
    const limit = this.#options.journal.largestGroup >> 1
    let size = 0
    let count = 0
    while (count < this.#queue.length && (count === 0 || size < limit)) size += recordSize(this.#queue[count++]!.record)
    return this.#queue.splice(0, count)
  }

  async #makeReady(records: readonly JournalRecord[]): Promise<Committed | undefined> {
    try {
      await this.#options.ready(records)
      return undefined
    } catch (cause) {
      if (this.#options.passes(cause)) return { kind: 'FULL', cause }
      return this.#broken(cause)
    }
  }

  async #append(records: readonly JournalRecord[]): Promise<Committed> {
    if (this.#failure) return { kind: 'UNKNOWN', cause: this.#failure.cause }
    let group: EncodedGroup
    try {
      group = await this.#options.journal.append(records)
    } catch (cause) {
      return this.#broken(cause)
    }
    const { state, wall } = this.#options
    for (let i = 0; i < records.length; i++) {
      const record = records[i]!
      const bytes = record.kind === 'BYTES' ? payloadOf(group, i, record.entries) : undefined
      applyRecord(state, record, { bytes, wall: wall(), replayed: false })
    }
    state.sequence = this.#options.journal.sequence
    return done
  }

  #broken(cause: unknown): Committed {
    this.#options.onFailure(cause)
    return { kind: 'UNKNOWN', cause }
  }
}

function payloadOf(group: EncodedGroup, index: number, entries: readonly { readonly size: number }[]): Uint8Array {
  const from = group.payloads[index]!
  let size = 0
  for (const entry of entries) size += entry.size
  return group.bytes.subarray(from, from + size)
}
