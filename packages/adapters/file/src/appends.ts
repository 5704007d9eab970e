// The way of an append. Opening and position are checked when its turn comes; then a small one goes into the journal's next
// group, and a large one to its segment first and, once it is durable there, with its place and checksum into the journal.
import { crc32 } from 'node:zlib'
import { OFFSET_LIMIT } from '@jackdaw/ports'
import type { Entry, EntryInfo, Framing, LogId, Opening, Outcome } from '@jackdaw/ports'
import type { Committed, Committer } from './committer.ts'
import { framesOf, isDense } from './frames.ts'
import type { Health } from './health.ts'
import type { WriteRecord } from './journal-record.ts'
import type { Log, Segment, State } from './log-state.ts'
import { fileBaseOf, fileOf } from './log-state.ts'
import type { Segments } from './segments.ts'
import type { Settings } from './options.ts'
import { acquire, release } from './turns.ts'

export interface Write {
  readonly log: LogId
  readonly opening: Opening
  readonly entries: readonly Entry[]
}

interface Pending {
  readonly log: Log
  readonly opening: Opening
  readonly infos: readonly EntryInfo[]
  readonly frames: readonly EntryInfo[]
  readonly parts: readonly Uint8Array[]
  readonly size: number
  readonly dense: boolean
  readonly settle: (outcome: Outcome) => void
}

export interface AppendsOptions {
  readonly settings: Settings
  readonly framing: Framing
  readonly state: State
  readonly committer: Committer
  readonly segments: Segments
  readonly health: Health
  readonly largestEntry: number
  readonly onAdvanced: (log: Log) => void
  /** An append was refused for want of room. */
  readonly onFull: () => void
  /** Bytes that are in a segment and wait for a checkpoint only as an extent. */
  readonly onDirect: (bytes: number) => void
}

const int32Max = 0x7fff_ffff
const fenced: Outcome = { kind: 'FENCED' }

export class Appends {
  readonly #options: AppendsOptions

  constructor(options: AppendsOptions) {
    this.#options = options
  }

  append(writes: readonly Write[]): readonly Promise<Outcome>[] {
    // All of them are looked at before the first is under way: a mistake of the caller changes nothing.
    const prepared = writes.map((write) => this.#prepare(write))
    return prepared.map((start) => new Promise<Outcome>(start))
  }

  #prepare({ log: id, opening, entries }: Write): (settle: (outcome: Outcome) => void) => void {
    const { framing, state, largestEntry } = this.#options
    const infos: EntryInfo[] = []
    const frames: EntryInfo[] = []
    const parts: Uint8Array[] = []
    let dense = true
    let total = 0
    for (const entry of entries) {
      const found = framesOf(framing, entry)
      let size = 0
      for (const part of entry.bytes) {
        parts.push(part)
        size += part.length
      }
      if (size > largestEntry)
        return (settle) => settle(full(`an entry of ${size} bytes is above the largest, ${largestEntry}`))
      for (const frame of found) frames.push(frame)
      dense &&= isDense(entry, found)
      infos.push({ at: entry.at, next: entry.next, time: entry.time, size })
      total += size
    }
    if (total > int32Max)
      return (settle) => settle(full(`an append of ${total} bytes is above the largest, ${int32Max}`))
    const log = state.logs.get(id.id)
    if (!log) return (settle) => settle(fenced)
    return (settle) => {
      const pending: Pending = { log, opening, infos, frames, parts, size: total, dense, settle }
      acquire(log, () => this.#start(pending))
    }
  }

  #start(pending: Pending): void {
    const { log } = pending
    const refusal = this.#refusal(pending)
    if (refusal) return this.#end(log, pending.settle, refusal)
    const last = this.#segmentFor(log, pending)
    const place = {
      log: log.number,
      segment: last ? fileBaseOf(last.file) : pending.infos[0]!.at,
      position: last?.to ?? 0,
      entries: pending.infos,
      dense: pending.dense,
    }
    if (pending.size >= this.#options.settings.directBytes) void this.#direct(pending, place)
    else {
      this.#options.committer.submit({ kind: 'BYTES', ...place, bytes: pending.parts }, (committed) =>
        this.#finish(pending, committed),
      )
    }
  }

  #refusal({ log, opening, infos }: Pending): Outcome | undefined {
    const { health, state } = this.#options
    if (log.opening !== opening || state.byNumber.get(log.number) !== log) return fenced
    if (health.stopped) return { kind: 'UNKNOWN', cause: health.stopped }
    if (log.damage) return full(`${log.damage.name}: ${log.damage.message}`)
    if (infos.length === 0 || infos[0]!.at !== log.next) return { kind: 'CONFLICT', next: log.next }
    for (let i = 1; i < infos.length; i++)
      if (infos[i]!.at !== infos[i - 1]!.next) return { kind: 'CONFLICT', next: log.next }
    if (infos.at(-1)!.next >= OFFSET_LIMIT)
      return full(`offset ${infos.at(-1)!.next} is above the largest, ${OFFSET_LIMIT}`)
    if (health.full === undefined) return undefined
    this.#options.onFull()
    return full(health.full)
  }

  /** The last segment, if the bytes may go on there. */
  #segmentFor(log: Log, { infos, size }: Pending): Segment | undefined {
    const { segmentBytes, segmentMs, wall } = this.#options.settings
    const last = log.segments.at(-1)
    if (!last || last.closed) return undefined
    const fits =
      last.to + size <= segmentBytes &&
      infos.at(-1)!.next - 1 - fileBaseOf(last.file) <= int32Max &&
      wall() - last.since < segmentMs
    return fits ? last : undefined
  }

  async #direct(pending: Pending, place: Omit<WriteRecord, 'kind'>): Promise<void> {
    const { segments, committer, health } = this.#options
    const { log, parts, frames } = pending
    try {
      await segments.writeThrough(log, place.segment, place.position, parts)
    } catch (cause) {
      const outcome: Outcome = health.note(cause) === 'FULL' ? full(health.full!) : { kind: 'UNKNOWN', cause }
      return this.#end(log, pending.settle, outcome)
    }
    let crc = 0
    for (const part of parts) crc = crc32(part, crc)
    committer.submit({ kind: 'EXTENT', ...place, crc }, (committed) => {
      if (committed.kind === 'DONE') {
        // An index is a cache: where this fails, whoever needs it next reads the segment and is told.
        segments.indexes.addFrames(log, fileOf(place.segment), place.position, frames).catch(() => {})
        this.#options.onDirect(pending.size)
      }
      this.#finish(pending, committed)
    })
  }

  #finish({ log, infos, settle }: Pending, committed: Committed): void {
    if (committed.kind === 'DONE') {
      this.#options.onAdvanced(log)
      this.#end(log, settle, { kind: 'APPENDED', next: infos.at(-1)!.next })
    } else if (committed.kind === 'FULL') {
      this.#end(log, settle, full(String(committed.cause instanceof Error ? committed.cause.message : committed.cause)))
    } else this.#end(log, settle, { kind: 'UNKNOWN', cause: committed.cause })
  }

  #end(log: Log, settle: (outcome: Outcome) => void, outcome: Outcome): void {
    settle(outcome)
    release(log)
  }
}

const full = (reason: string): Outcome => ({ kind: 'FULL', reason })
