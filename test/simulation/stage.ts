// What everybody in a run shares: time, network, disk, history, and two switches. A run begins and ends in calm: faults happen
// in between, and once they are over all that waits has to come to an end. Then `over` stops the actors.
import type { MemoryDisk } from '@jackdaw/adapter-memory'
import type { MemoryNetwork, SeededRandom, VirtualClock } from '@jackdaw/testing'
import type { Endpoint } from '@jackdaw/transport'
import { Client } from './client/client.ts'
import { type History, nameOf, type Operation, type PartitionRef } from './history.ts'
import type { Profile } from './profile.ts'

export interface StageOptions {
  readonly random: SeededRandom
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly disk: MemoryDisk
  readonly history: History
  readonly profile: Profile
  readonly bootstrap: Endpoint
  readonly tamper?: (api: string, body: object) => object
}

export class Stage {
  readonly random: SeededRandom
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly disk: MemoryDisk
  readonly history: History
  readonly profile: Profile
  calm = true
  over = false
  /** Transactional producers that have not stopped yet: until then nobody reads for the last time. */
  transacting = 0
  /** The highest log end that anybody was told, by partition: what a reader has to reach. */
  readonly ends = new Map<string, number>()
  readonly #options: StageOptions
  #value = 0
  #batch = 0

  constructor(options: StageOptions) {
    this.#options = options
    this.random = options.random
    this.clock = options.clock
    this.network = options.network
    this.disk = options.disk
    this.history = options.history
    this.profile = options.profile
  }

  /** The topics that live as long as the run. */
  get partitions(): readonly PartitionRef[] {
    return this.profile.topics.flatMap(({ name, partitions }) =>
      Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition })),
    )
  }

  /** The topics of transactions. */
  get transactionPartitions(): readonly PartitionRef[] {
    if (this.profile.transactions.ids === 0) return []
    return [0, 1].flatMap((topic) => [0, 1].map((partition) => ({ topic: `x${topic}`, partition })))
  }

  client(
    who: string,
    atLeast?: Partial<Record<Operation, number>>,
    atMost?: Partial<Record<Operation, number>>,
  ): Client {
    const { clock, network, history, bootstrap, tamper } = this.#options
    return new Client({
      who,
      clock,
      network,
      history,
      bootstrap,
      tamper,
      atLeast,
      atMost,
      random: this.random.fork(`client/${who}`),
    })
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve))
  }

  nextValue(): number {
    return ++this.#value
  }

  nextBatch(): number {
    return ++this.#batch
  }

  learnEnd(at: PartitionRef, end: number): void {
    this.ends.set(nameOf(at), Math.max(this.endOf(at), end))
  }

  endOf(at: PartitionRef): number {
    return this.ends.get(nameOf(at)) ?? 0
  }

  /** Something that no broker may do, seen where no law of the history can see it. */
  impossible(who: string, what: string, data: object): void {
    this.history.note(who, 'impossible', { what, ...data })
  }
}
