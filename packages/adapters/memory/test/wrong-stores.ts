// Stores that are wrong in one way each: the memory adapter with one thing broken. The suite has to catch every one of them
// by the law that it breaks; a suite that lets one pass is no suite.

import type { Entry, LogId, LogStore, Opening, Outcome } from '@jackdaw/ports'
import type { MemoryDisk, MemoryStore, StoredEntry } from '../src/index.ts'

export interface WrongStore {
  readonly wrong: string
  readonly law: string
  /** What differs from the right store. */
  readonly make: (right: MemoryStore, disk: MemoryDisk) => Partial<LogStore>
}

type Writes = Parameters<LogStore['append']>[0]

const tick = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** An append made of one function for each log. */
const eachWrite = (one: (write: Writes[number]) => Promise<Outcome>) => ({
  append: (writes: Writes) => writes.map(one),
})

const appendOne = (store: LogStore, write: Writes[number]): Promise<Outcome> => store.append([write])[0]!

const eachRead = (
  right: LogStore,
  change: (entries: readonly Entry[], from: number) => readonly Entry[],
): Partial<LogStore> => ({
  read: async (reads) => (await right.read(reads)).map((entries, i) => change(entries, reads[i]!.from)),
})

const stored = (disk: MemoryDisk, log: LogId) => disk.logs.get(log.id)

const storedEntry = ({ at, next, time, bytes }: Entry): StoredEntry => {
  const whole = Buffer.concat(bytes)
  return { at, next, time, bytes: [whole], size: whole.length }
}

/** Puts entries behind the log's end with no questions asked. */
function force(disk: MemoryDisk, log: LogId, entries: readonly Entry[]): Outcome {
  const target = stored(disk, log)
  if (!target) return { kind: 'FENCED' }
  for (const entry of entries.map(storedEntry)) {
    target.entries.push(entry)
    target.next = entry.next
    target.bytes += entry.size
  }
  return { kind: 'APPENDED', next: target.next }
}

/** For a while, puts the write where it fits once another opening has taken over. */
async function beyondAnOpen(disk: MemoryDisk, { log, opening, entries }: Writes[number]): Promise<void> {
  for (let look = 0; look < 50; look++) {
    await new Promise((resolve) => setImmediate(resolve))
    const target = stored(disk, log)
    if (target && target.opening !== opening && target.next === entries[0]!.at) {
      force(disk, log, entries)
      return
    }
  }
}

const merged = (entries: readonly Entry[]): readonly Entry[] =>
  entries.length < 2
    ? entries
    : [
        {
          at: entries[0]!.at,
          next: entries.at(-1)!.next,
          time: Math.max(...entries.map(({ time }) => time)),
          bytes: entries.flatMap(({ bytes }) => bytes),
        },
      ]

const fencing: readonly WrongStore[] = [
  {
    wrong: 'does not check the opening',
    law: 'fencing',
    make: (right, disk) =>
      eachWrite((write) => appendOne(right, { ...write, opening: stored(disk, write.log)?.opening ?? write.opening })),
  },
  {
    wrong: 'checks first and writes afterwards',
    law: 'fencing',
    make: (_, disk) =>
      eachWrite(async ({ log, opening, entries }) => {
        const target = stored(disk, log)
        if (target?.opening !== opening) return { kind: 'FENCED' }
        if (target.next !== entries[0]!.at) return { kind: 'CONFLICT', next: target.next }
        await tick(1)
        return force(disk, log, entries)
      }),
  },
  {
    wrong: 'opens in a lower epoch',
    law: 'fencing',
    make: (right, disk) => ({
      open: (logs) =>
        right.open(logs.map(({ log, epoch }) => ({ log, epoch: Math.max(epoch, stored(disk, log)?.epoch ?? 0) }))),
    }),
  },
  {
    wrong: 'hands out the same opening again in the same epoch',
    law: 'fencing',
    make: (right, disk) => ({
      async open(logs) {
        const before = logs.map(({ log }) => ({ epoch: stored(disk, log)?.epoch, opening: stored(disk, log)?.opening }))
        const answers = await right.open(logs)
        return answers.map((answer, i) => {
          const { epoch, opening } = before[i]!
          if (answer.kind !== 'OPENED' || epoch !== logs[i]!.epoch || opening === undefined) return answer
          stored(disk, logs[i]!.log)!.opening = opening
          return { ...answer, opening }
        })
      },
    }),
  },
  {
    wrong: 'forgets epochs when it is opened again',
    law: 'fencing',
    make: (_, disk) => {
      for (const log of disk.logs.values()) log.epoch = -1
      return {}
    },
  },
  {
    wrong: 'lets a fenced writer trim',
    law: 'fencing',
    make: (right, disk) => ({
      trim: (trims) =>
        right.trim(trims.map((trim) => ({ ...trim, opening: stored(disk, trim.log)?.opening ?? trim.opening }))),
    }),
  },
]

const appends: readonly WrongStore[] = [
  {
    wrong: 'takes entries above the end',
    law: 'contiguity',
    make: (right, disk) =>
      eachWrite(async (write) => {
        const outcome = await appendOne(right, write)
        const gap = outcome.kind === 'CONFLICT' && write.entries[0]!.at > outcome.next
        return gap ? force(disk, write.log, write.entries) : outcome
      }),
  },
  {
    wrong: 'says that what was stored already is appended',
    law: 'contiguity',
    make: (right) =>
      eachWrite(async (write) => {
        const outcome = await appendOne(right, write)
        const { next } = write.entries.at(-1)!
        return outcome.kind === 'CONFLICT' && next === outcome.next ? { kind: 'APPENDED', next } : outcome
      }),
  },
  {
    wrong: 'gives all logs of an append one outcome',
    law: 'contiguity',
    make: (right) => ({
      append(writes) {
        const outcomes = Promise.all(right.append(writes))
        return writes.map(async (_, i) => {
          const all = await outcomes
          return all.find(({ kind }) => kind !== 'APPENDED') ?? all[i]!
        })
      },
    }),
  },
  {
    wrong: 'replies before it has landed',
    law: 'visibility',
    make: (right, disk) =>
      eachWrite(async (write) => {
        const target = stored(disk, write.log)
        if (target?.opening !== write.opening || target.next !== write.entries[0]!.at) return appendOne(right, write)
        void tick(1).then(() => appendOne(right, write))
        return { kind: 'APPENDED', next: write.entries.at(-1)!.next }
      }),
  },
  {
    wrong: 'shows ends that nobody has acknowledged',
    law: 'visibility',
    make: (right) => {
      const underWay = new Map<string, number>()
      return {
        ...eachWrite(async (write) => {
          underWay.set(write.log.id, write.entries.at(-1)!.next)
          await tick()
          return appendOne(right, write).finally(() => underWay.delete(write.log.id))
        }),
        ends: async (logs) =>
          (await right.ends(logs)).map(
            (ends, i) => ends && { ...ends, next: Math.max(ends.next, underWay.get(logs[i]!.id) ?? 0) },
          ),
      }
    },
  },
  {
    wrong: 'takes an unknown outcome for a lost request',
    law: 'barrier',
    make: (right) =>
      eachWrite(async (write) => {
        const outcome = await appendOne(right, write)
        return outcome.kind === 'UNKNOWN' ? { kind: 'FULL', reason: 'it did not answer' } : outcome
      }),
  },
  {
    wrong: 'takes an unknown outcome for an append',
    law: 'barrier',
    make: (right) =>
      eachWrite(async (write) => {
        const outcome = await appendOne(right, write)
        return outcome.kind === 'UNKNOWN' ? { kind: 'APPENDED', next: write.entries.at(-1)!.next } : outcome
      }),
  },
  {
    wrong: 'lets what is under way land after an open, where it fits',
    law: 'barrier',
    make: (right, disk) =>
      eachWrite(async (write) => {
        const outcome = await appendOne(right, write)
        if (outcome.kind !== 'UNKNOWN') return outcome
        void beyondAnOpen(disk, write)
        return outcome
      }),
  },
  {
    wrong: 'rejects an append when it is closed',
    law: 'lifecycle',
    make: (right) =>
      eachWrite(async (write) => {
        const outcome = await appendOne(right, write)
        if (outcome.kind === 'UNKNOWN') throw new Error('closed')
        return outcome
      }),
  },
  {
    wrong: 'keeps the buffers of its caller',
    law: 'bytes',
    make: (right, disk) =>
      eachWrite(async (write) => {
        const outcome = await appendOne(right, write)
        const target = stored(disk, write.log)
        if (outcome.kind === 'APPENDED' && target) {
          const kept = write.entries.map((entry) => ({ ...storedEntry(entry), bytes: entry.bytes }))
          target.entries.splice(-kept.length, kept.length, ...kept)
        }
        return outcome
      }),
  },
  {
    wrong: 'takes entries above its largest',
    law: 'bytes',
    make: (right, disk) =>
      eachWrite(async (write) => {
        const outcome = await appendOne(right, write)
        return outcome.kind === 'FULL' ? force(disk, write.log, write.entries) : outcome
      }),
  },
]

const readers: readonly WrongStore[] = [
  { wrong: 'merges entries', law: 'reads', make: (right) => eachRead(right, merged) },
  {
    wrong: 'begins one entry too late',
    law: 'reads',
    make: (right) => eachRead(right, (entries, from) => entries.filter(({ at }) => at >= from)),
  },
  {
    wrong: 'reads one offset further',
    law: 'reads',
    make: (right) => ({ read: (reads) => right.read(reads.map((read) => ({ ...read, from: read.from + 1 }))) }),
  },
  {
    wrong: 'returns nothing where one entry is above the budget',
    law: 'reads',
    make: (right) => ({
      read: async (reads) =>
        (await right.read(reads)).map((entries, i) =>
          entries[0] && sizeOf(entries[0]) > reads[i]!.maxBytes ? [] : entries,
        ),
    }),
  },
  {
    wrong: 'ignores the budget',
    law: 'reads',
    make: (right) => ({ read: (reads) => right.read(reads.map((read) => ({ ...read, maxBytes: Infinity }))) }),
  },
  {
    wrong: 'decodes bytes as text',
    law: 'bytes',
    make: (right) =>
      eachRead(right, (entries) =>
        entries.map((entry) => ({ ...entry, bytes: [Buffer.from(Buffer.concat(entry.bytes).toString('utf8'))] })),
      ),
  },
  {
    wrong: 'counts offsets in 32 bits',
    law: 'offsets',
    make: (right) => ({
      ends: async (logs) =>
        (await right.ends(logs)).map((ends) => ends && { ...ends, start: ends.start | 0, next: ends.next | 0 }),
    }),
  },
  {
    wrong: 'ends at a hole',
    law: 'replaces',
    make: (right) => eachRead(right, (entries, from) => (entries[0] && entries[0].at > from ? [] : entries)),
  },
  {
    wrong: 'hands out damage',
    law: 'corruption',
    make: (right, disk) => ({
      read(reads) {
        for (const { log } of reads) {
          const target = stored(disk, log)
          if (target) target.entries = target.entries.map((entry) => ({ ...entry, rotten: false }))
        }
        return right.read(reads)
      },
    }),
  },
  {
    wrong: 'skips damage',
    law: 'corruption',
    make: (right, disk) => ({
      read(reads) {
        for (const { log } of reads) {
          const target = stored(disk, log)
          if (target) target.entries = target.entries.filter(({ rotten }) => !rotten)
        }
        return right.read(reads)
      },
    }),
  },
  {
    wrong: 'finds the last entry of a time',
    law: 'find by time',
    make: (_, disk) => ({
      findByTime: async (log, time) => stored(disk, log)?.entries.findLast((entry) => entry.time >= time),
    }),
  },
  {
    wrong: 'takes times to be in order',
    law: 'find by time',
    make: (_, disk) => ({
      async findByTime(log, time) {
        const entries = stored(disk, log)?.entries ?? []
        let [low, high] = [0, entries.length]
        while (low < high) {
          const middle = (low + high) >>> 1
          if (entries[middle]!.time >= time) high = middle
          else low = middle + 1
        }
        return entries[low]
      },
    }),
  },
  {
    wrong: 'scans what is appended meanwhile',
    law: 'scans',
    make: (right) => ({
      async *scan(log, from) {
        for (let at = from; ;) {
          const [entries] = await right.read([{ log, from: at, maxBytes: 1 }])
          const entry = entries![0]
          if (!entry) return
          yield { at: entry.at, next: entry.next, time: entry.time, size: sizeOf(entry) }
          at = entry.next
        }
      },
    }),
  },
  { wrong: 'never hints', law: 'hints', make: (right) => ({ advanced: (_, signal) => right.advanced([], signal) }) },
]

const changes: readonly WrongStore[] = [
  {
    wrong: 'loses the last entry when it is opened again',
    law: 'durability',
    make: (_, disk) => {
      for (const log of disk.logs.values()) log.next = log.entries.pop()?.at ?? log.next
      return {}
    },
  },
  {
    wrong: 'is another incarnation each time it is opened',
    law: 'durability',
    make: (_, disk) => {
      disk.incarnation += '+'
      return {}
    },
  },
  {
    wrong: 'trims whole entries only',
    law: 'trims',
    make: (right, disk) => ({
      trim: (trims) =>
        right.trim(
          trims.map((trim) => {
            const holding = stored(disk, trim.log)?.entries.find(({ next }) => next > trim.before)
            return { ...trim, before: holding?.at ?? trim.before }
          }),
        ),
    }),
  },
  {
    wrong: 'begins again at 0 when all is trimmed',
    law: 'trims',
    make: (right, disk) => ({
      async trim(trims) {
        const outcomes = await right.trim(trims)
        for (const { log } of trims) {
          const target = stored(disk, log)
          if (target && target.entries.length === 0) Object.assign(target, { start: 0, next: 0 })
        }
        return outcomes
      },
    }),
  },
  {
    wrong: 'ends at its last entry after a replace',
    law: 'replaces',
    make: (right, disk) => ({
      async replace(log, ...rest) {
        const outcome = await right.replace(log, ...rest)
        const target = stored(disk, log)
        if (target) target.next = target.entries.at(-1)?.next ?? target.start
        return outcome
      },
    }),
  },
  {
    wrong: 'replaces in two steps',
    law: 'replaces',
    make: (right) => ({
      async replace(log: LogId, opening: Opening, from: number, to: number, entries: readonly Entry[]) {
        const outcome = await right.replace(log, opening, from, to, [])
        await tick(1)
        return outcome.kind === 'DONE' ? right.replace(log, opening, from, to, entries) : outcome
      },
    }),
  },
  {
    wrong: 'keeps the first snapshot',
    law: 'snapshots',
    make: (right, disk) => ({
      async snapshot(log, opening, at, bytes) {
        const first = stored(disk, log)?.snapshot
        const outcome = await right.snapshot(log, opening, at, bytes)
        if (first) stored(disk, log)!.snapshot = first
        return outcome
      },
    }),
  },
  {
    wrong: 'keeps the bytes of a removed log under its name',
    law: 'removals',
    make: (right, disk) => {
      const buried = new Map<string, readonly StoredEntry[]>()
      return {
        async remove(logs) {
          for (const log of logs) buried.set(log.name, stored(disk, log)?.entries ?? [])
          await right.remove(logs)
        },
        async create(logs) {
          await right.create(logs)
          for (const { log } of logs) force(disk, log, buried.get(log.name) ?? [])
        },
      }
    },
  },
  {
    wrong: 'creates the log that it is to open',
    law: 'removals',
    make: (right) => ({
      async open(logs) {
        await right.create(logs)
        return right.open(logs)
      },
    }),
  },
  {
    wrong: 'loses its snapshot in a trim',
    law: 'model',
    make: (right, disk) => ({
      async trim(trims) {
        const outcomes = await right.trim(trims)
        for (const { log } of trims) {
          const target = stored(disk, log)
          if (target && target.start > (target.snapshot?.at ?? Infinity)) target.snapshot = undefined
        }
        return outcomes
      },
    }),
  },
  {
    wrong: 'says something else of itself each time',
    law: 'supports',
    make: (right) => ({ supports: { ...right.supports, largestEntry: 4096 + Math.floor(Math.random() * 1e9) } }),
  },
  {
    wrong: 'does not say how it knows its durability',
    law: 'supports',
    make: (right) => ({ supports: { ...right.supports, durabilityReason: '' } }),
  },
  {
    wrong: 'goes on when it is closed',
    law: 'lifecycle',
    make: (right) => ({
      advanced: (logs) => right.advanced(logs, AbortSignal.abort()),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  },
]

const sizeOf = ({ bytes }: Entry): number => bytes.reduce((sum, { length }) => sum + length, 0)

export const wrongStores: readonly WrongStore[] = [...fencing, ...appends, ...readers, ...changes]

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
