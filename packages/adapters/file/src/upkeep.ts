// When to write back and when to checkpoint, and what appends wait for: memory, and files of the journal.
import type { Checkpoints } from './checkpoint.ts'
import type { Health } from './health.ts'
import type { JournalRecord } from './journal-record.ts'
import { JournalFull } from './journal.ts'
import type { Journal } from './journal.ts'
import type { State } from './log-state.ts'
import type { Settings } from './options.ts'

export class Upkeep {
  readonly #settings: Settings
  readonly #state: State
  readonly #journal: Journal
  readonly #checkpoints: Checkpoints
  readonly #health: Health
  #directBytes = 0
  #draining: Promise<void> | undefined

  constructor(settings: Settings, state: State, journal: Journal, checkpoints: Checkpoints, health: Health) {
    this.#settings = settings
    this.#state = state
    this.#journal = journal
    this.#checkpoints = checkpoints
    this.#health = health
  }

  /** Resolves when a group of `records` has room in memory and in the journal; rejects where there is none to be had. */
  async ready(records: readonly JournalRecord[]): Promise<void> {
    if (this.#state.tailBytes > 2 * this.#settings.tailBytes) await this.#drain()
    // The first checkpoint that ends may have begun before what is full now was.
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#journal.makeRoom(records)
      } catch (error) {
        if (!(error instanceof JournalFull) || attempt === 2) throw error
        await this.#checkpoints.run()
      }
    }
  }

  /** After each group. */
  look(): void {
    if (this.#health.stopped) return
    if (this.#journal.wantsCheckpoint || this.#directBytes > this.#settings.checkpointBytes)
      this.#inBackground(this.checkpoint())
    else if (this.#state.tailBytes > this.#settings.tailBytes) this.#inBackground(this.#drain())
  }

  /** Bytes went straight to a segment. */
  direct(bytes: number): void {
    this.#directBytes += bytes
  }

  /** There was no room for an append: is there now? */
  probe(): void {
    if (this.#health.wantsProbe) this.#inBackground(this.checkpoint())
  }

  /** Joins the one under way. Rejects where there was no room or the device failed; the store then knows. */
  async checkpoint(): Promise<void> {
    if (!this.#checkpoints.running) this.#directBytes = 0
    try {
      await this.#checkpoints.run()
      this.#health.healed()
    } catch (error) {
      this.#health.note(error)
      throw error
    }
  }

  /** One that holds all there is now. */
  async finish(): Promise<void> {
    await this.#checkpoints.running?.catch(() => {})
    await this.#draining?.catch(() => {})
    await this.checkpoint()
  }

  async #drain(): Promise<void> {
    this.#draining ??= this.#checkpoints.drain().finally(() => (this.#draining = undefined))
    try {
      await this.#draining
    } catch (error) {
      this.#health.note(error)
      throw error
    }
  }

  // Its error is known to `health`, and met again by the appends.
  #inBackground(work: Promise<void>): void {
    work.catch(() => {})
  }
}
