// The reference LogStore: the laws of the port over a MemoryDisk. Everything that is checked and changed together happens
// in one synchronous function, which is what a transaction, a script or an fsynced group is elsewhere.

import { CorruptLog, OFFSET_LIMIT } from '@jackdaw/ports'
import type {
  ChangeOutcome,
  Clock,
  Entry,
  EntryInfo,
  Fenced,
  Full,
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
import { MemoryDisk } from './disk.ts'
import { BackendUnreachable } from './faults.ts'
import type { AppendFault, LogStoreCall, LogStoreFaults } from './faults.ts'
import { listen, tell } from './hints.ts'
import { copyOf, emptyLog, endsOf, indexOf, infoOf, land, readFrom, replace, sizeOf, sync, trim } from './log.ts'
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
const full = (reason: string): Full => ({ kind: 'FULL', reason })
const unknown = (cause: unknown): Outcome & ChangeOutcome => ({ kind: 'UNKNOWN', cause })

interface Write {
  readonly log: LogId
  readonly opening: Opening
  readonly entries: readonly StoredEntry[]
}

class Store implements MemoryStore {
  readonly supports: LogStoreSupports
  readonly #disk: MemoryDisk
  readonly #faults: LogStoreFaults
  readonly #capacityBytes: number
  readonly #wire: Wire
  /** The arrival of the newest append of each log that has one on its way. */
  readonly #arrivals = new Map<string, Promise<void>>()

  constructor({ clock = systemClock, random = systemRandom, ...options }: MemoryStoreOptions) {
    this.supports = { ...SUPPORTS, ...options.supports }
    this.#disk = options.disk ?? new MemoryDisk({ clock, random })
    this.#faults = options.faults ?? {}
    this.#capacityBytes = options.capacityBytes ?? Infinity
    this.#wire = new Wire(this.#disk, clock, options.latencyMs ?? (() => 0))
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
    Object.assign(stored, { epoch, opening, syncFailed: false })
    sync(stored)
    const { incarnation } = this.#disk
    return { kind: 'OPENED', opening, ...endsOf(stored), incarnation, snapshot: stored.snapshot }
  }

  append(
    writes: readonly { readonly log: LogId; readonly opening: Opening; readonly entries: readonly Entry[] }[],
  ): readonly Promise<Outcome>[] {
    return writes.map((write) => this.#append(write))
  }

  async #append(write: { log: LogId; opening: Opening; entries: readonly Entry[] }): Promise<Outcome> {
    const { log, opening } = write
    if (this.#wire.closed.aborted) return unknown(this.#wire.closed.reason)
    const entries = write.entries.map(copyOf)
    const misfit = this.#misfit(entries)
    if (misfit) return misfit
    const fault = this.#faults.append?.(log, write.entries)
    const half = this.#wire.halfMs(fault)
    await this.#arrival(log, half)
    const outcome = await this.#arrive({ log, opening, entries }, fault, half)
    await this.#wire.back(0)
    return outcome
  }

  /** What the store can say without looking at the disk. */
  #misfit(entries: readonly StoredEntry[]): Full | undefined {
    const largest = Math.max(...entries.map(({ size }) => size))
    const { largestEntry } = this.supports
    if (largest > largestEntry) return full(`an entry of ${largest} bytes is above the largest of ${largestEntry}`)
    if (entries.at(-1)!.next >= OFFSET_LIMIT) return full(`offsets end below ${OFFSET_LIMIT}`)
    return undefined
  }

  /** Pipelined appends of one log arrive in the order in which they were sent. */
  async #arrival(log: LogId, ms: number): Promise<void> {
    const travel = this.#wire.there(ms)
    const arrival = Promise.all([travel, this.#arrivals.get(log.id)]).then(() => {
      if (this.#arrivals.get(log.id) === arrival) this.#arrivals.delete(log.id)
    })
    this.#arrivals.set(log.id, arrival)
    await arrival
  }

  async #arrive(write: Write, fault: AppendFault | undefined, syncMs: number): Promise<Outcome> {
    switch (fault?.kind) {
      case 'REQUEST_LOST':
        return unknown(new BackendUnreachable('append: the request was lost'))
      case 'REPLY_LOST':
        await this.#store(write, syncMs)
        return unknown(new BackendUnreachable('append: the reply was lost'))
      case 'TORN':
        await this.#store({ ...write, entries: write.entries.slice(0, fault.entries) }, syncMs)
        return unknown(new BackendUnreachable('append: the connection broke in the middle'))
      case 'LATE':
        void this.#storeLate(write, fault.arrives)
        return unknown(new BackendUnreachable('append: timed out'))
      case 'FULL':
        return full('no room')
      case 'SYNC_FAILED':
        return this.#land(write) ?? this.#failSync(write.log)
      case 'DELAYED':
      case undefined:
        return this.#store(write, syncMs)
    }
  }

  async #storeLate(write: Write, arrives: number | Promise<unknown>): Promise<void> {
    await this.#wire.there(arrives)
    await this.#store(write, 0)
  }

  /** Land, then sync. Between the two a crash may lose it, so the outcome is made from what the sync found. */
  async #store(write: Write, syncMs: number): Promise<Outcome> {
    if (write.entries.length === 0) return unknown('nothing of it arrived')
    const refusal = this.#land(write)
    if (refusal) return refusal
    await this.#wire.there(syncMs)
    const stored = this.#disk.logs.get(write.log.id)
    if (!stored) return FENCED
    if (stored.syncFailed) return unknown(new Error('a sync before this one failed'))
    const { next } = write.entries.at(-1)!
    sync(stored, next)
    tell(this.#disk.grown, stored.log)
    return { kind: 'APPENDED', next }
  }

  /** The arbiter: opening, position and room are checked in the same step that writes. */
  #land({ log, opening, entries }: Write): Exclude<Outcome, { kind: 'APPENDED' }> | undefined {
    const stored = this.#disk.logs.get(log.id)
    if (stored?.opening !== opening) return FENCED
    if (stored.syncFailed) return { kind: 'UNKNOWN', cause: new Error('a sync before this one failed') }
    if (this.#capacityBytes < Infinity && this.#disk.bytes + sizeOf(entries) > this.#capacityBytes) {
      return full(`the disk holds ${this.#capacityBytes} bytes`)
    }
    return land(stored, entries)
  }

  #failSync(log: LogId): Outcome {
    this.#disk.logs.get(log.id)!.syncFailed = true
    return unknown(new Error('EIO: sync failed'))
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
      if (error instanceof BackendUnreachable) return unknown(error)
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
