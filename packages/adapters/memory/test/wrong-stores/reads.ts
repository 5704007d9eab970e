// Wrong in what readers see.

import type { Entry } from '@jackdaw/ports'
import { eachRead, sizeOf, stored } from './tools.ts'
import type { WrongStore } from './tools.ts'

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

export const wrongReads: readonly WrongStore[] = [
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
