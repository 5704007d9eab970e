// Writing to the segment files of all logs, and removing them. Whoever writes to the files of one log does so one after the
// other; logs do not wait for each other.
import { CorruptLog } from '@jackdaw/ports'
import type { Framing } from '@jackdaw/ports'
import { Directories } from './directories.ts'
import type { FilePool } from './file-pool.ts'
import type { FileSystem } from './files.ts'
import { fileOf, takeTail } from './log-state.ts'
import type { Chunk, Log, Segment, State } from './log-state.ts'
import { indexFileOf, SegmentBytes, timeIndexFileOf } from './segment-bytes.ts'
import { SegmentIndexes } from './segment-indexes.ts'

const copyBytes = 1 << 20

export interface SegmentsOptions {
  readonly files: FileSystem
  readonly pool: FilePool
  readonly framing: Framing
  readonly directory: string
  readonly state: State
  /** The last process did not close the store. */
  readonly crashed: boolean
}

export class Segments {
  readonly bytes: SegmentBytes
  readonly indexes: SegmentIndexes
  readonly directories: Directories
  readonly #files: FileSystem
  readonly #pool: FilePool
  readonly #state: State
  /** Files that were written to and are not settled. */
  readonly #written = new Map<Log, Set<string>>()

  constructor({ files, pool, framing, directory, state, crashed }: SegmentsOptions) {
    this.#files = files
    this.#pool = pool
    this.#state = state
    this.bytes = new SegmentBytes(pool, framing, directory)
    this.indexes = new SegmentIndexes(files, pool, framing, this.bytes)
    this.directories = new Directories(files, this.bytes, crashed)
  }

  /** Runs `work` once those before it, on the files of this log, are done. */
  inTurn<T>(log: Log, work: () => Promise<T>): Promise<T> {
    const done = log.writing.then(work)
    log.writing = done.catch(() => {})
    return done
  }

  /** Writes what the journal holds of the log into its segments. */
  writeBack(log: Log): Promise<void> {
    return this.inTurn(log, () => this.#writeTail(log))
  }

  async #writeTail(log: Log): Promise<void> {
    while (log.tail.length > 0) {
      const chunks = firstRun(log)
      const [{ file, position, replayed }] = chunks as [Chunk]
      const parts = chunks.map(({ bytes }) => bytes)
      await this.#write(log, file, parts, position, replayed)
      await this.#taken(log, chunks)
    }
  }

  async #taken(log: Log, chunks: readonly Chunk[]): Promise<void> {
    await this.indexes.addChunks(log, chunks)
    // A trim may have taken them meanwhile.
    if (chunks.length > 0 && log.tail[0] === chunks[0]) takeTail(this.#state, log, chunks.length)
  }

  /**
   * Writes `parts` to their place in a segment, what the journal holds before them too, and makes it durable. They are no
   * part of the log before the journal says so.
   */
  writeThrough(log: Log, base: number, position: number, parts: readonly Uint8Array[]): Promise<void> {
    const file = fileOf(base)
    return this.inTurn(log, async () => {
      if (log.tail.length > 0 && log.tail[0]!.file !== file) await this.#writeTail(log)
      const chunks = log.tail.slice()
      const all = [...chunks.map(({ bytes }) => bytes), ...parts]
      await this.#write(log, file, all, chunks[0]?.position ?? position, chunks[0]?.replayed ?? false)
      await this.#taken(log, chunks)
      await this.#pool.sync(this.bytes.pathOf(log, file))
      await this.directories.sync()
    })
  }

  /** A new file of the log, durable with its name when it resolves. */
  writeNew(log: Log, file: string, parts: readonly Uint8Array[]): Promise<void> {
    return this.inTurn(log, async () => {
      await this.#write(log, file, parts, 0, false)
      await this.#pool.sync(this.bytes.pathOf(log, file))
      await this.directories.sync()
    })
  }

  /** A new file of the log with the bytes of these segments one after the other. Returns its size. */
  async concatenate(log: Log, file: string, pieces: readonly Segment[]): Promise<number> {
    let end = 0
    for (const piece of pieces) {
      for (let from = piece.from; from < piece.to; from += copyBytes) {
        const bytes = await this.bytes.exactly(log, piece.file, from, Math.min(piece.to, from + copyBytes))
        await this.#write(log, file, [bytes], end, false)
        end += bytes.length
      }
    }
    await this.#pool.sync(this.bytes.pathOf(log, file))
    await this.directories.sync()
    return end
  }

  /** `keep`: at the beginning of a file, what stands behind it counts. Otherwise it is left over from a write that never did. */
  async #write(log: Log, file: string, parts: readonly Uint8Array[], position: number, keep: boolean): Promise<void> {
    await this.directories.make(log)
    if (position === 0) this.directories.changed(log)
    this.#filesWritten(log).add(file)
    await this.#pool.write(this.bytes.pathOf(log, file), parts, position, position === 0 && !keep)
  }

  /** A file may have been written to by a process that is gone: its index is to be completed. */
  touched(log: Log, file: string): void {
    this.#filesWritten(log).add(file)
  }

  #filesWritten(log: Log): Set<string> {
    let files = this.#written.get(log)
    if (!files) this.#written.set(log, (files = new Set()))
    return files
  }

  /** Makes durable what was written to the files of a log, and completes their indexes. */
  settle(log: Log): Promise<void> {
    return this.inTurn(log, async () => {
      const files = this.#written.get(log)
      if (!files) return
      for (const file of files) {
        if (!this.#state.byNumber.has(log.number)) break
        if (!log.segments.some((segment) => segment.file === file)) continue
        await this.#pool.sync(this.bytes.pathOf(log, file))
        await this.#saveIndex(log, file)
      }
      this.#written.delete(log)
    })
  }

  /** Damage met on the way is its log's affair: the others go on. */
  async #saveIndex(log: Log, file: string): Promise<void> {
    try {
      await this.indexes.save(log, file)
    } catch (error) {
      if (!(error instanceof CorruptLog)) throw error
      log.damage ??= error
    }
  }

  /** The index files lie: they are made anew from the segment. */
  async rebuildIndex(log: Log, file: string): Promise<void> {
    await this.indexes.rebuild(log, file)
    await this.inTurn(log, () => this.indexes.save(log, file))
  }

  get unsettled(): readonly Log[] {
    return [...this.#written.keys()]
  }

  /** Gives a file a second name, durably; its indexes are written under that name with the next checkpoint. */
  async link(log: Log, file: string, name: string): Promise<void> {
    await this.indexes.adopt(log, file, name)
    await this.inTurn(log, async () => {
      // What has that name is left over from a crash.
      await this.#remove(log, name)
      await this.#files.link(this.bytes.pathOf(log, file), this.bytes.pathOf(log, name))
      await this.#files.syncDirectory(this.bytes.directoryOf(log))
    })
    this.#filesWritten(log).add(name)
  }

  /** Removes the files of `old` segments that no segment of the log has any more, with their indexes. */
  async removeUnused(log: Log, old: readonly Segment[]): Promise<void> {
    for (const file of new Set(old.map((segment) => segment.file))) {
      if (log.segments.some((segment) => segment.file === file)) continue
      this.indexes.forget(log, file)
      await this.inTurn(log, async () => {
        for (const name of [file, indexFileOf(file), timeIndexFileOf(file)]) await this.#remove(log, name)
      })
    }
  }

  async #remove(log: Log, name: string): Promise<void> {
    const path = this.bytes.pathOf(log, name)
    this.#pool.forget(path)
    await this.#files.remove(path)
  }

  /** Lets go of the files of a log that was removed. */
  drop(log: Log): void {
    this.#written.delete(log)
    for (const file of new Set(log.segments.map((segment) => segment.file))) {
      this.indexes.forget(log, file)
      for (const name of [file, indexFileOf(file), timeIndexFileOf(file)])
        this.#pool.forget(this.bytes.pathOf(log, name))
    }
  }
}

/** The chunks at the front of the tail that follow each other in one file. */
function firstRun({ tail }: Log): Chunk[] {
  const { file, position } = tail[0]!
  let end = position
  let count = 0
  while (count < tail.length && tail[count]!.file === file && tail[count]!.position === end)
    end += tail[count++]!.bytes.length
  return tail.slice(0, count)
}
