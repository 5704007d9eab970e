// Faults are data: what should go wrong with one append or one call. A test scripts them, the simulator draws them from
// its seed. Everything here is what real back ends were seen to do.

import type { Entry, LogId } from '@jackdaw/ports'

/** What happens to the part of an append that concerns one log. `delayMs` comes on top of the store's own latency. */
export type AppendFault = { readonly delayMs?: number } & (
  | { readonly kind: 'DELAYED' }
  /** Never arrives: UNKNOWN. */
  | { readonly kind: 'REQUEST_LOST' }
  /** Lands, but the writer hears nothing: UNKNOWN. */
  | { readonly kind: 'REPLY_LOST' }
  /** The first `entries` of it land: UNKNOWN. */
  | { readonly kind: 'TORN'; readonly entries: number }
  /** UNKNOWN to the writer; it arrives so many milliseconds later, or once the promise resolves, and lands if it still may. */
  | { readonly kind: 'LATE'; readonly arrives: number | Promise<unknown> }
  /** Nothing lands: FULL. */
  | { readonly kind: 'FULL' }
  /** Lands, its sync fails: UNKNOWN. A crash before the next `open` may lose it. */
  | { readonly kind: 'SYNC_FAILED' }
)

/** What happens to any other call: it fails before or after the storage has done the work, or is merely slow. */
export interface CallFault {
  readonly kind: 'DELAYED' | 'REQUEST_LOST' | 'REPLY_LOST'
  readonly delayMs?: number
}

export type LogStoreCall =
  | 'create'
  | 'remove'
  | 'open'
  | 'ends'
  | 'read'
  | 'scan'
  | 'findByTime'
  | 'trim'
  | 'replace'
  | 'snapshot'

export interface LogStoreFaults {
  /** Asked once for each log of an append. */
  append?(log: LogId, entries: readonly Entry[]): AppendFault | undefined
  /** Asked once for each other call. A fault of trim, replace or snapshot is UNKNOWN to the caller, of the rest a rejection. */
  call?(call: LogStoreCall, logs: readonly LogId[]): CallFault | undefined
  /** Whether this reader misses the hint that `log` has grown. */
  hintLost?(log: LogId): boolean
}

export type CoordinationCall = 'elect' | 'renew' | 'release' | 'holders'

export interface CoordinationFaults {
  /** Asked once for each request to the backend: also for each attempt of an election that waits, and for each renewal. */
  call?(call: CoordinationCall, role: string): CallFault | undefined
  /** Whether this reader misses the hint that a role changed hands. */
  hintLost?(role: string): boolean
}

/** The request or its reply was lost: what was asked for may have happened, or happen later. */
export class BackendUnreachable extends Error {
  override readonly name = 'BackendUnreachable'
}

/** Faults for a test: each waits for the next append or call of its kind, in the order in which they were given. */
export class ScriptedFaults implements LogStoreFaults, CoordinationFaults {
  readonly #appends: AppendFault[] = []
  readonly #calls: { call: LogStoreCall | CoordinationCall; fault: CallFault }[] = []
  /** From now on no hint arrives. */
  hintsLost = false

  nextAppend(fault: AppendFault): void {
    this.#appends.push(fault)
  }

  next(call: LogStoreCall | CoordinationCall, fault: CallFault): void {
    this.#calls.push({ call, fault })
  }

  append(): AppendFault | undefined {
    return this.#appends.shift()
  }

  call(call: LogStoreCall | CoordinationCall): CallFault | undefined {
    const index = this.#calls.findIndex((scripted) => scripted.call === call)
    return index < 0 ? undefined : this.#calls.splice(index, 1)[0]!.fault
  }

  hintLost(): boolean {
    return this.hintsLost
  }
}
