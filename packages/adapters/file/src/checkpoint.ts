// A checkpoint: what the journal holds goes to the segments, they are made durable, then the catalogue says so, then the
// journal's files are free. In this order, so that a crash at any point finds the one or the other.
import { join } from 'node:path'
import type { Catalogue } from './catalogue.ts'
import type { FileSystem } from './files.ts'
import { isFull, writeAll } from './files.ts'
import type { Journal } from './journal.ts'
import type { Log, State } from './log-state.ts'
import type { Segments } from './segments.ts'

// More than the thread pool takes at once by default: syncs that wait together are committed together.
const logsAtOnce = 16

export interface CheckpointsOptions {
  readonly files: FileSystem
  readonly home: string
  readonly state: State
  readonly segments: Segments
  readonly catalogue: Catalogue
  readonly journal: Journal
  readonly reserveBytes: number
  /** Throws where the device has failed: what it says to have synced then counts for nothing. */
  readonly mustRun: () => void
}

export class Checkpoints {
  readonly #options: CheckpointsOptions
  #running: Promise<void> | undefined
  #hasReserve = false

  constructor(options: CheckpointsOptions) {
    this.#options = options
  }

  get running(): Promise<void> | undefined {
    return this.#running
  }

  /** Joins the one under way. */
  run(): Promise<void> {
    this.#running ??= this.#checkpoint().finally(() => (this.#running = undefined))
    return this.#running
  }

  /** Frees the memory of what the journal holds, without making it durable a second time. */
  drain(): Promise<void> {
    const { state, segments } = this.#options
    const logs = [...state.byNumber.values()].filter(({ tail }) => tail.length > 0)
    return forEach(logs, (log) => segments.writeBack(log))
  }

  async #checkpoint(): Promise<void> {
    const { state, segments, catalogue, journal, mustRun } = this.#options
    mustRun()
    const { sequence } = state
    const text = catalogue.capture(state)
    const unsettled = new Set(segments.unsettled)
    for (const log of state.byNumber.values()) if (log.tail.length > 0) unsettled.add(log)
    await forEach([...unsettled], async (log) => {
      await segments.writeBack(log)
      await segments.settle(log)
    })
    await segments.directories.sync()
    mustRun()
    await this.#write(text)
    journal.recycle(sequence)
    await this.#keepReserve()
  }

  async #write(text: Buffer): Promise<void> {
    try {
      await this.#options.catalogue.write(text)
    } catch (error) {
      if (!isFull(error) || !this.#hasReserve) throw error
      await this.#options.files.remove(this.#reservePath)
      this.#hasReserve = false
      await this.#options.catalogue.write(text)
    }
  }

  get #reservePath(): string {
    return join(this.#options.home, 'reserve')
  }

  /** Room that a full disk still has for a catalogue, so that what a trim has freed can be used. */
  async #keepReserve(): Promise<void> {
    if (this.#hasReserve) return
    const { files, reserveBytes } = this.#options
    try {
      const file = await files.open(this.#reservePath, 'write')
      try {
        if ((await file.size()) < reserveBytes) await writeAll(file, [Buffer.alloc(reserveBytes)], 0)
      } finally {
        await file.close()
      }
      this.#hasReserve = true
    } catch (error) {
      if (!isFull(error)) throw error
      await files.remove(this.#reservePath)
    }
  }
}

async function forEach(logs: readonly Log[], work: (log: Log) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < logs.length) await work(logs[next++]!)
  }
  await Promise.all(Array.from({ length: Math.min(logsAtOnce, logs.length) }, worker))
}
