// What the runtime of one broker shares: the store, the flusher and opener in front of it, the tail cache, time, and the word
// whether this broker may still answer.

import { encodeSnapshot, type PartitionLogState } from '@jackdaw/core'
import type { Clock, LogId, LogStore, Opened, Opening } from '@jackdaw/ports'

import type { Logger } from '../log.ts'
import { Flusher } from './flusher.ts'
import { Opener, type OpenResult } from './opener.ts'
import { TailCache } from './tail-cache.ts'

export interface StorageOptions {
  readonly store: LogStore
  readonly clock: Clock
  readonly log: Logger
  readonly tailCacheBytes: number
  /** Whether the roles are still held under which this broker answers. */
  readonly leads: () => boolean
}

export class Storage {
  readonly store: LogStore
  readonly clock: Clock
  readonly log: Logger
  readonly flusher: Flusher
  readonly opener: Opener
  readonly tails: TailCache
  readonly leads: () => boolean
  /** Results of a bulk open that no partition has used yet. */
  readonly #opened = new Map<string, Opened>()

  constructor(options: StorageOptions) {
    this.store = options.store
    this.clock = options.clock
    this.log = options.log
    this.leads = options.leads
    this.flusher = new Flusher(options.store, options.clock)
    this.opener = new Opener(options.store, options.clock)
    this.tails = new TailCache(options.tailCacheBytes)
  }

  /** Opens many logs in one call, ahead of their first use. */
  async openAll(logs: readonly { readonly log: LogId; readonly epoch: number }[]): Promise<void> {
    const results = await this.store.open(logs)
    results.forEach((result, index) => {
      const { log } = logs[index] as { log: LogId }
      if (result.kind === 'OPENED') this.#opened.set(log.id, result)
      else this.log.error({ log: log.name, result: result.kind }, 'a log could not be opened')
    })
  }

  /** The opening of a bulk open where it is unused, else a new one. */
  async open(log: LogId, epoch: number): Promise<OpenResult> {
    const opened = this.#opened.get(log.id)
    if (opened === undefined) return this.opener.open(log, epoch)
    this.#opened.delete(log.id)
    return opened
  }

  async saveSnapshot(log: LogId, opening: Opening, state: PartitionLogState): Promise<void> {
    const outcome = await this.store.snapshot(log, opening, state.end, encodeSnapshot(state))
    if (outcome.kind !== 'DONE') this.log.warn({ log: log.name, outcome: outcome.kind }, 'a snapshot was not kept')
  }
}
