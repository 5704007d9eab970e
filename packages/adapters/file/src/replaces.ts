// Compaction of a range: the new entries go to a file of their own, one record of the journal puts it in the place of the
// old ones. Bytes around the range stay where they are, so that a call costs what it writes, whatever the segment's size.
import type { ChangeOutcome, Entry, EntryInfo, Framing, LogId, Opening } from '@jackdaw/ports'
import type { Changes } from './changes.ts'
import { framesOf, isDense } from './frames.ts'
import type { Log, Segment } from './log-state.ts'
import { fileOf, storeSegment } from './log-state.ts'
import type { Reader } from './reader.ts'
import type { Segments } from './segments.ts'

/** A new segment and the frames in it. */
interface Made {
  readonly segment: Segment
  readonly frames: readonly EntryInfo[]
}

interface Range {
  readonly from: number
  readonly to: number
  readonly entries: readonly Entry[]
}

export class Replaces {
  readonly #changes: Changes
  readonly #segments: Segments
  readonly #reader: Reader
  readonly #framing: Framing
  readonly #wall: () => number
  readonly #onReplaced: (log: Log) => void

  constructor(
    changes: Changes,
    segments: Segments,
    reader: Reader,
    framing: Framing,
    wall: () => number,
    onReplaced: (log: Log) => void,
  ) {
    this.#changes = changes
    this.#segments = segments
    this.#reader = reader
    this.#framing = framing
    this.#wall = wall
    this.#onReplaced = onReplaced
  }

  replace(id: LogId, opening: Opening, from: number, to: number, entries: readonly Entry[]): Promise<ChangeOutcome> {
    const frames = entries.flatMap((entry) => framesOf(this.#framing, entry))
    return this.#changes.change(id.id, opening, async (log) => {
      mustFit(log, { from, to, entries })
      if (from === to) return { kind: 'DONE' }
      await this.#segments.writeBack(log)
      const old = log.segments
      const first = await this.#cut(log, from)
      const last = await this.#cut(log, to)
      const made = await this.#write(log, { from, to, entries }, frames)
      const segments = splice(log, { first, last, to }, made)
      const bytes = segments.reduce((sum, segment) => sum + segment.to - segment.from, 0)
      const outcome = await this.#changes.commit({ arrange: log.number, segments: segments.map(storeSegment), bytes })
      if (outcome.kind !== 'DONE') return outcome
      this.#onReplaced(log)
      await this.#segments.removeUnused(log, old)
      return outcome
    })
  }

  /** Where `offset` divides the log. Throws where an entry lies across it. */
  async #cut(log: Log, offset: number): Promise<{ readonly index: number; readonly position: number } | undefined> {
    const [entry] = await this.#reader.read(log, offset, 1)
    if (entry && entry.at < offset && offset > log.start) {
      throw new RangeError(
        `${log.log.name}: offset ${offset} lies inside the entry [${entry.at}, ${entry.next}); nothing was replaced`,
      )
    }
    const place = await this.#reader.locate(log, offset)
    return place && { index: log.segments.indexOf(place.segment), position: place.position }
  }

  async #write(log: Log, { from, entries }: Range, frames: readonly EntryInfo[]): Promise<Made | undefined> {
    // What lies below the log's start as a whole does not come back.
    const kept = frames.filter(({ next }) => next > log.start)
    if (kept.length === 0) return undefined
    const skipped = frames.slice(0, frames.length - kept.length).reduce((sum, { size }) => sum + size, 0)
    const parts = behind(
      entries.flatMap(({ bytes }) => bytes),
      skipped,
    )
    // The log's start may lie inside the first one.
    const base = Math.min(Math.max(from, log.start), kept[0]!.at)
    const file = `${fileOf(base)}.${this.#changes.newNumber()}.swap`
    await this.#segments.writeNew(log, file, parts)
    const size = kept.reduce((sum, frame) => sum + frame.size, 0)
    const time = kept.reduce((max, frame) => Math.max(max, frame.time), -1)
    const segment: Segment = {
      base,
      file,
      from: 0,
      to: size,
      time,
      since: this.#wall(),
      dense: true,
      closed: true,
    }
    return { segment, frames: kept }
  }
}

function mustFit({ log: { name }, next }: Log, { from, to, entries }: Range): void {
  if (!(from >= 0 && from <= to && to <= next)) {
    throw new RangeError(
      `${name}: [${from}, ${to}) is not a range of the log, which ends with ${next}; nothing was replaced`,
    )
  }
  let at = from
  for (const entry of entries) {
    if (entry.at < at || entry.next > to) {
      throw new RangeError(
        `${name}: the entry [${entry.at}, ${entry.next}) lies outside of [${from}, ${to}); nothing was replaced`,
      )
    }
    at = entry.next
  }
}

function behind(parts: readonly Uint8Array[], skip: number): readonly Uint8Array[] {
  const left: Uint8Array[] = []
  let skipped = 0
  for (const part of parts) {
    const from = Math.min(part.length, skip - skipped)
    skipped += from
    if (from < part.length) left.push(part.subarray(from))
  }
  return left
}

type Cut = { readonly index: number; readonly position: number } | undefined

/** The segments of `log` with what lies between the cuts replaced by `made`. No cut: the end of the log. */
function splice(
  { segments: old, next }: Log,
  { first, last, to }: { readonly first: Cut; readonly last: Cut; readonly to: number },
  made: Made | undefined,
): readonly Segment[] {
  const before = old.slice(0, first ? first.index : old.length)
  const left = first && old[first.index]!
  if (left && first.position > left.from) before.push({ ...left, to: first.position, closed: true })
  const right = last && old[last.index]!
  const after = right
    ? [{ ...right, base: Math.max(to, right.base), from: last.position }, ...old.slice(last.index + 1)]
    : []
  if (made) {
    const claimed = { at: made.segment.base, next: after[0]?.base ?? next }
    return [...before, { ...made.segment, dense: isDense(claimed, made.frames) }, ...after]
  }
  // The hole belongs to what lies before it, which then does not hold every offset that it answers for. Its file goes on
  // behind where it ends now, so nothing is appended to it.
  const end = before.pop()
  return end ? [...before, { ...end, dense: false, closed: true }, ...after] : after
}
