// The bytes of segment files: where they are, how far a file holds them, and the entries found in them.
import { join } from 'node:path'
import { CorruptLog } from '@jackdaw/ports'
import type { EntryInfo, Framing } from '@jackdaw/ports'
import type { FilePool } from './file-pool.ts'
import { isMissing } from './files.ts'
import type { Log } from './log-state.ts'

export const indexFileOf = (file: string): string => file.replace('.log', '.index')
export const timeIndexFileOf = (file: string): string => file.replace('.log', '.timeindex')

export class SegmentBytes {
  readonly #pool: FilePool
  readonly #framing: Framing
  readonly #directory: string

  constructor(pool: FilePool, framing: Framing, directory: string) {
    this.#pool = pool
    this.#framing = framing
    this.#directory = directory
  }

  directoryOf(log: Log): string {
    return join(this.#directory, log.directory)
  }

  pathOf(log: Log, file: string): string {
    return join(this.#directory, log.directory, file)
  }

  /** Where the bytes of the log in `file` end that a reader finds there; what lies behind is in memory still. */
  storedEnd(log: Log, file: string): number {
    const pending = log.tail[0]
    if (pending?.file === file) return pending.position
    let end = 0
    for (const segment of log.segments) if (segment.file === file && segment.to > end) end = segment.to
    return end
  }

  fileSize(log: Log, file: string): Promise<number> {
    return this.#pool.size(this.pathOf(log, file))
  }

  /** Exactly the bytes [from, to) of a file. */
  async exactly(log: Log, file: string, from: number, to: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(to - from)
    const path = this.pathOf(log, file)
    const got = await this.#read(log, file, bytes, from)
    if (got === bytes.length) return bytes
    throw new CorruptLog(log.log, `${path} ends at ${from + got}, bytes up to ${to} were stored in it`)
  }

  /** Bytes from the entry at `position` on: `wanted` of them, or more where that entry is larger; up to `end` at most. */
  async fromEntry(
    log: Log,
    file: string,
    position: number,
    wanted: number,
    end: number,
  ): Promise<{ readonly bytes: Buffer; readonly frame: EntryInfo }> {
    let size = Math.min(Math.max(wanted, this.#framing.headerBytes), end - position)
    for (;;) {
      const bytes = await this.exactly(log, file, position, position + size)
      const frame = this.#framing.frame(bytes, false)
      if (typeof frame === 'string' || frame.size > end - position) throw this.corrupt(log, file, position)
      if (frame.size <= size) return { bytes, frame }
      size = frame.size
    }
  }

  /** What the header at `position` says, if it is one of an entry that ends by `end`. */
  async headerAt(log: Log, file: string, position: number, end: number): Promise<EntryInfo | undefined> {
    const header = Buffer.allocUnsafe(this.#framing.headerBytes)
    const got = await this.#read(log, file, header, position)
    const frame = this.#framing.frame(header.subarray(0, got), false)
    return typeof frame === 'string' || frame.size > end - position ? undefined : frame
  }

  async #read(log: Log, file: string, into: Uint8Array, position: number): Promise<number> {
    try {
      return await this.#pool.read(this.pathOf(log, file), into, position)
    } catch (error) {
      if (!isMissing(error)) throw error
      throw new CorruptLog(log.log, `${this.pathOf(log, file)} is gone`, { cause: error })
    }
  }

  corrupt(log: Log, file: string, position: number): CorruptLog {
    return new CorruptLog(
      log.log,
      `${this.pathOf(log, file)} does not hold an entry at ${position}, where one was stored`,
    )
  }
}
