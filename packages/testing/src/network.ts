// A network in memory: hosts by name, streams of bytes between them with the manners of TCP, and faults on request. All of
// it happens on a virtual clock and draws from one seeded stream, so a run can be had again.
import type { Clock } from '@jackdaw/ports'
import { MemoryHost } from './memory-host.ts'
import { DEFAULT_CONDITIONS, type NetworkConditions } from './network-conditions.ts'
import type { Pipe } from './pipe.ts'
import type { SeededRandom } from './random.ts'

export interface MemoryNetworkOptions {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly conditions?: Partial<NetworkConditions>
}

/** A connection that stands, for a script that wants to cut it. */
export interface MemoryConnection {
  /** Host that connected. */
  readonly client: string
  /** Host that accepted. */
  readonly server: string
  /** Loses what is under way and resets both ends. */
  cut(): void
}

const path = (from: string, to: string): string => `${from} > ${to}`

/** Hosts and what lies between them. */
export class MemoryNetwork {
  readonly clock: Clock
  readonly random: SeededRandom
  /** Directions that wait for a heal or for the restart of a host. */
  readonly stalled = new Set<Pipe>()
  #conditions: NetworkConditions
  readonly #hosts = new Map<string, MemoryHost>()
  readonly #lost = new Set<string>()
  readonly #blocked = new Set<string>()
  readonly #slow = new Map<string, number>()

  constructor(options: MemoryNetworkOptions) {
    this.clock = options.clock
    this.random = options.random
    this.#conditions = { ...DEFAULT_CONDITIONS, ...options.conditions }
  }

  get conditions(): NetworkConditions {
    return this.#conditions
  }

  /** Changes how the network behaves from now on. */
  change(conditions: Partial<NetworkConditions>): void {
    this.#conditions = { ...this.#conditions, ...conditions }
  }

  /**
   * A new incarnation of the host `name`. What arrives there is handed over on `clock` (default: the network's own). The
   * earlier incarnation, if there is one that lives, is killed.
   */
  host(name: string, options: { readonly clock?: Clock } = {}): MemoryHost {
    this.#hosts.get(name)?.kill()
    const host = new MemoryHost(this, name, options.clock ?? this.clock)
    this.#hosts.set(name, host)
    this.#lost.delete(name)
    this.#wake()
    return host
  }

  /** Nothing gets from `a` to `b` nor, unless `oneWay`, back. What is sent meanwhile arrives after the heal, if nobody gave up. */
  partition(a: string, b: string, options: { readonly oneWay?: boolean } = {}): void {
    this.#blocked.add(path(a, b))
    if (options.oneWay !== true) this.#blocked.add(path(b, a))
  }

  /** Ends every partition, or those between two hosts. */
  heal(a?: string, b?: string): void {
    if (a === undefined || b === undefined) this.#blocked.clear()
    else for (const way of [path(a, b), path(b, a)]) this.#blocked.delete(way)
    this.#wake()
  }

  /** Adds so many milliseconds to the latency from `a` to `b`, and back; 0 ends it. */
  delay(a: string, b: string, ms: number): void {
    for (const way of [path(a, b), path(b, a)]) this.#slow.set(way, ms)
  }

  /** The connections that stand, oldest first within each host. */
  connections(): readonly MemoryConnection[] {
    return [...this.#hosts.values()]
      .flatMap((host) => [...host.streams])
      .filter((stream) => stream.initiated)
      .map((stream) => ({ client: stream.local.host, server: stream.remote.host, cut: () => stream.cut() }))
  }

  // What follows is asked by hosts and streams.

  find(name: string): MemoryHost | undefined {
    return this.#hosts.get(name)
  }

  isUp(name: string): boolean {
    return this.#hosts.get(name)?.gone === false
  }

  isBlocked(from: string, to: string): boolean {
    return this.#blocked.has(path(from, to))
  }

  /** Whether a packet from `from` gets an answer from `to`, be it a refusal. */
  reaches(from: string, to: string): boolean {
    return !this.isBlocked(from, to) && !this.isBlocked(to, from) && !this.#lost.has(to)
  }

  latency(from: string, to: string): number {
    const { min, max } = this.#conditions.latencyMs
    return this.random.between(min, max) + (this.#slow.get(path(from, to)) ?? 0)
  }

  /** The machine of this host is off the network until its next incarnation. */
  lost(host: MemoryHost): void {
    if (this.#hosts.get(host.name) === host) this.#lost.add(host.name)
  }

  #wake(): void {
    const stalled = [...this.stalled]
    this.stalled.clear()
    for (const pipe of stalled) pipe.wake()
  }
}
