// What one append to one log goes through: the way to the disk, the check and the landing, the sync, and whatever fault was
// scripted for it. Each log of an append goes its own way and is settled by itself.

import { OFFSET_LIMIT } from '@jackdaw/ports'
import type { Entry, Full, LogId, Opening, Outcome, Unknown } from '@jackdaw/ports'
import type { MemoryDisk } from './disk.ts'
import { BackendUnreachable } from './faults.ts'
import type { AppendFault, LogStoreFaults } from './faults.ts'
import { tell } from './hints.ts'
import { copyOf, land, sizeOf, sync } from './log.ts'
import type { StoredEntry } from './log.ts'
import type { Wire } from './wire.ts'

interface Write<E extends Entry = StoredEntry> {
  readonly log: LogId
  readonly opening: Opening
  readonly entries: readonly E[]
}

type Refusal = Exclude<Outcome, { kind: 'APPENDED' }>

const full = (reason: string): Full => ({ kind: 'FULL', reason })
const unknown = (cause: unknown): Unknown => ({ kind: 'UNKNOWN', cause })
const unheard = (what: string): Unknown => unknown(new BackendUnreachable(`append: ${what}`))

export class Appender {
  readonly #disk: MemoryDisk
  readonly #wire: Wire
  readonly #faults: LogStoreFaults
  readonly #limits: { readonly largestEntry: number; readonly capacityBytes: number }
  /** The arrival of the newest append of each log that has one on its way. */
  readonly #arrivals = new Map<string, Promise<void>>()

  constructor(
    disk: MemoryDisk,
    wire: Wire,
    faults: LogStoreFaults,
    limits: { largestEntry: number; capacityBytes: number },
  ) {
    this.#disk = disk
    this.#wire = wire
    this.#faults = faults
    this.#limits = limits
  }

  async append({ log, opening, entries: given }: Write<Entry>): Promise<Outcome> {
    if (this.#wire.closed.aborted) return unknown(this.#wire.closed.reason)
    const entries = given.map(copyOf)
    const misfit = this.#misfit(entries)
    if (misfit) return misfit
    const fault = this.#faults.append?.(log, given)
    const half = this.#wire.halfMs(fault)
    await this.#arrival(log, half)
    const outcome = await this.#arrive({ log, opening, entries }, fault, half)
    await this.#wire.back(0)
    return outcome
  }

  /** What the store can say without looking at the disk. */
  #misfit(entries: readonly StoredEntry[]): Full | undefined {
    const { largestEntry } = this.#limits
    const large = entries.find(({ size }) => size > largestEntry)
    if (large) return full(`an entry of ${large.size} bytes is above the largest of ${largestEntry}`)
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
        return unheard('the request was lost')
      case 'REPLY_LOST':
        await this.#store(write, syncMs)
        return unheard('the reply was lost')
      case 'TORN':
        await this.#store({ ...write, entries: write.entries.slice(0, fault.entries) }, syncMs)
        return unheard('the connection broke in the middle')
      case 'LATE':
        void this.#storeLate(write, fault.arrives)
        return unheard('timed out')
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
    if (write.entries.length === 0) return unheard('nothing of it arrived')
    const refusal = this.#land(write)
    if (refusal) return refusal
    await this.#wire.there(syncMs)
    const stored = this.#disk.logs.get(write.log.id)
    if (!stored) return { kind: 'FENCED' }
    if (stored.syncFailed) return unknown(new Error('a sync before this one failed'))
    const { next } = write.entries.at(-1)!
    sync(stored, next)
    tell(this.#disk.grown, stored.log)
    return { kind: 'APPENDED', next }
  }

  /** The arbiter: opening, position and room are checked in the same step that writes. */
  #land({ log, opening, entries }: Write): Refusal | undefined {
    const stored = this.#disk.logs.get(log.id)
    if (stored?.opening !== opening) return { kind: 'FENCED' }
    if (stored.syncFailed) return unknown(new Error('a sync before this one failed'))
    const { capacityBytes } = this.#limits
    if (capacityBytes < Infinity && this.#disk.bytes + sizeOf(entries) > capacityBytes) {
      return full(`the disk holds ${capacityBytes} bytes`)
    }
    return land(stored, entries)
  }

  #failSync(log: LogId): Outcome {
    this.#disk.logs.get(log.id)!.syncFailed = true
    return unknown(new Error('EIO: sync failed'))
  }
}
