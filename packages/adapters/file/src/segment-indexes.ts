// The indexes of all segment files: loaded when first asked for, kept in memory within a budget, saved at checkpoints. They
// are a cache of what the segments say: whatever is missing or wrong in them is found there again.
import type { EntryInfo, Framing } from '@jackdaw/ports'
import type { FilePool } from './file-pool.ts'
import type { FileSystem } from './files.ts'
import { readWhole } from './files.ts'
import { frameAt } from './frames.ts'
import type { Chunk, Log } from './log-state.ts'
import { SegmentIndex } from './segment-index.ts'
import { indexFileOf, timeIndexFileOf } from './segment-bytes.ts'
import type { SegmentBytes } from './segment-bytes.ts'

const scanBytes = 256 << 10
const cacheBytes = 64 << 20

export class SegmentIndexes {
  readonly #files: FileSystem
  readonly #pool: FilePool
  readonly #framing: Framing
  readonly #bytes: SegmentBytes
  // By path, in order of use.
  readonly #indexes = new Map<string, Promise<SegmentIndex>>()

  constructor(files: FileSystem, pool: FilePool, framing: Framing, bytes: SegmentBytes) {
    this.#files = files
    this.#pool = pool
    this.#framing = framing
    this.#bytes = bytes
  }

  /** The index of a segment file, complete up to what the file holds. */
  async get(log: Log, file: string): Promise<SegmentIndex> {
    const key = this.#bytes.pathOf(log, file)
    let loading = this.#indexes.get(key)
    if (loading) this.#indexes.delete(key)
    else loading = this.#load(log, file)
    this.#indexes.set(key, loading)
    try {
      const index = await loading
      await this.#cover(log, file, index)
      return index
    } catch (error) {
      this.#indexes.delete(key)
      throw error
    }
  }

  /** Made anew from the segment, whatever its files say. */
  async rebuild(log: Log, file: string): Promise<void> {
    const index = new SegmentIndex(file)
    this.#indexes.set(this.#bytes.pathOf(log, file), Promise.resolve(index))
    await this.#cover(log, file, index)
  }

  async #load(log: Log, file: string): Promise<SegmentIndex> {
    const index = new SegmentIndex(file)
    const [offsets, times] = await Promise.all([
      readWhole(this.#files, this.#bytes.pathOf(log, indexFileOf(file))),
      readWhole(this.#files, this.#bytes.pathOf(log, timeIndexFileOf(file))),
    ])
    const end = this.#bytes.storedEnd(log, file)
    index.load(offsets, times, end)
    // From its last entry on the segment is read: that one has to be true. The others are checked when they are followed.
    const { last } = index
    const entry = last && (await this.#bytes.headerAt(log, file, last.position, end))
    return !last || (entry && entry.next - 1 === last.offset) ? index : new SegmentIndex(file)
  }

  /** Looks at the entries that the index has not seen. */
  async #cover(log: Log, file: string, index: SegmentIndex): Promise<void> {
    while (index.covered < this.#bytes.storedEnd(log, file)) {
      const position = index.covered
      const end = this.#bytes.storedEnd(log, file)
      const { bytes } = await this.#bytes.fromEntry(log, file, position, Math.min(scanBytes, end - position), end)
      // Unless somebody else has covered it while this one was reading.
      if (index.covered === position) this.#addAll(log, file, index, bytes)
    }
  }

  #addAll(log: Log, file: string, index: SegmentIndex, bytes: Uint8Array): void {
    const position = index.covered
    for (let at = 0; at < bytes.length;) {
      const frame = frameAt(this.#framing, bytes, at)
      if (frame === 'CORRUPT') throw this.#bytes.corrupt(log, file, position + at)
      if (typeof frame !== 'object') return
      index.add(frame, position + at)
      at += frame.size
    }
  }

  /** What was written to its segment just now and is in memory still. */
  async addChunks(log: Log, chunks: readonly Chunk[]): Promise<void> {
    const [first] = chunks
    const index = first && (await this.#inMemory(log, first.file, first.position))
    if (!index) return
    for (const { file, position, bytes } of chunks)
      if (index.covered === position) this.#addAll(log, file, index, bytes)
  }

  /** Entries that were written through and are part of the log now. */
  async addFrames(log: Log, file: string, position: number, frames: readonly EntryInfo[]): Promise<void> {
    const index = await this.#inMemory(log, file, position)
    let at = position
    for (const frame of frames) {
      if (index?.covered !== at) return
      index.add(frame, at)
      at += frame.size
    }
  }

  /** The index if it is in memory, or begins here. Otherwise whoever needs it next reads what it lacks from the segment. */
  #inMemory(log: Log, file: string, position: number): Promise<SegmentIndex> | undefined {
    const key = this.#bytes.pathOf(log, file)
    const loading = this.#indexes.get(key)
    if (loading || position > 0) return loading
    const made = Promise.resolve(new SegmentIndex(file))
    this.#indexes.set(key, made)
    return made
  }

  /** Writes what the files lack and syncs them. A segment that is complete gets Kafka's last entry of times. */
  async save(log: Log, file: string): Promise<void> {
    const index = await this.get(log, file)
    const complete = log.segments.at(-1)?.file !== file
    if (complete) index.finish()
    const { offsets, offsetsAt, times, timesAt } = index.unsaved()
    for (const [name, bytes, at] of [
      [indexFileOf(file), offsets, offsetsAt],
      [timeIndexFileOf(file), times, timesAt],
    ] as const) {
      // A complete segment has both files, as Kafka's do; before that an index without entries is no file.
      if (bytes.length === 0 && !(complete && at === 0)) continue
      const path = this.#bytes.pathOf(log, name)
      await this.#pool.write(path, [bytes], at, at === 0)
      await this.#pool.truncate(path, at + bytes.length)
      await this.#pool.sync(path)
    }
    index.saved()
    await this.#trimCache()
  }

  /** The index of `file` is that of `name` too, where nothing is saved yet. */
  async adopt(log: Log, file: string, name: string): Promise<void> {
    const index = await this.get(log, file)
    index.unsave()
    this.#indexes.set(this.#bytes.pathOf(log, name), Promise.resolve(index))
  }

  forget(log: Log, file: string): void {
    this.#indexes.delete(this.#bytes.pathOf(log, file))
  }

  async #trimCache(): Promise<void> {
    let bytes = 0
    for (const index of await Promise.all(this.#indexes.values())) bytes += index.bytes
    for (const [key, loading] of this.#indexes) {
      if (bytes <= cacheBytes) return
      bytes -= (await loading).bytes
      this.#indexes.delete(key)
    }
  }
}
