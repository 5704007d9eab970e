// What outlives a store: the logs and the roles, and the ways in which a disk or a backend loses or damages them. Several
// stores opened on one disk are several brokers on one shared backend.

import type { Clock, LogId, Opening, Random } from '@jackdaw/ports'
import type { Listeners } from './hints.ts'
import { indexOf, sizeOf, sync } from './log.ts'
import type { StoredLog } from './log.ts'
import { systemClock, systemRandom } from './system.ts'

export interface StoredRole {
  /** The term of the newest hold, kept when the role is free. */
  term: number
  /** Undefined where nobody holds it. */
  hold: StoredHold | undefined
}

export interface StoredHold {
  readonly holder: Uint8Array
  /** Whose it is: one object for each call of `elect`. */
  readonly claim: { readonly owner: object }
  /** Monotonic milliseconds of the disk's own clock. */
  expiresAt: number
}

export interface MemoryDiskOptions {
  /** The backend's own clock: leases expire by it. */
  readonly clock?: Clock
  readonly random?: Random
}

export class MemoryDisk {
  readonly clock: Clock
  readonly #random: Random
  #openings = 0

  /** Changes only when the disk is wiped. */
  incarnation: string
  /** How often the power was cut. A request that was under way then never arrives. */
  crashes = 0
  /** By id. */
  readonly logs = new Map<string, StoredLog>()
  readonly roles = new Map<string, StoredRole>()

  /** The instances that live on this disk, told of a crash; and their listeners for hints. */
  readonly instances = new Set<() => void>()
  readonly grown: Listeners<LogId> = new Set()
  readonly handedOver: Listeners<string> = new Set()

  constructor({ clock = systemClock, random = systemRandom }: MemoryDiskOptions = {}) {
    this.clock = clock
    this.#random = random
    this.incarnation = hex(random.bytes(16))
  }

  newOpening(): Opening {
    return `${this.incarnation}/${++this.#openings}`
  }

  get bytes(): number {
    let bytes = 0
    for (const log of this.logs.values()) bytes += log.bytes + sizeOf(log.unsynced)
    return bytes
  }

  /**
   * Cuts the power: of what was not synced a random number of whole entries is left in each log. Every store and
   * coordination opened on this disk is dead: what they were asked never settles, what they are asked next is refused.
   */
  crash(): void {
    this.crashes++
    for (const log of this.logs.values()) {
      log.unsynced.length = Math.floor(this.#random.next() * (log.unsynced.length + 1))
      sync(log)
      log.syncFailed = false
    }
    for (const kill of this.instances) kill()
  }

  /** The store was emptied: a new incarnation, without logs, roles or terms. */
  wipe(): void {
    this.logs.clear()
    this.roles.clear()
    this.incarnation = hex(this.#random.bytes(16))
  }

  /** The log is gone, as if it had never been created. */
  vanish(log: LogId): void {
    this.logs.delete(log.id)
  }

  /** A failover to an older state: the log ends at `to` again, and whoever had it open still has. */
  rollBack(log: LogId, to: number): void {
    const stored = this.#stored(log)
    stored.entries.length = indexOf(stored.entries, to)
    stored.unsynced = []
    stored.bytes = sizeOf(stored.entries)
    stored.start = Math.min(stored.start, to)
    stored.next = to
    if (stored.snapshot && stored.snapshot.at > to) stored.snapshot = undefined
  }

  /** Flips one bit of the entry that holds `offset`: `noticed` by the storage (CorruptLog), or handed out as it is. */
  rot(log: LogId, offset: number, noticed = true): void {
    const stored = this.#stored(log)
    const index = indexOf(stored.entries, offset)
    const entry = stored.entries[index]
    if (!entry) throw new RangeError(`${log.name}: no entry holds ${offset}`)
    const bytes = Buffer.concat(entry.bytes)
    const bit = Math.floor(this.#random.next() * bytes.length * 8)
    bytes[bit >>> 3]! ^= 1 << (bit & 7)
    stored.entries[index] = { ...entry, bytes: [bytes], rotten: noticed }
  }

  #stored(log: LogId): StoredLog {
    const stored = this.logs.get(log.id)
    if (!stored) throw new RangeError(`${log.name}: not on this disk`)
    return stored
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
