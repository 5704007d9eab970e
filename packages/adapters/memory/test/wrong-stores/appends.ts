// Wrong in what may write, and in what becomes of it.

import type { MemoryDisk } from '../../src/index.ts'
import { appendOne, eachWrite, force, stored, storedEntry, tick } from './tools.ts'
import type { Writes, WrongStore } from './tools.ts'

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

export const wrongFences: readonly WrongStore[] = [
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

export const wrongAppends: readonly WrongStore[] = [
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
