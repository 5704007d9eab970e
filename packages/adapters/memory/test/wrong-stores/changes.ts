// Wrong in what stays, in what changes beside appends, and in manners.

import type { Entry, LogId, Opening } from '@jackdaw/ports'
import type { StoredEntry } from '../../src/index.ts'
import { force, stored, tick } from './tools.ts'
import type { WrongStore } from './tools.ts'

export const wrongChanges: readonly WrongStore[] = [
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
