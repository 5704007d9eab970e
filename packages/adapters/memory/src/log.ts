// One log on the disk and the rules for changing it. Plain data and plain functions: no time, no promises, no faults.
// Entries are in offset order; between them there may be holes that a compaction left.

import type { Conflict, Entry, EntryInfo, LogEnds, LogId, Opening, Snapshot } from '@jackdaw/ports'

export interface StoredEntry extends Entry {
  readonly size: number
  /** The storage notices damage here (see MemoryDisk.rot). */
  readonly rotten?: boolean
}

export interface StoredLog {
  readonly log: LogId
  epoch: number
  /** The only opening that may write; none before the first `open`. */
  opening: Opening | undefined
  start: number
  /** The log end offset that readers see. Not the last entry's `next`: a compaction may have dropped that entry. */
  next: number
  bytes: number
  entries: StoredEntry[]
  /** Entries that have landed but are not synced: a crash may lose them, so no reader sees them yet. */
  unsynced: StoredEntry[]
  /** A sync failed. What it covered is in doubt, so nothing may be appended behind it until an `open` has settled it. */
  syncFailed: boolean
  snapshot: Snapshot | undefined
}

export function emptyLog(log: LogId, at: number): StoredLog {
  return {
    log,
    epoch: -1,
    opening: undefined,
    start: at,
    next: at,
    bytes: 0,
    entries: [],
    unsynced: [],
    syncFailed: false,
    snapshot: undefined,
  }
}

/** A copy in one piece: the caller's buffers are the caller's again once its append has settled. */
export function copyOf({ at, next, time, bytes }: Entry): StoredEntry {
  const whole = Buffer.concat(bytes)
  return { at, next, time, bytes: [whole], size: whole.length }
}

/** Throws where entries do not stand one behind the other. */
export function mustBeInOrder(log: LogId, entries: readonly Entry[]): void {
  if (entries.length === 0) throw new RangeError(`${log.name}: nothing to append`)
  for (const [i, { at, next }] of entries.entries()) {
    const wrong = !(at < next) || (i > 0 && at !== entries[i - 1]!.next)
    if (wrong)
      throw new RangeError(`${log.name}: [${at}, ${next}) cannot be entry ${i} of an append from ${entries[0]!.at}`)
  }
}

export const sizeOf = (entries: readonly { readonly size: number }[]): number =>
  entries.reduce((sum, { size }) => sum + size, 0)

export const infoOf = ({ at, next, time, size }: StoredEntry): EntryInfo => ({ at, next, time, size })

export const endsOf = ({ start, next, bytes }: StoredLog): LogEnds => ({ start, next, bytes })

/** The index of the entry that holds `offset`, or else of the next one. */
export function indexOf(entries: readonly StoredEntry[], offset: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[middle]!.next > offset) high = middle
    else low = middle + 1
  }
  return low
}

/** Puts entries behind the log's last one, synced or not; CONFLICT where they do not fit there. */
export function land(log: StoredLog, entries: readonly StoredEntry[]): Conflict | undefined {
  const end = log.unsynced.at(-1)?.next ?? log.next
  if (entries[0]!.at !== end) return { kind: 'CONFLICT', next: end }
  for (const entry of entries) log.unsynced.push(entry)
  return undefined
}

/** Makes durable, and so visible, what has landed below `upTo`. */
export function sync(log: StoredLog, upTo = Infinity): void {
  while (log.unsynced.length > 0 && log.unsynced[0]!.next <= upTo) {
    const entry = log.unsynced.shift()!
    log.entries.push(entry)
    log.next = entry.next
    log.bytes += entry.size
  }
}

/** From the entry that holds `from` on, up to `maxBytes` but at least one. */
export function readFrom(log: StoredLog, from: number, maxBytes: number): StoredEntry[] {
  const found: StoredEntry[] = []
  let bytes = 0
  for (let i = indexOf(log.entries, Math.max(from, log.start)); i < log.entries.length; i++) {
    const entry = log.entries[i]!
    bytes += entry.size
    if (bytes > maxBytes && found.length > 0) break
    found.push(entry)
  }
  return found
}

/** The start is exact; the entry that holds it stays whole. */
export function trim(log: StoredLog, before: number): void {
  if (before <= log.start) return
  log.start = Math.min(before, log.next)
  const gone = log.entries.splice(0, indexOf(log.entries, log.start))
  log.bytes -= sizeOf(gone)
}

/** Throws, and changes nothing, where the range or the new entries cut through an entry. */
export function replace(log: StoredLog, from: number, to: number, entries: readonly StoredEntry[]): void {
  const first = indexOf(log.entries, from)
  const last = indexOf(log.entries, to)
  const cut = [log.entries[first], log.entries[last]].some(
    (entry, i) => entry !== undefined && entry.at < [from, to][i]!,
  )
  if (cut || !(from <= to && to <= log.next)) {
    throw new RangeError(`${log.log.name}: [${from}, ${to}) is not a range of whole entries; nothing was replaced`)
  }
  let at = from
  for (const entry of entries) {
    if (entry.at < at || entry.next > to)
      throw new RangeError(`${log.log.name}: entry ${entry.at} lies outside the range`)
    at = entry.next
  }
  const kept = entries.filter(({ next }) => next > log.start)
  log.bytes += sizeOf(kept) - sizeOf(log.entries.slice(first, last))
  log.entries = [...log.entries.slice(0, first), ...kept, ...log.entries.slice(last)]
}
