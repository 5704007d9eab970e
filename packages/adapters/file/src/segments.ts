// The segment files of all logs: writes the journal's bytes into them, keeps their indexes, makes them durable. Whoever
// writes to the files of one log does so one after the other; logs do not wait for each other.
import { join } from 'node:path'
import { CorruptLog } from '@jackdaw/ports'
import type { EntryInfo, Framing } from '@jackdaw/ports'
import type { FilePool } from './file-pool.ts'
import type { FileSystem } from './files.ts'
import { isMissing, parentOf, readWhole, writeAll } from './files.ts'
import { frameAt } from './frames.ts'
import { fileOf, takeTail } from './log-state.ts'
import type { Chunk, Log, Segment, State } from './log-state.ts'
import { SegmentIndex } from './segment-index.ts'
import { seal } from './versioned.ts'

const scanBytes = 256 << 10
const indexCacheBytes = 64 << 20
/** Says whose directory it is, for people and for the sweep after a crash. */
export const identityFile = 'log.identity'

export const indexFileOf = (file: string): string => file.replace('.log', '.index')
export const timeIndexFileOf = (file: string): string => file.replace('.log', '.timeindex')

export interface SegmentsOptions {
  readonly files: FileSystem
  readonly pool: FilePool
  readonly framing: Framing
  readonly directory: string
  readonly state: State
}

export class Segments {
  readonly #files: FileSystem
  readonly #pool: FilePool
  readonly #framing: Framing
  readonly #directory: string
  readonly #state: State
  // In order of use, within a budget. What one has not saved when it goes is found again in the segment.
  readonly #indexes = new Map<string, Promise<SegmentIndex>>()
  readonly #written = new Map<Log, Set<string>>()
  readonly #unsyncedDirectories = new Set<string>()
  readonly #syncingDirectories = new Set<Promise<void>>()

  constructor({ files, pool, framing, directory, state }: SegmentsOptions) {
    this.#files = files
    this.#pool = pool
    this.#framing = framing
    this.#directory = directory
    this.#state = state
  }

  directoryOf(log: Log): string {
    return join(this.#directory, log.directory)
  }

  pathOf(log: Log, file: string): string {
    return join(this.#directory, log.directory, file)
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
      const chunks = this.#firstRun(log)
      await this.#write(
        log,
        chunks[0]!.file,
        chunks.map(({ bytes }) => bytes),
        chunks[0]!.position,
        chunks[0]!.replayed,
      )
      await this.#indexChunks(log, chunks)
      // A trim may have taken them meanwhile.
      if (log.tail[0] === chunks[0]) takeTail(this.#state, log, chunks.length)
    }
  }

  /** The chunks at the front that follow each other in one file. */
  #firstRun(log: Log): Chunk[] {
    const { file } = log.tail[0]!
    let end = log.tail[0]!.position
    let count = 0
    while (count < log.tail.length && log.tail[count]!.file === file && log.tail[count]!.position === end) {
      end += log.tail[count++]!.bytes.length
    }
    return log.tail.slice(0, count)
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
      const before = chunks.map(({ bytes }) => bytes)
      const start = chunks[0]?.position ?? position
      await this.#write(log, file, [...before, ...parts], start, chunks[0]?.replayed ?? false)
      await this.#indexChunks(log, chunks)
      if (chunks.length > 0 && log.tail[0] === chunks[0]) takeTail(this.#state, log, chunks.length)
      await this.#pool.sync(this.pathOf(log, file))
      await this.syncDirectories()
    })
  }

  async #write(log: Log, file: string, parts: readonly Uint8Array[], position: number, keep: boolean): Promise<void> {
    if (!log.directoryMade) await this.makeDirectory(log)
    // A file's first byte makes it: what stands there under its name is left over from a write that never counted.
    if (position === 0) this.#unsyncedDirectories.add(this.directoryOf(log))
    let files = this.#written.get(log)
    if (!files) this.#written.set(log, (files = new Set()))
    files.add(file)
    await this.#pool.write(this.pathOf(log, file), parts, position, position === 0 && !keep)
  }

  /** A log has a directory once it has something to keep there: creating thousands of logs is one group of the journal. */
  async makeDirectory(log: Log): Promise<void> {
    const path = this.directoryOf(log)
    const isNew = await this.#files.makeDirectory(path)
    // Also where it is there: whoever made it may have died before a sync.
    this.#unsyncedDirectories.add(path)
    this.#unsyncedDirectories.add(parentOf(path))
    log.directoryMade = true
    if (!isNew) return
    // Not synced: nothing depends on it but people, and the sweep of what a crash may leave behind.
    const file = await this.#files.open(join(path, identityFile), 'write')
    try {
      await writeAll(file, [seal('jackdaw-log', 1, Buffer.from(JSON.stringify(log.log)))], 0)
    } finally {
      await file.close()
    }
  }

  /** Names that were made before the call are durable, also those that another call is at work on. */
  async syncDirectories(): Promise<void> {
    for (const path of this.#unsyncedDirectories) {
      this.#unsyncedDirectories.delete(path)
      const syncing = this.#syncDirectory(path)
      this.#syncingDirectories.add(syncing)
      void syncing.finally(() => this.#syncingDirectories.delete(syncing)).catch(() => {})
    }
    await Promise.all(this.#syncingDirectories)
  }

  async #syncDirectory(path: string): Promise<void> {
    try {
      await this.#files.syncDirectory(path)
    } catch (error) {
      // Gone with its log meanwhile.
      if (isMissing(error)) return
      this.#unsyncedDirectories.add(path)
      throw error
    }
  }

  /** Makes durable what was written to the files of a log, and completes their indexes. */
  settle(log: Log): Promise<void> {
    return this.inTurn(log, async () => {
      const files = this.#written.get(log)
      if (!files) return
      for (const file of files) {
        if (!this.#state.byNumber.has(log.number)) break
        if (!log.segments.some((segment) => segment.file === file)) continue
        await this.#pool.sync(this.pathOf(log, file))
        await this.#saveIndex(log, file)
      }
      this.#written.delete(log)
    })
  }

  get unsettled(): readonly Log[] {
    return [...this.#written.keys()]
  }

  /** Where the bytes of the log in `file` end that a reader finds there. */
  storedEnd(log: Log, file: string): number {
    const pending = log.tail[0]
    if (pending?.file === file) return pending.position
    let end = 0
    for (const segment of log.segments) if (segment.file === file && segment.to > end) end = segment.to
    return end
  }

  // -- indexes --------------------------------------------------------------------------------------------------------

  /** The index of a segment file, complete up to what the file holds. */
  async index(log: Log, file: string): Promise<SegmentIndex> {
    const key = this.pathOf(log, file)
    let loading = this.#indexes.get(key)
    if (loading) this.#indexes.delete(key)
    else loading = this.#loadIndex(log, file)
    this.#indexes.set(key, loading)
    let index
    try {
      index = await loading
      await this.#cover(log, file, index)
    } catch (error) {
      this.#indexes.delete(key)
      throw error
    }
    return index
  }

  /** The index files lie: they are made anew from the segment. */
  async rebuildIndex(log: Log, file: string): Promise<void> {
    const index = new SegmentIndex(file)
    this.#indexes.set(this.pathOf(log, file), Promise.resolve(index))
    await this.#cover(log, file, index)
    await this.inTurn(log, () => this.#saveIndex(log, file))
  }

  async #loadIndex(log: Log, file: string): Promise<SegmentIndex> {
    const index = new SegmentIndex(file)
    const [offsets, times] = await Promise.all([
      readWhole(this.#files, this.pathOf(log, indexFileOf(file))),
      readWhole(this.#files, this.pathOf(log, timeIndexFileOf(file))),
    ])
    index.load(offsets, times, this.storedEnd(log, file))
    return index
  }

  /** Looks at the entries that the index has not seen. */
  async #cover(log: Log, file: string, index: SegmentIndex): Promise<void> {
    while (index.covered < this.storedEnd(log, file)) {
      const position = index.covered
      const end = this.storedEnd(log, file)
      const { bytes, frame } = await this.entryBytes(log, file, position, Math.min(scanBytes, end - position), end)
      // Somebody else has covered it while this one was reading.
      if (index.covered !== position) continue
      let at = 0
      for (let next: EntryInfo | undefined = frame; next;) {
        index.add(next, position + at)
        at += next.size
        const found = frameAt(this.#framing, bytes, at)
        if (found === 'CORRUPT') throw this.corrupt(log, file, position + at)
        next = typeof found === 'object' ? found : undefined
      }
    }
  }

  /** Bytes of a file from the entry at `position` on: `wanted` of them, or more where that entry is larger. */
  async entryBytes(
    log: Log,
    file: string,
    position: number,
    wanted: number,
    end: number,
  ): Promise<{ readonly bytes: Buffer; readonly frame: EntryInfo }> {
    const path = this.pathOf(log, file)
    let size = Math.min(Math.max(wanted, this.#framing.headerBytes), end - position)
    for (;;) {
      const bytes = Buffer.allocUnsafeSlow(size)
      const got = await this.#pool.read(path, bytes, position)
      if (got < size)
        throw new CorruptLog(log.log, `${path} ends at ${position + got}, bytes up to ${end} were stored in it`)
      const frame = this.#framing.frame(bytes, false)
      if (typeof frame === 'string' || frame.size > end - position) throw this.corrupt(log, file, position)
      if (frame.size <= size) return { bytes, frame }
      size = frame.size
    }
  }

  /** What the header at `position` says, if it is one. */
  async frameAt(log: Log, file: string, position: number, end: number): Promise<EntryInfo | undefined> {
    const header = Buffer.allocUnsafe(this.#framing.headerBytes)
    const got = await this.#pool.read(this.pathOf(log, file), header, position)
    const frame = this.#framing.frame(header.subarray(0, got), false)
    return typeof frame === 'string' || frame.size > end - position ? undefined : frame
  }

  corrupt(log: Log, file: string, position: number): CorruptLog {
    return new CorruptLog(
      log.log,
      `${this.pathOf(log, file)} does not hold an entry at ${position}, where one was stored`,
    )
  }

  async #indexChunks(log: Log, chunks: readonly Chunk[]): Promise<void> {
    if (chunks.length === 0) return
    const loading = this.#indexes.get(this.pathOf(log, chunks[0]!.file))
    // Not in memory: the next one who needs it sees to it, from the file.
    if (!loading && chunks[0]!.position > 0) return
    const index = loading ? await loading : await this.#freshIndex(log, chunks[0]!.file)
    for (const chunk of chunks) {
      let at = 0
      while (index.covered === chunk.position + at && at < chunk.bytes.length) {
        const frame = frameAt(this.#framing, chunk.bytes, at)
        if (typeof frame !== 'object') return
        index.add(frame, chunk.position + at)
        at += frame.size
      }
    }
  }

  #freshIndex(log: Log, file: string): Promise<SegmentIndex> {
    const made = Promise.resolve(new SegmentIndex(file))
    this.#indexes.set(this.pathOf(log, file), made)
    return made
  }

  /** Frames that were written through and are part of the log now. */
  async indexFrames(log: Log, base: number, position: number, frames: readonly EntryInfo[]): Promise<void> {
    const loading = this.#indexes.get(this.pathOf(log, fileOf(base)))
    if (!loading && position > 0) return
    const index = loading ? await loading : await this.#freshIndex(log, fileOf(base))
    let at = position
    for (const frame of frames) {
      if (index.covered !== at) return
      index.add(frame, at)
      at += frame.size
    }
  }

  async #saveIndex(log: Log, file: string): Promise<void> {
    const index = await this.index(log, file)
    const complete = log.segments.at(-1)?.file !== file
    if (complete) index.finish()
    const { offsets, offsetsAt, times, timesAt } = index.unsaved()
    for (const [name, bytes, at] of [
      [indexFileOf(file), offsets, offsetsAt],
      [timeIndexFileOf(file), times, timesAt],
    ] as const) {
      // A complete segment has both files, as Kafka's do; before that an index without entries is no file.
      if (bytes.length === 0 && !(complete && at === 0)) continue
      const path = this.pathOf(log, name)
      await this.#pool.write(path, [bytes], at, at === 0)
      await this.#pool.truncate(path, at + bytes.length)
      await this.#pool.sync(path)
    }
    index.saved()
    await this.#trimIndexCache()
  }

  async #trimIndexCache(): Promise<void> {
    let bytes = 0
    for (const index of await Promise.all(this.#indexes.values())) bytes += index.bytes
    for (const [key, loading] of this.#indexes) {
      if (bytes <= indexCacheBytes) return
      bytes -= (await loading).bytes
      this.#indexes.delete(key)
    }
  }

  // -- the end of files -----------------------------------------------------------------------------------------------

  /** Removes the files of `old` segments that no segment of the log has any more, with their indexes. */
  async removeUnused(log: Log, old: readonly Segment[]): Promise<void> {
    for (const file of new Set(old.map((segment) => segment.file))) {
      if (log.segments.some((segment) => segment.file === file)) continue
      await this.inTurn(log, async () => {
        this.#indexes.delete(this.pathOf(log, file))
        for (const name of [file, indexFileOf(file), timeIndexFileOf(file)]) {
          await this.#pool.forget(this.pathOf(log, name))
          await this.#files.remove(this.pathOf(log, name))
        }
      })
    }
  }

  /** A new file of the log, durable with its name when it resolves. */
  writeNew(log: Log, file: string, parts: readonly Uint8Array[]): Promise<void> {
    return this.inTurn(log, async () => {
      await this.#write(log, file, parts, 0, false)
      await this.#pool.sync(this.pathOf(log, file))
      await this.syncDirectories()
    })
  }

  /** Forgets all about a log that was removed. */
  async drop(log: Log): Promise<void> {
    this.#written.delete(log)
    const files = new Set(log.segments.map(({ file }) => file))
    for (const file of files) {
      this.#indexes.delete(this.pathOf(log, file))
      for (const name of [file, indexFileOf(file), timeIndexFileOf(file)])
        await this.#pool.forget(this.pathOf(log, name))
    }
  }
}
