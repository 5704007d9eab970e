// Kafka's two sparse indexes of one segment file, in Kafka's formats. `.index`: last offset of an entry, relative to the
// file's base, and the position where that entry begins (int32, int32). `.timeindex`: a largest time so far and the last
// offset of the entry that has it (int64, int32). They are hints: whoever follows one checks the entry found there.
import type { EntryInfo } from '@jackdaw/ports'
import { fileBaseOf } from './log-state.ts'

export const offsetEntryBytes = 8
export const timeEntryBytes = 12
/** Kafka's index.interval.bytes. */
const intervalBytes = 4096
const int32Max = 0x7fff_ffff

export interface IndexedEntry {
  readonly offset: number
  readonly position: number
}

export class SegmentIndex {
  readonly base: number
  /** Up to this position of the file the entries were looked at. */
  covered = 0
  #offsets: number[] = []
  #positions: number[] = []
  #times: number[] = []
  #timeOffsets: number[] = []
  // The largest time up to `covered`, and the last offset of the entry that has it.
  #maxTime = -1
  #maxTimeOffset = 0
  /** How many entries of each the files hold already. */
  #savedOffsets = 0
  #savedTimes = 0

  constructor(file: string) {
    this.base = fileBaseOf(file)
  }

  /** Takes what the files hold as far as it can be true of `end` bytes of log, and no further. */
  load(offsets: Buffer | undefined, times: Buffer | undefined, end: number): void {
    this.#loadOffsets(offsets ?? Buffer.alloc(0), end)
    this.#loadTimes(times ?? Buffer.alloc(0))
    this.#savedOffsets = this.#offsets.length
    this.#savedTimes = this.#times.length
    this.covered = this.#positions.at(-1) ?? 0
  }

  #loadOffsets(bytes: Buffer, end: number): void {
    let lastOffset = -1
    let lastPosition = 0
    for (let at = 0; at + offsetEntryBytes <= bytes.length; at += offsetEntryBytes) {
      const offset = bytes.readInt32BE(at)
      const position = bytes.readInt32BE(at + 4)
      if (offset <= lastOffset || position <= lastPosition || position >= end) return
      this.#offsets.push((lastOffset = offset))
      this.#positions.push((lastPosition = position))
    }
  }

  #loadTimes(bytes: Buffer): void {
    let lastTime = -1
    let lastOffset = -1
    const limit = this.#offsets.at(-1) ?? -1
    for (let at = 0; at + timeEntryBytes <= bytes.length; at += timeEntryBytes) {
      const time = Number(bytes.readBigInt64BE(at))
      const offset = bytes.readInt32BE(at + 8)
      if (time <= lastTime || offset <= lastOffset || offset > limit) return
      this.#times.push((lastTime = time))
      this.#timeOffsets.push((lastOffset = offset))
      this.#maxTime = time
      this.#maxTimeOffset = offset
    }
  }

  /** The entry that stands at `position`, the next one that was not looked at. */
  add(entry: EntryInfo, position: number): void {
    const last = entry.next - 1 - this.base
    this.covered = position + entry.size
    if (last > int32Max) return
    if (entry.time > this.#maxTime) {
      this.#maxTime = entry.time
      this.#maxTimeOffset = last
    }
    const previous = this.#positions.at(-1) ?? 0
    if (position === previous || position - previous <= intervalBytes) return
    this.#offsets.push(last)
    this.#positions.push(position)
    this.#addTime()
  }

  /** The segment is complete: Kafka's last time entry says the largest time of all. */
  finish(): void {
    this.#addTime()
  }

  #addTime(): void {
    if (this.#maxTime <= (this.#times.at(-1) ?? -1)) return
    this.#times.push(this.#maxTime)
    this.#timeOffsets.push(this.#maxTimeOffset)
  }

  /** The last indexed entry that lies before `offset` as a whole. */
  before(offset: number): IndexedEntry | undefined {
    const at = lastAtMost(this.#offsets, offset - 1 - this.base)
    return at < 0 ? undefined : { offset: this.#offsets[at]! + this.base, position: this.#positions[at]! }
  }

  /** The last entry of times below `time`: its offset is the last one of the entry that has that time, none before has a larger. */
  beforeTime(time: number): { readonly offset: number; readonly time: number } | undefined {
    const at = lastAtMost(this.#times, time - 1)
    return at < 0 ? undefined : { offset: this.#timeOffsets[at]! + this.base, time: this.#times[at]! }
  }

  get last(): IndexedEntry | undefined {
    const at = this.#offsets.length - 1
    return at < 0 ? undefined : { offset: this.#offsets[at]! + this.base, position: this.#positions[at]! }
  }

  /** What the files lack: bytes and where they go. */
  unsaved(): {
    readonly offsets: Buffer
    readonly offsetsAt: number
    readonly times: Buffer
    readonly timesAt: number
  } {
    const offsets = Buffer.alloc((this.#offsets.length - this.#savedOffsets) * offsetEntryBytes)
    for (let i = this.#savedOffsets, at = 0; i < this.#offsets.length; i++) {
      at = offsets.writeInt32BE(this.#offsets[i]!, at)
      at = offsets.writeInt32BE(this.#positions[i]!, at)
    }
    const times = Buffer.alloc((this.#times.length - this.#savedTimes) * timeEntryBytes)
    for (let i = this.#savedTimes, at = 0; i < this.#times.length; i++) {
      at = times.writeBigInt64BE(BigInt(this.#times[i]!), at)
      at = times.writeInt32BE(this.#timeOffsets[i]!, at)
    }
    return {
      offsets,
      offsetsAt: this.#savedOffsets * offsetEntryBytes,
      times,
      timesAt: this.#savedTimes * timeEntryBytes,
    }
  }

  saved(): void {
    this.#savedOffsets = this.#offsets.length
    this.#savedTimes = this.#times.length
  }

  /** The files are those of another name, where nothing is yet. */
  unsave(): void {
    this.#savedOffsets = 0
    this.#savedTimes = 0
  }

  /** About what it takes in memory. */
  get bytes(): number {
    return 256 + 16 * (this.#offsets.length + this.#times.length)
  }
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}
