// Reading a log: from memory where the journal alone has the bytes, else from its segment files. An index or a remembered
// place says where to begin; the entry found there is checked against it, and every entry against the one before.
import { CorruptLog } from '@jackdaw/ports'
import type { Entry, EntryInfo, Framing } from '@jackdaw/ports'
import { frameAt } from './frames.ts'
import type { Log, Segment } from './log-state.ts'
import type { Segments } from './segments.ts'

const scanBytes = 256 << 10
/** An indexed place is at most so far before the entry that is looked for (Kafka's index.interval.bytes). */
const indexSlackBytes = 4096
const placesPerSegment = 8

/** Where an entry begins, and where the offsets before it end. */
interface Place {
  readonly position: number
  readonly offset: number
}

interface Run {
  readonly entries: Entry[]
  /** The offset to go on from. */
  readonly next: number
  /** There is an entry at `next`, but no room for it. */
  readonly full: boolean
}

/** What is wanted of one stretch: the entry that holds `offset`, then on. `force`: one entry at least. */
interface Wanted {
  readonly offset: number
  readonly maxBytes: number
  readonly force: boolean
}

export class Reader {
  readonly #segments: Segments
  readonly #framing: Framing
  // Where reads have ended: where the next one of the same reader begins.
  readonly #places = new WeakMap<Segment, Place[]>()

  constructor(segments: Segments, framing: Framing) {
    this.#segments = segments
    this.#framing = framing
  }

  /** The entry that holds `from`, or else the next one, then on up to `maxBytes`, at least one. */
  async read(log: Log, from: number, maxBytes: number): Promise<Entry[]> {
    const entries: Entry[] = []
    let left = maxBytes
    let offset = Math.max(from, log.start)
    while (offset < log.next && (left > 0 || entries.length === 0)) {
      const run = await this.#run(log, { offset, maxBytes: left, force: entries.length === 0 }).catch(
        (error: unknown) => {
          // What stands before damage is good; the next read begins with it and is refused.
          if (entries.length === 0) throw error
        },
      )
      if (!run) break
      for (const entry of run.entries) {
        entries.push(entry)
        left -= entry.bytes[0]!.length
      }
      if (run.full) break
      offset = Math.max(run.next, log.start)
    }
    return entries
  }

  async *scan(log: Log, from: number): AsyncGenerator<EntryInfo> {
    const end = log.next
    for (let offset = from; offset < end;) {
      const entries = await this.read(log, offset, scanBytes)
      if (entries.length === 0) return
      for (const { at, next, time, bytes } of entries) {
        if (at >= end) return
        yield { at, next, time, size: bytes[0]!.length }
        offset = next
      }
    }
  }

  async findByTime(log: Log, time: number): Promise<EntryInfo | undefined> {
    for (const segment of log.segments.slice()) {
      if (segment.time < time) continue
      const from = await this.#offsetBefore(log, segment, time)
      for await (const entry of this.scan(log, Math.max(from, segment.base))) {
        if (entry.time >= time) return entry
        if (entry.next >= endOffsetOf(log, segment)) break
      }
    }
    return undefined
  }

  /** An offset before which no entry of the segment's file has a time of `time` or more. */
  async #offsetBefore(log: Log, segment: Segment, time: number): Promise<number> {
    for (let attempt = 0; ; attempt++) {
      const index = await this.#segments.indexes.get(log, segment.file)
      const found = index.beforeTime(time)
      if (!found || found.offset < segment.base) return segment.base
      // In a part of the file that is not the segment's: nothing of the segment comes into question.
      const end = endOffsetOf(log, segment)
      if (found.offset >= end) return end
      const [entry] = await this.read(log, found.offset, 1)
      if (entry?.next === found.offset + 1 && entry.time === found.time) return found.offset
      // Made anew it can name entries that a compaction has replaced since; then the whole stretch is looked at.
      if (attempt > 0) return segment.base
      await this.#segments.rebuildIndex(log, segment.file)
    }
  }

  /** Where the entry begins that holds `offset`, or else the next one. */
  async locate(log: Log, offset: number): Promise<({ readonly segment: Segment } & Place) | undefined> {
    for (const segment of log.segments.slice(Math.max(indexOf(log, offset), 0))) {
      const place = await this.#locateIn(log, segment, offset)
      if (place) return { segment, ...place }
    }
    return undefined
  }

  // -- one stretch of one segment -------------------------------------------------------------------------------------

  async #run(log: Log, wanted: Wanted): Promise<Run> {
    if (log.damage) throw log.damage
    const pending = log.tail[0]
    if (pending && wanted.offset >= pending.at) return this.#fromMemory(log, wanted)
    const segment = log.segments[Math.max(indexOf(log, wanted.offset), 0)]
    if (!segment) return { entries: [], next: log.next, full: false }
    try {
      return await this.#fromFile(log, segment, wanted)
    } catch (error) {
      // Trimmed or compacted away while it was being read: look again.
      if (!log.segments.includes(segment)) return { entries: [], next: wanted.offset, full: false }
      throw error
    }
  }

  #fromMemory(log: Log, wanted: Wanted): Run {
    const run = new Collected(wanted)
    for (let i = chunkOf(log, wanted.offset); i < log.tail.length && !run.full; i++) {
      const { bytes, file, position } = log.tail[i]!
      for (let at = 0; at < bytes.length && !run.full;) {
        const frame = frameAt(this.#framing, bytes, at)
        if (typeof frame !== 'object') throw this.#segments.bytes.corrupt(log, file, position + at)
        run.take(frame, bytes, at)
        at += frame.size
      }
    }
    return run.end(log.next)
  }

  async #fromFile(log: Log, segment: Segment, wanted: Wanted): Promise<Run> {
    const run = new Collected(wanted)
    const stored = storedPart(log, segment)
    let place = await this.#placeFor(log, segment, wanted.offset)
    while (place.position < stored.end && run.entries.length === 0 && !run.full) {
      const slack = place.offset < wanted.offset ? indexSlackBytes : 0
      const size = Math.max(wanted.maxBytes, 1) + slack
      try {
        place = await this.#window(log, segment, place, size, (frame, bytes, at) => run.take(frame, bytes, at))
      } catch (error) {
        // Where two entries contradict each other either may be the wrong one.
        if (error instanceof Contradiction) run.entries.pop()
        const last = run.entries.at(-1)
        if (!last) throw error
        return run.end(last.next, true)
      }
    }
    this.#remember(segment, place)
    return run.end(place.position >= stored.end ? Math.max(stored.endOffset, place.offset) : place.offset)
  }

  /** Looks at the entries of about `bytes` bytes while `visit` wants more, checks their order, says where the next begins. */
  async #window(
    log: Log,
    segment: Segment,
    place: Place,
    size: number,
    visit: (frame: EntryInfo, bytes: Uint8Array, at: number) => boolean,
  ): Promise<Place> {
    const { end, endOffset } = storedPart(log, segment)
    const read = await this.#segments.bytes.fromEntry(
      log,
      segment.file,
      place.position,
      Math.min(size, end - place.position),
      end,
    )
    let { position, offset } = place
    for (let frame: EntryInfo | undefined = read.frame; frame;) {
      const last = position + frame.size === end
      const follows = segment.dense ? frame.at === offset : frame.at >= offset
      const fits = last && segment.dense ? frame.next === endOffset : frame.next <= endOffset
      if (!follows) throw new Contradiction(this.#segments.bytes.corrupt(log, segment.file, position))
      if (!fits || frame.next <= frame.at) throw this.#segments.bytes.corrupt(log, segment.file, position)
      if (!visit(frame, read.bytes, position - place.position)) break
      position += frame.size
      offset = frame.next
      const found = frameAt(this.#framing, read.bytes, position - place.position)
      if (found === 'CORRUPT') throw this.#segments.bytes.corrupt(log, segment.file, position)
      frame = typeof found === 'object' ? found : undefined
    }
    return { position, offset }
  }

  async #locateIn(log: Log, segment: Segment, offset: number): Promise<Place | undefined> {
    const { end, endOffset } = storedPart(log, segment)
    if (endOffset > offset) {
      let place = await this.#placeFor(log, segment, offset)
      let found = false
      while (place.position < end && !found) {
        place = await this.#window(log, segment, place, indexSlackBytes, (frame) => !(found = frame.next > offset))
      }
      if (found) return place
    }
    for (const chunk of log.tail.slice(chunkOf(log, offset))) {
      let last = chunk.at
      for (let at = 0; chunk.file === segment.file && at < chunk.bytes.length;) {
        const frame = frameAt(this.#framing, chunk.bytes, at)
        if (typeof frame !== 'object') throw this.#segments.bytes.corrupt(log, segment.file, chunk.position + at)
        if (frame.next > offset) return { position: chunk.position + at, offset: last }
        at += frame.size
        last = frame.next
      }
    }
    return undefined
  }

  // -- where to begin -------------------------------------------------------------------------------------------------

  async #placeFor(log: Log, segment: Segment, offset: number): Promise<Place> {
    let best: Place = { position: segment.from, offset: segment.base }
    for (const place of this.#places.get(segment) ?? []) {
      if (place.offset <= offset && place.position > best.position) best = place
    }
    if (best.offset === offset || storedPart(log, segment).end - best.position <= indexSlackBytes) return best
    const found = await this.#indexed(log, segment, offset)
    return found && found.position > best.position ? found : best
  }

  /** The place behind the entry that the index names, once it is seen to be the one it means; else the index is made anew. */
  async #indexed(log: Log, segment: Segment, offset: number): Promise<Place | undefined> {
    for (let attempt = 0; ; attempt++) {
      const index = await this.#segments.indexes.get(log, segment.file)
      const found = index.before(offset)
      if (!found || found.position < segment.from) return undefined
      const { end } = storedPart(log, segment)
      const frame = await this.#segments.bytes.headerAt(log, segment.file, found.position, end)
      if (frame && frame.next - 1 === found.offset) return { position: found.position + frame.size, offset: frame.next }
      if (attempt > 0) throw this.#segments.bytes.corrupt(log, segment.file, found.position)
      await this.#segments.rebuildIndex(log, segment.file)
    }
  }

  #remember(segment: Segment, place: Place): void {
    const places = this.#places.get(segment)
    if (!places) this.#places.set(segment, [place])
    else if (!places.some(({ position }) => position === place.position)) {
      places.unshift(place)
      if (places.length > placesPerSegment) places.pop()
    }
  }
}

/** An entry does not follow from the one before it. */
class Contradiction extends CorruptLog {
  constructor({ log, message }: CorruptLog) {
    super(log, message.slice(log.name.length + 2))
  }
}

/** Entries from the one that holds an offset on, as long as there is room. */
class Collected {
  readonly entries: Entry[] = []
  full = false
  readonly #wanted: Wanted
  #size = 0

  constructor(wanted: Wanted) {
    this.#wanted = wanted
  }

  /** Says whether there may be room for more. */
  take({ at, next, time, size }: EntryInfo, bytes: Uint8Array, from: number): boolean {
    if (next <= this.#wanted.offset) return true
    const forced = this.#wanted.force && this.entries.length === 0
    if (this.#size + size > this.#wanted.maxBytes && !forced) this.full = true
    else {
      this.entries.push({ at, next, time, bytes: [bytes.subarray(from, from + size)] })
      this.#size += size
    }
    return !this.full
  }

  end(next: number, full = this.full): Run {
    return { entries: this.entries, next, full }
  }
}

/** How much of the segment its file holds; the rest is in memory still. */
function storedPart(log: Log, segment: Segment): { readonly end: number; readonly endOffset: number } {
  const pending = log.tail[0]
  if (pending?.file !== segment.file || pending.position > segment.to) {
    return { end: segment.to, endOffset: endOffsetOf(log, segment) }
  }
  return { end: pending.position, endOffset: pending.at }
}

function endOffsetOf(log: Log, segment: Segment): number {
  return log.segments[log.segments.indexOf(segment) + 1]?.base ?? log.next
}

/** The last segment that begins at or before `offset`; -1 where the first one begins behind it. */
function indexOf(log: Log, offset: number): number {
  let low = 0
  let high = log.segments.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (log.segments[middle]!.base <= offset) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The first chunk of the tail that ends behind `offset`. */
function chunkOf(log: Log, offset: number): number {
  let low = 0
  let high = log.tail.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (log.tail[middle]!.next > offset) high = middle
    else low = middle + 1
  }
  return low
}
