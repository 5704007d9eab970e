// What the store knows of its logs, and the only functions that change it. The same ones run live, once a group is durable
// in the journal, and in recovery: the state is always "catalogue, then every group behind it".
import type { LogId, Opening } from '@jackdaw/ports'
import type { JournalRecord, WriteRecord } from './journal-record.ts'
import { sizeOfEntries } from './journal-record.ts'

/**
 * A run of a log's bytes: [from, to) of a file. A file that was only ever appended to is one segment; trimming moves `from`,
 * and compaction may leave two segments of one file with a third of another file between them.
 */
export interface Segment {
  /** The first offset it answers for. It ends where the next segment begins. */
  readonly base: number
  /** Name of its file in the log's directory; the first 20 digits are the offset that its indexes count from. */
  readonly file: string
  readonly from: number
  to: number
  /** The largest time of an entry in it, or -1. */
  time: number
  /** Wall milliseconds of its first append. */
  readonly since: number
  /** Every offset is in an entry's bytes: then a wrong offset in stored bytes is noticed by the gap that it makes. */
  dense: boolean
  /** Nothing is appended to it any more, though it may be the last one. */
  readonly closed: boolean
}

/** Bytes that are durable in the journal and not yet in their segment. */
export interface Chunk {
  readonly at: number
  readonly next: number
  readonly file: string
  readonly position: number
  readonly bytes: Uint8Array
  /** Found in the journal at the start: what its file holds behind it counts. */
  readonly replayed: boolean
}

export interface SnapshotPlace {
  readonly at: number
  readonly file: string
}

/** What the catalogue keeps of a log. */
export interface StoredLog {
  readonly number: number
  readonly log: LogId
  readonly directory: string
  start: number
  next: number
  epoch: number
  bytes: number
  snapshot: SnapshotPlace | undefined
  segments: Segment[]
}

export interface Log extends StoredLog {
  /** In offset order; all behind what the segment files hold. */
  tail: Chunk[]
  opening: Opening | undefined
  /** Set where stored bytes are not what was stored: nothing is read from there or appended behind it. */
  damage: Error | undefined
  /** A write or change of this log is under way; later ones wait in `waiting`. */
  busy: boolean
  readonly waiting: (() => void)[]
  /** Serializes whoever writes to its segment files. */
  writing: Promise<unknown>
  directoryMade: boolean
}

export type StoredSegment = readonly [
  file: string,
  base: number,
  from: number,
  to: number,
  time: number,
  since: number,
  flags: number,
]

export type Change =
  | {
      readonly create: readonly {
        readonly number: number
        readonly log: LogId
        readonly directory: string
        readonly at: number
      }[]
    }
  | { readonly remove: readonly number[] }
  | { readonly open: readonly (readonly [log: number, epoch: number])[] }
  /** Segments before the one that holds the new start go; that one is given as it is from then on. */
  | {
      readonly trim: number
      readonly start: number
      readonly first: Pick<Segment, 'file' | 'base' | 'from'> | null
      readonly bytes: number
    }
  | { readonly snapshot: number; readonly at: number; readonly file: string }
  /** All segments of a log, after a compaction. */
  | { readonly arrange: number; readonly segments: readonly StoredSegment[]; readonly bytes: number }
  | { readonly term: readonly [role: string, term: number] }

export interface State {
  readonly logs: Map<string, Log>
  readonly byNumber: Map<number, Log>
  /** Directory names in lower case, because some file systems do not tell case. */
  readonly directories: Set<string>
  readonly terms: Map<string, number>
  nextNumber: number
  /** The newest group that is part of this state. */
  sequence: number
  /** What the catalogue does not say yet. */
  readonly changed: Set<Log>
  tailBytes: number
}

export function emptyState(): State {
  return {
    logs: new Map(),
    byNumber: new Map(),
    directories: new Set(),
    terms: new Map(),
    nextNumber: 1,
    sequence: 0,
    changed: new Set(),
    tailBytes: 0,
  }
}

export function addLog(state: State, stored: StoredLog): Log {
  const log: Log = {
    ...stored,
    tail: [],
    opening: undefined,
    damage: undefined,
    busy: false,
    waiting: [],
    writing: Promise.resolve(),
    directoryMade: false,
  }
  state.logs.set(log.log.id, log)
  state.byNumber.set(log.number, log)
  state.directories.add(log.directory.toLowerCase())
  state.nextNumber = Math.max(state.nextNumber, log.number + 1)
  return log
}

export function fileOf(base: number): string {
  return `${base.toString().padStart(20, '0')}.log`
}

/** The offset that the indexes of a segment file count from. */
export function fileBaseOf(file: string): number {
  return Number(file.slice(0, 20))
}

export const storeSegment = (s: Segment): StoredSegment => [
  s.file,
  s.base,
  s.from,
  s.to,
  s.time,
  s.since,
  (s.dense ? 1 : 0) | (s.closed ? 2 : 0),
]
export const segmentOf = ([file, base, from, to, time, since, flags]: StoredSegment): Segment => ({
  file,
  base,
  from,
  to,
  time,
  since,
  dense: (flags & 1) !== 0,
  closed: (flags & 2) !== 0,
})

/** Where and when a record is applied. `bytes` are those of a BYTES record, in one piece. */
export interface Applying {
  readonly bytes: Uint8Array | undefined
  readonly wall: number
  readonly replayed: boolean
}

export function applyRecord(state: State, record: JournalRecord, applying: Applying): void {
  if (record.kind === 'CHANGE') applyChange(state, record.change)
  else applyWrite(state, record, applying)
}

function applyWrite(state: State, record: WriteRecord, { bytes, wall, replayed }: Applying): void {
  const log = state.byNumber.get(record.log)
  if (!log) return
  const first = record.entries[0]!
  let segment = log.segments.at(-1)
  if (segment?.file !== fileOf(record.segment)) {
    segment = {
      base: first.at,
      file: fileOf(record.segment),
      from: 0,
      to: 0,
      time: -1,
      since: wall,
      dense: true,
      closed: false,
    }
    log.segments.push(segment)
  }
  if (segment.to !== record.position || log.next !== first.at) {
    throw new Error(
      `${log.log.name}: the journal puts offset ${first.at} at ${record.position}, the log ends with ${log.next} at ${segment.to}`,
    )
  }
  const size = sizeOfEntries(record.entries)
  const { next } = record.entries.at(-1)!
  if (bytes) {
    log.tail.push({ at: first.at, next, file: segment.file, position: record.position, bytes, replayed })
    state.tailBytes += size
  }
  for (const entry of record.entries) if (entry.time > segment.time) segment.time = entry.time
  if (!record.dense) segment.dense = false
  segment.to += size
  log.next = next
  log.bytes += size
  state.changed.add(log)
}

function applyChange(state: State, change: Change): void {
  if ('create' in change) {
    for (const { number, log, directory, at } of change.create) {
      const made = addLog(state, {
        number,
        log,
        directory,
        start: at,
        next: at,
        epoch: -1,
        bytes: 0,
        snapshot: undefined,
        segments: [],
      })
      state.changed.add(made)
    }
  } else if ('remove' in change) {
    for (const number of change.remove) forget(state, number)
  } else if ('open' in change) {
    for (const [number, epoch] of change.open) with_(state, number, (log) => (log.epoch = epoch))
  } else if ('trim' in change) {
    with_(state, change.trim, (log) => {
      log.start = change.start
      log.bytes = change.bytes
      const { first } = change
      const old = first ? log.segments.findIndex(({ file, to }) => file === first.file && first.from < to) : -1
      log.segments = old < 0 ? [] : [{ ...log.segments[old]!, ...first }, ...log.segments.slice(old + 1)]
      dropUnreferencedTail(state, log)
    })
  } else if ('snapshot' in change) {
    with_(state, change.snapshot, (log) => (log.snapshot = { at: change.at, file: change.file }))
  } else if ('arrange' in change) {
    with_(state, change.arrange, (log) => {
      log.segments = change.segments.map(segmentOf)
      log.bytes = change.bytes
      dropUnreferencedTail(state, log)
    })
  } else {
    state.terms.set(change.term[0], change.term[1])
  }
}

function with_(state: State, number: number, change: (log: Log) => void): void {
  const log = state.byNumber.get(number)
  if (!log) return
  change(log)
  state.changed.add(log)
}

function forget(state: State, number: number): void {
  const log = state.byNumber.get(number)
  if (!log) return
  takeTail(state, log, log.tail.length)
  state.byNumber.delete(number)
  state.logs.delete(log.log.id)
  state.directories.delete(log.directory.toLowerCase())
  state.changed.delete(log)
}

/** Removes the first `count` chunks of the tail: they are in their segment now, or count no longer. */
export function takeTail(state: State, log: Log, count: number): void {
  for (let i = 0; i < count; i++) state.tailBytes -= log.tail[i]!.bytes.length
  log.tail.splice(0, count)
}

function dropUnreferencedTail(state: State, log: Log): void {
  const files = new Set(log.segments.map(({ file }) => file))
  const kept = log.tail.filter(({ file }) => files.has(file))
  if (kept.length === log.tail.length) return
  for (const chunk of log.tail) if (!files.has(chunk.file)) state.tailBytes -= chunk.bytes.length
  log.tail = kept
}
