// What goes wrong between the broker and its storage, drawn from the seed. Every fault is written down: a failing run is read
// from its log alone.
import type { AppendFault, CallFault, LogStoreFaults } from '@jackdaw/adapter-memory'
import type { Entry, LogId } from '@jackdaw/ports'
import type { SeededRandom } from '@jackdaw/testing'
import type { Stage } from './stage.ts'

const APPEND_FAULTS: Readonly<Record<AppendFault['kind'], number>> = {
  DELAYED: 4,
  REQUEST_LOST: 3,
  REPLY_LOST: 3,
  TORN: 2,
  LATE: 3,
  FULL: 1,
  SYNC_FAILED: 2,
}

const CALL_FAULTS: Readonly<Record<CallFault['kind'], number>> = { DELAYED: 2, REQUEST_LOST: 1, REPLY_LOST: 1 }

export class StorageFaults implements LogStoreFaults {
  readonly #stage: Stage
  readonly #random: SeededRandom
  /** Every append is refused for want of room. */
  full = false
  /** Milliseconds that every call takes longer. */
  slowMs = 0

  constructor(stage: Stage) {
    this.#stage = stage
    this.#random = stage.random.fork('storage faults')
  }

  /** The latency of the next call, there and back. */
  readonly latencyMs = (): number => this.#random.between(0.05, this.#stage.profile.storage.latencyMaxMs) + this.slowMs

  append(log: LogId, entries: readonly Entry[]): AppendFault | undefined {
    const drawn = this.#random.chance(this.#stage.profile.storage.appendFaults)
    if (this.#stage.calm) return undefined
    if (this.full) return this.#write(log, entries, { kind: 'FULL' })
    return drawn ? this.#write(log, entries, this.#draw(entries)) : undefined
  }

  call(call: string, logs: readonly LogId[]): CallFault | undefined {
    const drawn = this.#random.chance(this.#stage.profile.storage.callFaults)
    if (!drawn || this.#stage.calm) return undefined
    const fault = { kind: this.#random.weighted(CALL_FAULTS), delayMs: this.#random.int(1, 3000) }
    this.#stage.history.note('storage', 'call fault', { call, logs: logs.length, ...fault })
    return fault
  }

  hintLost(): boolean {
    return this.#random.chance(this.#stage.profile.storage.callFaults)
  }

  #draw(entries: readonly Entry[]): AppendFault {
    const delayMs = this.#random.chance(0.5) ? this.#random.int(1, 3000) : 0
    const kind = this.#random.weighted(APPEND_FAULTS)
    if (kind === 'TORN') return { kind, delayMs, entries: this.#random.int(0, entries.length) }
    if (kind === 'LATE') return { kind, delayMs, arrives: this.#random.int(1, 4000) }
    return { kind, delayMs }
  }

  #write(log: LogId, entries: readonly Entry[], fault: AppendFault): AppendFault {
    const [from, to] = [entries[0]!.at, entries.at(-1)!.next]
    this.#stage.history.note('storage', 'append fault', { log: log.name, from, to, ...fault })
    return fault
  }
}
