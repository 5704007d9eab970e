// One incarnation of a simulated process: its clock, its host, its chance and what it holds of the storage, so that it can be
// killed or frozen as a whole, between any two of its events, without being asked.
import {
  type CoordinationFaults,
  type LogStoreFaults,
  type MemoryDisk,
  openMemoryCoordination,
  openMemoryStore,
} from '@jackdaw/adapter-memory'
import type { Coordination, LogStore, LogStoreSupports } from '@jackdaw/ports'
import type { VirtualClock } from './clock.ts'
import { gateCoordination, gateStore } from './gate.ts'
import type { MemoryHost } from './memory-host.ts'
import type { MemoryNetwork } from './network.ts'
import { ProcessClock } from './process-clock.ts'
import type { SeededRandom } from './random.ts'

/** Where processes live: one clock, one network and one disk for all of them. */
export interface Surroundings {
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly disk: MemoryDisk
}

export interface ProcessOptions {
  /** Of its host on the network. The earlier incarnation of that host is killed. */
  readonly name: string
  readonly random: SeededRandom
  /** What goes wrong between this process and its storage. */
  readonly storeFaults?: LogStoreFaults
  readonly coordinationFaults?: CoordinationFaults
  /** How long the next call to the storage takes, there and back, in milliseconds. Default: no time at all. */
  readonly latencyMs?: () => number
  /** How long a role is held that is not renewed, in milliseconds. Default: until the process ends. */
  readonly leaseMs?: number
  /** What the store says that it supports. */
  readonly supports?: Partial<LogStoreSupports>
}

/** A process in virtual time, on the memory adapter. */
export class SimulatedProcess {
  readonly clock: ProcessClock
  readonly network: MemoryHost
  readonly random: SeededRandom
  readonly store: LogStore
  readonly coordination: Coordination
  readonly #kills: (() => void)[]

  constructor({ clock, network, disk }: Surroundings, options: ProcessOptions) {
    const { latencyMs, leaseMs, supports } = options
    this.clock = new ProcessClock(clock)
    this.network = network.host(options.name, { clock: this.clock })
    this.random = options.random
    const store = openMemoryStore({
      disk,
      clock,
      random: options.random.fork('store'),
      faults: options.storeFaults,
      latencyMs,
      supports,
    })
    const coordination = openMemoryCoordination({
      disk,
      clock: this.clock,
      random: options.random.fork('coordination'),
      faults: options.coordinationFaults,
      latencyMs,
      leaseMs,
    })
    this.store = gateStore(store, this.clock)
    this.coordination = gateCoordination(coordination, this.clock)
    this.#kills = [() => store.kill(), () => coordination.kill()]
  }

  /** Dies at once (SIGKILL): nothing of it runs again. `silently`: its machine is lost, and no peer is told. */
  kill(silently = false): void {
    this.clock.kill()
    this.network.kill(silently)
    for (const kill of this.#kills) kill()
  }

  /** Stops it where it stands (SIGSTOP); the world goes on. */
  freeze(): void {
    this.clock.freeze()
  }

  /** Lets it go on (SIGCONT). */
  thaw(): void {
    this.clock.thaw()
  }
}
