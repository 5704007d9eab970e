// The LogStore of a directory: the port's methods over the parts that do the work.
import type {
  ChangeOutcome,
  Entry,
  EntryInfo,
  Fenced,
  LogEnds,
  LogId,
  LogStore,
  LogStoreSupports,
  Missing,
  Opened,
  Opening,
  Outcome,
} from '@jackdaw/ports'
import type { Appends, Write } from './appends.ts'
import type { Changes } from './changes.ts'
import type { Hints } from './hints.ts'
import type { State } from './log-state.ts'
import type { Reader } from './reader.ts'
import type { Replaces } from './replaces.ts'

export interface FileLogStoreOptions {
  readonly supports: LogStoreSupports
  readonly state: State
  readonly appends: Appends
  readonly changes: Changes
  readonly replaces: Replaces
  readonly reader: Reader
  readonly hints: Hints<LogId>
  readonly closing: AbortSignal
  readonly close: () => Promise<void>
}

export class FileLogStore implements LogStore {
  readonly supports: LogStoreSupports
  readonly #options: FileLogStoreOptions

  constructor(options: FileLogStoreOptions) {
    this.#options = options
    this.supports = options.supports
  }

  async create(logs: readonly { readonly log: LogId; readonly at?: number }[]): Promise<void> {
    this.#mustBeOpen()
    return this.#options.changes.create(logs)
  }

  async remove(logs: readonly LogId[]): Promise<void> {
    this.#mustBeOpen()
    return this.#options.changes.remove(logs)
  }

  async open(
    logs: readonly { readonly log: LogId; readonly epoch: number }[],
  ): Promise<readonly (Opened | Fenced | Missing)[]> {
    this.#mustBeOpen()
    return this.#options.changes.open(logs)
  }

  append(writes: readonly Write[]): readonly Promise<Outcome>[] {
    const { closing } = this.#options
    // No outcome is a rejection, and no append begins behind a close.
    if (closing.aborted) return writes.map(() => Promise.resolve<Outcome>({ kind: 'UNKNOWN', cause: closing.reason }))
    return this.#options.appends.append(writes)
  }

  async ends(logs: readonly LogId[]): Promise<readonly (LogEnds | undefined)[]> {
    this.#mustBeOpen()
    return logs.map(({ id }) => {
      const log = this.#options.state.logs.get(id)
      return log && { start: log.start, next: log.next, bytes: log.bytes }
    })
  }

  async read(
    reads: readonly { readonly log: LogId; readonly from: number; readonly maxBytes: number }[],
  ): Promise<readonly (readonly Entry[])[]> {
    this.#mustBeOpen()
    const { state, reader } = this.#options
    return Promise.all(
      reads.map(async ({ log: { id }, from, maxBytes }) => {
        const log = state.logs.get(id)
        return log ? reader.read(log, from, maxBytes) : []
      }),
    )
  }

  async *scan({ id }: LogId, from: number): AsyncIterable<EntryInfo> {
    this.#mustBeOpen()
    const log = this.#options.state.logs.get(id)
    if (log) yield* this.#options.reader.scan(log, from)
  }

  async findByTime({ id }: LogId, time: number): Promise<EntryInfo | undefined> {
    this.#mustBeOpen()
    const log = this.#options.state.logs.get(id)
    return log && this.#options.reader.findByTime(log, time)
  }

  async trim(
    trims: readonly { readonly log: LogId; readonly opening: Opening; readonly before: number }[],
  ): Promise<readonly ChangeOutcome[]> {
    this.#mustBeOpen()
    return Promise.all(trims.map(({ log, opening, before }) => this.#options.changes.trim(log, opening, before)))
  }

  async replace(
    log: LogId,
    opening: Opening,
    from: number,
    to: number,
    entries: readonly Entry[],
  ): Promise<ChangeOutcome> {
    this.#mustBeOpen()
    return this.#options.replaces.replace(log, opening, from, to, entries)
  }

  async snapshot(log: LogId, opening: Opening, at: number, bytes: Uint8Array): Promise<ChangeOutcome> {
    this.#mustBeOpen()
    return this.#options.changes.snapshot(log, opening, at, bytes)
  }

  advanced(logs: readonly LogId[], signal: AbortSignal): AsyncIterable<readonly LogId[]> {
    this.#mustBeOpen()
    const ids = new Set(logs.map(({ id }) => id))
    const until = AbortSignal.any([signal, this.#options.closing])
    return this.#options.hints.listen(({ id }) => ids.has(id), until)
  }

  #mustBeOpen(): void {
    this.#options.closing.throwIfAborted()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#options.close()
  }
}
