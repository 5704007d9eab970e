// Stores that are wrong in one way each: the memory adapter with one thing broken. The suite has to catch every one of them
// by the law that it breaks; a suite that lets one pass is no suite.

import type { Entry, LogId, LogStore, Outcome } from '@jackdaw/ports'
import type { MemoryDisk, MemoryStore, StoredEntry } from '../../src/index.ts'

export interface WrongStore {
  readonly wrong: string
  readonly law: string
  /** What differs from the right store. */
  readonly make: (right: MemoryStore, disk: MemoryDisk) => Partial<LogStore>
}

export type Writes = Parameters<LogStore['append']>[0]

export const tick = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** An append made of one function for each log. */
export const eachWrite = (one: (write: Writes[number]) => Promise<Outcome>) => ({
  append: (writes: Writes) => writes.map(one),
})

export const appendOne = (store: LogStore, write: Writes[number]): Promise<Outcome> => store.append([write])[0]!

export const eachRead = (
  right: LogStore,
  change: (entries: readonly Entry[], from: number) => readonly Entry[],
): Partial<LogStore> => ({
  read: async (reads) => (await right.read(reads)).map((entries, i) => change(entries, reads[i]!.from)),
})

export const stored = (disk: MemoryDisk, log: LogId) => disk.logs.get(log.id)

export const storedEntry = ({ at, next, time, bytes }: Entry): StoredEntry => {
  const whole = Buffer.concat(bytes)
  return { at, next, time, bytes: [whole], size: whole.length }
}

/** Puts entries behind the log's end with no questions asked. */
export function force(disk: MemoryDisk, log: LogId, entries: readonly Entry[]): Outcome {
  const target = stored(disk, log)
  if (!target) return { kind: 'FENCED' }
  for (const entry of entries.map(storedEntry)) {
    target.entries.push(entry)
    target.next = entry.next
    target.bytes += entry.size
  }
  return { kind: 'APPENDED', next: target.next }
}

export const sizeOf = ({ bytes }: Entry): number => bytes.reduce((sum, { length }) => sum + length, 0)

/** The right store with some of its methods swapped. */
export function disguised(right: MemoryStore, other: Partial<LogStore>): LogStore {
  return {
    supports: right.supports,
    create: (logs) => right.create(logs),
    remove: (logs) => right.remove(logs),
    open: (logs) => right.open(logs),
    append: (writes) => right.append(writes),
    ends: (logs) => right.ends(logs),
    read: (reads) => right.read(reads),
    scan: (log, from) => right.scan(log, from),
    findByTime: (log, time) => right.findByTime(log, time),
    trim: (trims) => right.trim(trims),
    replace: (log, opening, from, to, entries) => right.replace(log, opening, from, to, entries),
    snapshot: (log, opening, at, bytes) => right.snapshot(log, opening, at, bytes),
    advanced: (logs, signal) => right.advanced(logs, signal),
    [Symbol.asyncDispose]: () => right[Symbol.asyncDispose](),
    ...other,
  }
}
