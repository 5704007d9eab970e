// Who may connect: how many connections there are, in all and from each address, and how fast new ones come.

import { newRate, rateOf, recordRate, throttleMs, type Rate, type RateWindows } from '@jackdaw/core'
import type { Clock } from '@jackdaw/ports'

export interface AdmissionLimits {
  readonly maxConnections: number
  readonly maxConnectionsPerIp: number
  /** By address, in place of `maxConnectionsPerIp`. */
  readonly perIpOverrides: Readonly<Record<string, number>>
  /** New connections per second. */
  readonly maxCreationRate: number
  /** And of these from one address. */
  readonly addressRate: (address: string) => number
  readonly windows: RateWindows
}

export type Admitted =
  /** The connection is served after `waitMs`, so that new ones do not come faster than they may. */
  { readonly kind: 'ADMITTED'; readonly waitMs: number } | { readonly kind: 'REFUSED'; readonly reason: string }

/** So many addresses are remembered before those are forgotten that have been silent. */
const ADDRESSES_KEPT = 10_000

export class Admission {
  readonly #limits: () => AdmissionLimits
  readonly #clock: Clock
  readonly #created = newRate()
  readonly #byHost = new Map<string, number>()
  /** Of addresses that have a bound of their own. */
  readonly #createdBy = new Map<string, Rate>()
  #total = 0

  /** Limits are asked for anew with each connection. */
  constructor(limits: () => AdmissionLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Counts the connection in, where it is admitted. */
  admit(address: string): Admitted {
    const { maxConnections, maxConnectionsPerIp, perIpOverrides, maxCreationRate, windows } = this.#limits()
    const host = plainAddress(address)
    const fromHost = this.#byHost.get(host) ?? 0
    const allowed = perIpOverrides[host] ?? maxConnectionsPerIp
    if (fromHost >= allowed) return refused(`${host} has ${fromHost} connections, as many as it may have`)
    if (this.#total >= maxConnections) return refused(`there are ${this.#total} connections, as many as there may be`)
    this.#total++
    this.#byHost.set(host, fromHost + 1)
    const now = this.#clock.monotonic()
    recordRate(this.#created, windows, 1, now)
    const waitMs = throttleMs(this.#created, windows, maxCreationRate, now)
    return { kind: 'ADMITTED', waitMs: Math.max(waitMs, this.#addressWaitMs(host, now)) }
  }

  #addressWaitMs(host: string, now: number): number {
    const { addressRate, windows } = this.#limits()
    const bound = addressRate(host)
    if (bound === Infinity) return 0
    if (this.#createdBy.size >= ADDRESSES_KEPT) {
      for (const [address, rate] of this.#createdBy) {
        if (rateOf(rate, windows, now) === 0) this.#createdBy.delete(address)
      }
    }
    const created = this.#createdBy.get(host) ?? newRate()
    this.#createdBy.set(host, created)
    recordRate(created, windows, 1, now)
    return throttleMs(created, windows, bound, now)
  }

  release(address: string): void {
    const host = plainAddress(address)
    const left = (this.#byHost.get(host) ?? 0) - 1
    this.#total--
    if (left > 0) this.#byHost.set(host, left)
    else this.#byHost.delete(host)
  }
}

const refused = (reason: string): Admitted => ({ kind: 'REFUSED', reason })

/** An IPv4 address is the same one when it comes in by an IPv6 socket. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')
