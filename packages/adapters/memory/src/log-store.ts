// The reference LogStore: the laws of the port over a MemoryDisk. Everything that is checked and changed together happens
// in one synchronous function, which is what a transaction, a script or an fsynced group is elsewhere.

import { CorruptLog, OFFSET_LIMIT } from '@jackdaw/ports'
import type {
  ChangeOutcome,
  Clock,
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
  Random,
} from '@jackdaw/ports'
import { Appender } from './append.ts'
import { MemoryDisk } from './disk.ts'
import { BackendUnreachable } from './faults.ts'
import type { LogStoreCall, LogStoreFaults } from './faults.ts'
import { listen } from './hints.ts'
import { copyOf, emptyLog, endsOf, indexOf, infoOf, mustBeInOrder, readFrom, replace, sync, trim } from './log.ts'
import type { StoredEntry, StoredLog } from './log.ts'
import { systemClock, systemRandom } from './system.ts'
import { Wire } from './wire.ts'

export interface MemoryStoreOptions {
  /** Where the logs are kept; default: a disk of its own. Stores on one disk share its logs. */
  readonly disk?: MemoryDisk
  readonly clock?: Clock
  readonly random?: Random
  readonly faults?: LogStoreFaults
  /** How long the next call takes, there and back. Default: no time at all. */
  readonly latencyMs?: () => number
  /** Bytes that the disk holds; beyond them an append is FULL. Default: no limit. */
  readonly capacityBytes?: number
  /** What this store plays, for a simulated backend. */
  readonly supports?: Partial<LogStoreSupports>
}

export interface MemoryStore extends LogStore {
  /** The process that holds this store dies: its calls never settle. What it has sent still arrives at the disk. */
  kill(): void
}

/** Keeps logs in this process's memory: a promise of nothing, and by default said so (durability D0). */
export function openMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  return new Store(options)
}

const SUPPORTS: LogStoreSupports = {
  scope: 'process',
  durability: 'D0',
  durabilityReason: 'kept in the memory of this process: gone when it ends',
  largestEntry: 64 * 1024 * 1024,
  maxLogs: Infinity,
  flushesInFlight: 4,
  pipelined: true,
  bestFlushBytes: 1024 * 1024,
  bestLingerMs: 0,
}

const FENCED: Fenced = { kind: 'FENCED' }
const MISSING: Missing = { kind: 'MISSING' }

class Store implements MemoryStore {
  readonly supports: LogStoreSupports
  readonly #disk: MemoryDisk
  readonly #faults: LogStoreFaults
  readonly #wire: Wire
  readonly #appender: Appender

  constructor({ clock = systemClock, random = systemRandom, ...options }: MemoryStoreOptions) {
    this.supports = { ...SUPPORTS, ...options.supports }
    this.#disk = options.disk ?? new MemoryDisk({ clock, random })
    this.#faults = options.faults ?? {}
    this.#wire = new Wire(this.#disk, clock, options.latencyMs ?? (() => 0))
    this.#appender = new Appender(this.#disk, this.#wire, this.#faults, {
      largestEntry: this.supports.largestEntry,
      capacityBytes: options.capacityBytes ?? Infinity,
    })
  }

  create(logs: readonly { readonly log: LogId; readonly at?: number }[]): Promise<void> {
    return this.#ask(
      'create',
      logs.map(({ log }) => log),
      () => {
        const added = logs.filter(({ log }) => !this.#disk.logs.has(log.id))
        const wrong = added.find(({ at = 0 }) => !(Number.isInteger(at) && at >= 0 && at < OFFSET_LIMIT))
        if (wrong) throw new RangeError(`${wrong.log.name}: a log cannot begin at ${wrong.at}`)
        if (this.#disk.logs.size + added.length > this.supports.maxLogs) {
          throw new RangeError(`The store holds at most ${this.supports.maxLogs} logs; none of these was created.`)
        }
        for (const { log, at = 0 } of added) this.#disk.logs.set(log.id, emptyLog(log, at))
      },
    )
  }

  remove(logs: readonly LogId[]): Promise<void> {
    return this.#ask('remove', logs, () => logs.forEach(({ id }) => this.#disk.logs.delete(id)))
  }

  open(
    logs: readonly { readonly log: LogId; readonly epoch: number }[],
  ): Promise<readonly (Opened | Fenced | Missing)[]> {
    return this.#ask(
      'open',
      logs.map(({ log }) => log),
      () => logs.map(({ log, epoch }) => this.#takeOver(log, epoch)),
    )
  }

  /** From here on only the new opening may write. What was landed but not synced is settled: it stays. */
  #takeOver(log: LogId, epoch: number): Opened | Fenced | Missing {
    const stored = this.#disk.logs.get(log.id)
    if (!stored) return MISSING
    if (epoch < stored.epoch) return FENCED
    const opening = this.#disk.newOpening()
    stored.epoch = epoch
    stored.opening = opening
    stored.syncFailed = false
    sync(stored)
    const { incarnation } = this.#disk
    return { kind: 'OPENED', opening, ...endsOf(stored), incarnation, snapshot: stored.snapshot }
  }

  append(
    writes: readonly { readonly log: LogId; readonly opening: Opening; readonly entries: readonly Entry[] }[],
  ): readonly Promise<Outcome>[] {
    // A mistake of the caller is not an outcome: it throws before anything is sent.
    for (const { log, entries } of writes) mustBeInOrder(log, entries)
    return writes.map((write) => this.#appender.append(write))
  }

  ends(logs: readonly LogId[]): Promise<readonly (LogEnds | undefined)[]> {
    return this.#ask('ends', logs, () =>
      logs.map(({ id }) => {
        const stored = this.#disk.logs.get(id)
        return stored && endsOf(stored)
      }),
    )
  }

  read(
    reads: readonly { readonly log: LogId; readonly from: number; readonly maxBytes: number }[],
  ): Promise<readonly (readonly Entry[])[]> {
    return this.#ask(
      'read',
      reads.map(({ log }) => log),
      () =>
        reads.map(({ log, from, maxBytes }) => {
          const stored = this.#disk.logs.get(log.id)
          return stored ? sound(log, readFrom(stored, from, maxBytes)) : []
        }),
    )
  }

  async *scan(log: LogId, from: number): AsyncIterable<EntryInfo> {
    yield* await this.#ask('scan', [log], () => {
      const { entries, start } = this.#disk.logs.get(log.id) ?? emptyLog(log, 0)
      return entries.slice(indexOf(entries, Math.max(from, start))).map(infoOf)
    })
  }

  findByTime(log: LogId, time: number): Promise<EntryInfo | undefined> {
    return this.#ask('findByTime', [log], () => {
      const found = this.#disk.logs.get(log.id)?.entries.find((entry) => entry.time >= time)
      return found && infoOf(found)
    })
  }

  trim(
    trims: readonly { readonly log: LogId; readonly opening: Opening; readonly before: number }[],
  ): Promise<readonly ChangeOutcome[]> {
    return Promise.all(
      trims.map(({ log, opening, before }) => this.#change('trim', log, opening, (stored) => trim(stored, before))),
    )
  }

  replace(log: LogId, opening: Opening, from: number, to: number, entries: readonly Entry[]): Promise<ChangeOutcome> {
    const copies = entries.map(copyOf)
    return this.#change('replace', log, opening, (stored) => replace(stored, from, to, copies))
  }

  snapshot(log: LogId, opening: Opening, at: number, bytes: Uint8Array): Promise<ChangeOutcome> {
    const snapshot = { at, bytes: Uint8Array.from(bytes) }
    return this.#change('snapshot', log, opening, (stored) => (stored.snapshot = snapshot))
  }

  async #change(
    call: LogStoreCall,
    log: LogId,
    opening: Opening,
    change: (stored: StoredLog) => void,
  ): Promise<ChangeOutcome> {
    try {
      return await this.#ask(call, [log], () => {
        const stored = this.#disk.logs.get(log.id)
        if (stored?.opening !== opening) return FENCED
        change(stored)
        return { kind: 'DONE' }
      })
    } catch (error) {
      if (error instanceof BackendUnreachable) return { kind: 'UNKNOWN', cause: error }
      throw error
    }
  }

  advanced(logs: readonly LogId[], signal: AbortSignal): AsyncIterable<readonly LogId[]> {
    this.#wire.mustBeOpen()
    const ids = new Set(logs.map(({ id }) => id))
    const wanted = (log: LogId): boolean => ids.has(log.id) && !this.#faults.hintLost?.(log)
    return listen(this.#disk.grown, wanted, AbortSignal.any([signal, this.#wire.closed]))
  }

  kill(): void {
    this.#wire.kill()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wire.close()
  }

  #ask<T>(call: LogStoreCall, logs: readonly LogId[], work: () => T): Promise<T> {
    return this.#wire.ask(call, this.#faults.call?.(call, logs), work)
  }
}

/** What stands before damage is good; what begins with damage is refused. */
function sound(log: LogId, entries: readonly StoredEntry[]): readonly StoredEntry[] {
  const bad = entries.findIndex(({ rotten }) => rotten)
  if (bad === 0) throw new CorruptLog(log, `the entry at offset ${entries[0]!.at} is not what was stored`)
  return bad < 0 ? entries : entries.slice(0, bad)
}
