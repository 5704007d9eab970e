// How much each client sends, reads and asks, and for how long one is not listened to that goes beyond its quota. Counted only
// where there are quotas.

import {
  connectionRateOf,
  newRate,
  quotaInForce,
  rateOf,
  recordRate,
  throttleMs,
  type QuotaClient,
  type QuotaInForce,
  type Rate,
  type RateWindows,
} from '@jackdaw/core'
import type { Clock } from '@jackdaw/ports'

import type { Cluster } from './cluster.ts'

export type QuotaName = 'producer_byte_rate' | 'consumer_byte_rate' | 'request_percentage'

/** Without authentication every client is this user. */
export const ANONYMOUS = 'ANONYMOUS'

export interface Throttled {
  readonly throttleMs: number
  /** Whether what was to be answered is to be asked for again. */
  readonly holdBack: boolean
}

const NOT_THROTTLED: Throttled = { throttleMs: 0, holdBack: false }
/** Of clients that have gone, and of quotas that were looked up, so many are kept before they are looked through. */
const KEPT = 10_000
const MS_PER_PERCENT = 10

export class ClientQuotas {
  readonly #cluster: Cluster
  readonly #windows: RateWindows
  readonly #clock: Clock
  readonly #rates = new Map<string, Rate>()
  readonly #inForce = new Map<string, QuotaInForce | undefined>()
  #version = 0

  constructor(cluster: Cluster, windows: RateWindows, clock: Clock) {
    this.#cluster = cluster
    this.#windows = windows
    this.#clock = clock
  }

  /** Whether there is any quota at all. */
  get any(): boolean {
    return this.#cluster.loading === undefined && this.#cluster.state.quotas.size > 0
  }

  /** New connections per second that an address may make. */
  connectionRate(address: string): number {
    return this.any ? (connectionRateOf(this.#cluster.state.quotas, address) ?? Infinity) : Infinity
  }

  /** Counts bytes that were sent. */
  produced(client: QuotaClient, bytes: number): number {
    return this.#count('producer_byte_rate', client, bytes)
  }

  /** Counts time of the event loop, in milliseconds. One window is the longest that a client waits for it. */
  worked(client: QuotaClient, ms: number): number {
    return Math.min(this.#windows.windowMs, this.#count('request_percentage', client, ms / MS_PER_PERCENT))
  }

  /**
   * Counts bytes that are about to be read. What goes beyond the quota is held back and not counted, but for a first answer after
   * silence: a batch that alone is larger than the quota would never be read.
   */
  fetched(client: QuotaClient, bytes: number): Throttled {
    const quota = this.#quota('consumer_byte_rate', client)
    if (quota === undefined) return NOT_THROTTLED
    const now = this.#clock.monotonic()
    const rate = this.#rate(quota.scope)
    const silent = rateOf(rate, this.#windows, now) === 0
    recordRate(rate, this.#windows, bytes, now)
    const wait = throttleMs(rate, this.#windows, quota.bound, now)
    if (wait === 0) return NOT_THROTTLED
    if (!silent) recordRate(rate, this.#windows, -bytes, now)
    return { throttleMs: wait, holdBack: !silent }
  }

  /** The most that one Fetch of the client should bring: what its quota allows in all windows but the last. */
  fetchBytes(client: QuotaClient): number {
    const { samples, windowMs } = this.#windows
    const bound = this.#quota('consumer_byte_rate', client)?.bound ?? Infinity
    return Math.max(1, bound * Math.max(1, samples - 1) * (windowMs / 1000))
  }

  #count(name: QuotaName, client: QuotaClient, value: number): number {
    const quota = this.#quota(name, client)
    if (quota === undefined) return 0
    const now = this.#clock.monotonic()
    const rate = this.#rate(quota.scope)
    recordRate(rate, this.#windows, value, now)
    return throttleMs(rate, this.#windows, quota.bound, now)
  }

  #quota(name: QuotaName, client: QuotaClient): QuotaInForce | undefined {
    if (!this.any) return undefined
    const { version, state } = this.#cluster
    if (version !== this.#version || this.#inForce.size > KEPT) this.#inForce.clear()
    this.#version = version
    const key = JSON.stringify([name, client.user, client.clientId])
    if (!this.#inForce.has(key)) this.#inForce.set(key, quotaInForce(state.quotas, name, client))
    return this.#inForce.get(key)
  }

  #rate(scope: string): Rate {
    const known = this.#rates.get(scope)
    if (known !== undefined) return known
    if (this.#rates.size >= KEPT) this.#forgetSilent()
    const rate = newRate()
    this.#rates.set(scope, rate)
    return rate
  }

  #forgetSilent(): void {
    const now = this.#clock.monotonic()
    for (const [scope, rate] of this.#rates) if (rateOf(rate, this.#windows, now) === 0) this.#rates.delete(scope)
  }
}
