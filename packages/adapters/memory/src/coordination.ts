// The reference Coordination over the roles of a MemoryDisk: with `leaseMs` a hold is a lease that is renewed and expires by
// the disk's clock; without it a hold ends only with its process, as a lock does that belongs to a session.

import type { Cancel, Clock, Coordination, Hold, Holder, Random } from '@jackdaw/ports'
import { MemoryDisk } from './disk.ts'
import type { StoredHold } from './disk.ts'
import { BackendUnreachable } from './faults.ts'
import type { CoordinationCall, CoordinationFaults } from './faults.ts'
import { listen, tell } from './hints.ts'
import type { Listeners } from './hints.ts'
import { systemClock, systemRandom } from './system.ts'
import { StoreClosed, Wire } from './wire.ts'

export interface MemoryCoordinationOptions {
  readonly disk?: MemoryDisk
  readonly clock?: Clock
  readonly random?: Random
  readonly faults?: CoordinationFaults
  /** How long the next call takes, there and back. Default: no time at all. */
  readonly latencyMs?: () => number
  /** How long a hold lasts that is not renewed. Default: until its process ends. */
  readonly leaseMs?: number
  /** Milliseconds between two looks where a hint may have been lost. Default 250. */
  readonly pollMs?: number
}

export interface MemoryCoordination extends Coordination {
  /** The process dies: its calls never settle and its leases are no longer renewed. */
  kill(): void
}

export function openMemoryCoordination(options: MemoryCoordinationOptions = {}): MemoryCoordination {
  return new Roles(options)
}

/** Told to whoever listens, whatever the role: look again, a hint may have been lost. */
const ANY = ''

interface Claim {
  readonly owner: object
}

class Roles implements MemoryCoordination {
  readonly #disk: MemoryDisk
  readonly #clock: Clock
  readonly #faults: CoordinationFaults
  readonly #leaseMs: number
  readonly #pollMs: number
  readonly #wire: Wire
  readonly #listeners: Listeners<string> = new Set()
  #polling = false

  constructor({ clock = systemClock, random = systemRandom, ...options }: MemoryCoordinationOptions) {
    this.#clock = clock
    this.#disk = options.disk ?? new MemoryDisk({ clock, random })
    this.#faults = options.faults ?? {}
    this.#leaseMs = options.leaseMs ?? Infinity
    this.#pollMs = options.pollMs ?? 250
    this.#wire = new Wire(this.#disk, clock, options.latencyMs ?? (() => 0))
    const heard = (role: string): void => {
      if (!this.#faults.hintLost?.(role)) tell(this.#listeners, role)
    }
    this.#disk.handedOver.add(heard)
    this.#wire.closed.addEventListener('abort', () => {
      this.#disk.handedOver.delete(heard)
      this.#freeAll(({ expiresAt }) => expiresAt === Infinity)
    })
  }

  async elect(role: string, holder: Uint8Array, signal: AbortSignal): Promise<Hold> {
    const claim: Claim = { owner: this }
    const until = AbortSignal.any([signal, this.#wire.closed])
    for await (const _ of this.#listen((changed) => changed === role, until)) {
      const asked = this.#clock.monotonic()
      const term = await this.#try('elect', role, () => this.#take(role, holder, claim))
      if (until.aborted) break
      if (term !== undefined) return this.#hold(role, claim, term, asked + this.#leaseMs)
    }
    void this.#try('release', role, () => this.#free(role, claim))
    throw until.reason
  }

  #take(role: string, holder: Uint8Array, claim: Claim): number | undefined {
    const { term, hold } = this.#disk.roles.get(role) ?? { term: 0, hold: undefined }
    const now = this.#disk.clock.monotonic()
    if (hold && hold.expiresAt > now && hold.claim !== claim) return undefined
    this.#disk.roles.set(role, { term: term + 1, hold: { holder, claim, expiresAt: now + this.#leaseMs } })
    tell(this.#disk.handedOver, role)
    return term + 1
  }

  #renew(role: string, claim: Claim): boolean {
    const hold = this.#disk.roles.get(role)?.hold
    const now = this.#disk.clock.monotonic()
    if (hold?.claim !== claim || hold.expiresAt <= now) return false
    hold.expiresAt = now + this.#leaseMs
    return true
  }

  #free(role: string, claim: Claim): void {
    const stored = this.#disk.roles.get(role)
    if (stored?.hold?.claim !== claim) return
    stored.hold = undefined
    tell(this.#disk.handedOver, role)
  }

  #freeAll(which: (hold: StoredHold) => boolean): void {
    for (const [role, { hold }] of this.#disk.roles) {
      if (hold?.claim.owner === this && which(hold)) this.#free(role, hold.claim)
    }
  }

  #hold(role: string, claim: Claim, term: number, until: number): Hold {
    const lost = new AbortController()
    const lease = { validUntil: until }
    const stop = this.#keep(role, claim, lease, () => lost.abort(new Error(`The role ${role} was lost.`)))
    this.#wire.closed.addEventListener('abort', stop, { once: true })
    return {
      term,
      validUntil: () => lease.validUntil,
      lost: lost.signal,
      release: async () => {
        stop()
        this.#wire.closed.removeEventListener('abort', stop)
        await this.#try('release', role, () => this.#free(role, claim))
      },
    }
  }

  /** Renews the lease three times in its length. It counts from when a renewal was sent, so it ends before the disk's does. */
  #keep(role: string, claim: Claim, lease: { validUntil: number }, onLost: () => void): () => void {
    let cancels: Cancel[] = []
    const stop = (): void => {
      lease.validUntil = -Infinity
      for (const cancel of cancels) cancel()
      cancels = []
    }
    const lose = (): void => {
      stop()
      onLost()
    }
    const beat = async (): Promise<void> => {
      cancels[0] = this.#clock.after(this.#leaseMs / 3, () => void beat())
      const asked = this.#clock.monotonic()
      const renewed = await this.#try('renew', role, () => this.#renew(role, claim))
      if (lease.validUntil === -Infinity) return
      if (renewed === true) lease.validUntil = asked + this.#leaseMs
      if (renewed === false) lose()
    }
    const expire = (): void => {
      const left = lease.validUntil - this.#clock.monotonic()
      if (left <= 0) lose()
      else cancels[1] = this.#clock.after(left, expire)
    }
    if (this.#leaseMs < Infinity) {
      cancels = [this.#clock.after(this.#leaseMs / 3, () => void beat()), this.#clock.after(this.#leaseMs, expire)]
    }
    return stop
  }

  holders(prefix: string): Promise<readonly Holder[]> {
    return this.#wire.ask('holders', this.#faults.call?.('holders', prefix), () => {
      const now = this.#disk.clock.monotonic()
      return [...this.#disk.roles]
        .flatMap(([role, { term, hold }]) =>
          hold && hold.expiresAt > now && role.startsWith(prefix) ? [{ role, term, holder: hold.holder }] : [],
        )
        .sort((a, b) => (a.role < b.role ? -1 : 1))
    })
  }

  async *changed(signal: AbortSignal): AsyncIterable<void> {
    const until = AbortSignal.any([signal, this.#wire.closed])
    for await (const _ of this.#listen(() => true, until)) yield
  }

  /** Begins with a hint, and then polls: what changed may have changed before, or its hint may be lost. */
  #listen(wanted: (role: string) => boolean, signal: AbortSignal): AsyncIterable<readonly string[]> {
    this.#wire.mustBeOpen()
    const hints = listen(this.#listeners, (role) => role === ANY || wanted(role), signal, new Set([ANY]))
    this.#poll()
    return hints
  }

  #poll(): void {
    if (this.#polling || this.#listeners.size === 0) return
    this.#polling = true
    this.#clock.after(this.#pollMs, () => {
      this.#polling = false
      tell(this.#listeners, ANY)
      this.#poll()
    })
  }

  /** Undefined where the backend was not heard: it may have happened. */
  async #try<T>(call: CoordinationCall, role: string, work: () => T): Promise<T | undefined> {
    try {
      return await this.#wire.ask(call, this.#faults.call?.(call, role), work)
    } catch (error) {
      if (error instanceof BackendUnreachable || error instanceof StoreClosed) return undefined
      throw error
    }
  }

  kill(): void {
    this.#wire.kill()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#freeAll(() => true)
    this.#wire.close()
  }
}
