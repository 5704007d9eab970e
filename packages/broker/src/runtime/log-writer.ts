// The writing side of one log: gathers batches into entries, and settles what the storage answers. An unknown outcome is
// settled by opening the log again: nothing older can land after that, so the log's end tells what did, and the very same
// entries are sent again for what did not. Until then no other bytes are offered at those offsets.

import type { Clock, Entry, LogId, Opening, Outcome } from '@jackdaw/ports'

import type { Flusher } from './flusher.ts'
import type { Opener } from './opener.ts'

/**
 * Why a log can no longer be written under this opening. FENCED: another opening came after ours, perhaps a late one of our own
 * epoch; opening again will tell. OVERTAKEN: a higher epoch has opened the log.
 */
export type LossReason = 'FENCED' | 'OVERTAKEN' | 'CONFLICT' | 'FULL' | 'MISSING'

export interface LogWriterEvents {
  /** Everything below `next` is stored. */
  durable(next: number): void
  lost(reason: LossReason, detail: string): void
}

export interface LogWriterOptions {
  readonly log: LogId
  readonly epoch: number
  readonly opening: Opening
  readonly largestEntry: number
  readonly flusher: Flusher
  readonly opener: Opener
  readonly clock: Clock
  readonly events: LogWriterEvents
}

interface GatheredEntry extends Entry {
  next: number
  time: number
  readonly bytes: Uint8Array[]
  size: number
}

/** Entries grow to about this size; larger ones would only make reads coarser. */
const ENTRY_BYTES = 1024 * 1024
/** What one log contributes to one flush at most. */
const FLUSH_BYTES = 8 * ENTRY_BYTES
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 2_000

export class LogWriter {
  readonly log: LogId
  readonly epoch: number
  opening: Opening
  readonly #options: LogWriterOptions
  readonly #entryBytes: number
  #gathering: GatheredEntry[] = []
  #flying: Entry[] = []
  #state: 'idle' | 'queued' | 'flying' | 'settling' | 'closed' = 'idle'

  constructor(options: LogWriterOptions) {
    this.log = options.log
    this.epoch = options.epoch
    this.opening = options.opening
    this.#options = options
    this.#entryBytes = Math.min(ENTRY_BYTES, options.largestEntry)
  }

  /** Takes a batch that begins where the last one ended. The bytes stay as they are until it is stored. */
  push(at: number, next: number, time: number, bytes: Uint8Array): void {
    const last = this.#gathering.at(-1)
    if (last !== undefined && last.size + bytes.length <= this.#entryBytes) {
      last.next = next
      last.time = Math.max(last.time, time)
      last.bytes.push(bytes)
      last.size += bytes.length
    } else {
      this.#gathering.push({ at, next, time, bytes: [bytes], size: bytes.length })
    }
    this.#queue()
  }

  get wantsFlush(): boolean {
    return this.#state === 'queued'
  }

  /** Hands what has gathered to the flusher, which calls `settled` with what became of it. */
  take(): { log: LogId; opening: Opening; entries: readonly Entry[] } {
    if (this.#flying.length === 0) this.#flying = this.#takeGathered()
    this.#state = 'flying'
    return { log: this.log, opening: this.opening, entries: this.#flying }
  }

  #takeGathered(): Entry[] {
    let size = 0
    const end = this.#gathering.findIndex((entry) => (size += entry.size) > FLUSH_BYTES)
    return this.#gathering.splice(0, end === -1 ? this.#gathering.length : Math.max(1, end))
  }

  settled(outcome: Outcome): void {
    if (this.#state === 'closed') return
    switch (outcome.kind) {
      case 'APPENDED':
        return this.#landed(outcome.next)
      case 'UNKNOWN':
        this.#state = 'settling'
        return void this.#settle(FIRST_RETRY_MS)
      case 'FULL':
        return this.#lose('FULL', outcome.reason)
      case 'CONFLICT':
        return this.#lose('CONFLICT', `the log ends at ${outcome.next}, not at ${this.#flying[0]?.at}`)
      case 'FENCED':
        return this.#lose('FENCED', `it was opened again after epoch ${this.epoch} had opened it`)
    }
  }

  /** Nothing is sent or reported from here on. */
  close(): void {
    this.#state = 'closed'
    this.#gathering = []
    this.#flying = []
  }

  #queue(): void {
    if (this.#state !== 'idle') return
    this.#state = 'queued'
    this.#options.flusher.ready(this)
  }

  #landed(next: number): void {
    const expected = this.#flying.at(-1)?.next
    if (next !== expected) return this.#lose('CONFLICT', `the storage confirmed offset ${next} instead of ${expected}`)
    this.#flying = []
    this.#state = 'idle'
    this.#options.events.durable(next)
    if (this.#gathering.length > 0) this.#queue()
  }

  async #settle(retryMs: number): Promise<void> {
    const opened = await this.#options.opener.open(this.log, this.epoch)
    if (this.#state !== 'settling') return
    switch (opened.kind) {
      case 'OPENED':
        this.opening = opened.opening
        return this.#settledAt(opened.next)
      case 'FENCED':
        return this.#lose('OVERTAKEN', `epoch ${this.epoch} is no longer the highest`)
      case 'MISSING':
        return this.#lose('MISSING', 'the storage does not hold it any more')
      case 'UNREACHABLE':
        this.#options.clock.after(retryMs, () => {
          if (this.#state === 'settling') void this.#settle(Math.min(retryMs * 2, LONGEST_RETRY_MS))
        })
    }
  }

  #settledAt(end: number): void {
    const landed = this.#flying.findLastIndex((entry) => entry.next <= end)
    const boundary = landed === -1 ? this.#flying[0]?.at : this.#flying[landed]?.next
    if (boundary !== end)
      return this.#lose('CONFLICT', `the log ends at ${end}, which is not where an entry of ours ends`)
    this.#flying = this.#flying.slice(landed + 1)
    this.#state = 'idle'
    if (landed !== -1) this.#options.events.durable(end)
    if (this.#flying.length > 0 || this.#gathering.length > 0) this.#queue()
  }

  #lose(reason: LossReason, detail: string): void {
    this.close()
    this.#options.events.lost(reason, detail)
  }
}
