// Replace swaps a range of entries for others, as a compaction does: readers see the old or the new, and the end never moves.

import assert from 'node:assert/strict'
import type { Entry, LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, assertSame, beside, endsOf, readAll, readSome, takeOver, trim, write } from './steps.ts'

const DONE = { kind: 'DONE' }

async function tenEntries(bench: LogStoreBench) {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log)
  const entries = [...Array(10).keys()].map((i) =>
    testEntry({ at: i * 10, next: i * 10 + 10, seed: i + 1, payloadBytes: 400 }),
  )
  for (const entry of entries) await write(store, log, writer, entry)
  const replace = (from: number, to: number, ...others: Entry[]) => store.replace(log, writer.opening, from, to, others)
  return { store, log, writer, entries, replace }
}

/** Now, and when the handle was opened again. */
async function assertHoldsForGood(bench: LogStoreBench, log: LogId, entries: readonly Entry[]): Promise<LogStore> {
  await assertHolds(await bench.store(), log, entries)
  const again = await bench.reopen()
  await assertHolds(again, log, entries)
  return again
}

export const replaces: Law<LogStoreBench> = {
  law: 'replaces',
  cases: [
    {
      name: 'entries in the middle are swapped for fewer and smaller ones',
      async run(bench) {
        const { store, log, entries, replace } = await tenEntries(bench)
        const others = [testEntry({ at: 22, next: 25, seed: 50 }), testEntry({ at: 37, next: 38, seed: 51 })]
        assert.deepEqual(await replace(20, 50, ...others), DONE)
        assert.deepEqual(await endsOf(store, log), { start: 0, next: 100, bytes: 7 * 440 + 2 * 61 })
        await assertHoldsForGood(bench, log, [...entries.slice(0, 2), ...others, ...entries.slice(5)])
      },
    },
    {
      name: 'a read inside a hole begins with the next entry',
      async run(bench) {
        const { store, log, entries, replace } = await tenEntries(bench)
        const other = testEntry({ at: 35, next: 37, seed: 50 })
        assert.deepEqual(await replace(20, 50, other), DONE)
        for (const from of [20, 29, 34, 35, 36]) assertSame(await readSome(store, log, from, 1), [other])
        for (const from of [37, 49, 50]) assertSame(await readSome(store, log, from, 1), [entries[5]!])
      },
    },
    {
      name: 'an entry may claim more offsets than its frames hold',
      async run(bench) {
        const { log, entries, replace } = await tenEntries(bench)
        const frames = testEntry({ at: 23, next: 24, seed: 50 }, { at: 31, next: 33, seed: 51 })
        assert.deepEqual(await replace(20, 50, { ...frames, at: 20, next: 50 }), DONE)
        const again = await assertHoldsForGood(bench, log, [
          ...entries.slice(0, 2),
          { ...frames, at: 20, next: 50 },
          ...entries.slice(5),
        ])
        const [first] = await readSome(again, log, 24, 1)
        assert.ok(first!.next > 24 && first!.at <= 31, `a read from 24 began with [${first!.at}, ${first!.next})`)
      },
    },
    {
      name: 'the end stays although the last entries are gone',
      async run(bench) {
        const { log, entries, replace } = await tenEntries(bench)
        assert.deepEqual(await replace(80, 100), DONE)
        const again = await assertHoldsForGood(bench, log, entries.slice(0, 8))
        assert.equal((await endsOf(again, log)).next, 100)
        assert.deepEqual(await readSome(again, log, 85), [])
        const writer = await takeOver(again, log)
        assert.equal(writer.next, 100)
        const behind = testEntry({ at: 100, next: 103 })
        await write(again, log, writer, behind)
        await assertHoldsForGood(bench, log, [...entries.slice(0, 8), behind])
        assertSame(await readSome(await bench.store(), log, 85), [behind])
      },
    },
    {
      name: 'nothing need be left of the whole log but its start and end',
      async run(bench) {
        const { log, replace } = await tenEntries(bench)
        assert.deepEqual(await replace(0, 100), DONE)
        const again = await assertHoldsForGood(bench, log, [])
        const { start, next } = await endsOf(again, log)
        assert.deepEqual({ start, next }, { start: 0, next: 100 })
      },
    },
    {
      name: 'what was replaced is replaced again',
      async run(bench) {
        const { log, entries, replace } = await tenEntries(bench)
        const once = [testEntry({ at: 15, next: 18, seed: 50 }), testEntry({ at: 30, next: 40, seed: 51 })]
        const twice = [testEntry({ at: 16, seed: 52 })]
        assert.deepEqual(await replace(10, 40, ...once), DONE)
        assert.deepEqual(await replace(0, 60, ...twice), DONE)
        await assertHoldsForGood(bench, log, [...twice, ...entries.slice(6)])
      },
    },
    {
      name: 'a range that cuts through an entry is refused and changes nothing',
      async run(bench) {
        const { store, log, entries, replace } = await tenEntries(bench)
        for (const [from, to] of [
          [25, 40],
          [20, 45],
          [20, 101],
        ] as const) {
          const outcome = await replace(from, to).catch((error: unknown) => error)
          assert.notDeepEqual(outcome, DONE, `[${from}, ${to})`)
        }
        await assertHolds(store, log, entries)
      },
    },
    {
      name: 'readers see the old or the new, never a mix',
      async run(bench) {
        const { store, log, writer } = await tenEntries(bench)
        const reader = await bench.rival()
        const versionOf = (seed: number) =>
          [...Array(10).keys()].map((i) => testEntry({ at: i * 10, next: i * 10 + 10, seed, payloadBytes: 400 }))
        let seed = 100
        assert.deepEqual(await store.replace(log, writer.opening, 0, 100, versionOf(seed)), DONE)
        let done = false
        const replacing = beside(async () => {
          try {
            for (; seed < 120; seed++) {
              assert.deepEqual(await store.replace(log, writer.opening, 0, 100, versionOf(seed + 1)), DONE)
            }
          } finally {
            done = true
          }
        })
        while (!done) {
          const oldest = seed
          const read = await readSome(reader, log, 0)
          const seeds = [...Array(seed + 2 - oldest).keys()].map((i) => oldest + i)
          assert.ok(
            seeds.some((candidate) => same(read, versionOf(candidate))),
            `a read beside a replace saw a mix of versions ${oldest} to ${seed + 1}`,
          )
          await new Promise((resolve) => setImmediate(resolve))
        }
        await replacing
      },
    },
    {
      name: 'an append beside a replace is not disturbed',
      async run(bench) {
        const { store, log, writer, entries, replace } = await tenEntries(bench)
        const other = testEntry({ at: 50, seed: 50 })
        const behind = [...Array(20).keys()].map((i) => testEntry({ at: 100 + i, seed: i + 1 }))
        const appending = beside(async () => {
          for (const entry of behind) await write(store, log, writer, entry)
        })
        assert.deepEqual(await replace(50, 100, other), DONE)
        await appending
        await assertHoldsForGood(bench, log, [...entries.slice(0, 5), other, ...behind])
      },
    },
    {
      name: 'after a replace a trim is exact, and after a trim a replace',
      async run(bench) {
        const { store, log, writer, entries, replace } = await tenEntries(bench)
        assert.deepEqual(await replace(20, 50, testEntry({ at: 35, next: 37, seed: 50 })), DONE)
        assert.deepEqual(await trim(store, log, writer, 42), DONE)
        await assertHolds(store, log, entries.slice(5))
        const other = testEntry({ at: 57, next: 60, seed: 51 })
        assert.deepEqual(await replace(50, 60, other), DONE)
        const again = await assertHoldsForGood(bench, log, [other, ...entries.slice(6)])
        const { start, next } = await endsOf(again, log)
        assert.deepEqual({ start, next }, { start: 42, next: 100 })
        assertSame(await readAll(again, log, 42), [other, ...entries.slice(6)])
      },
    },
  ],
}

function same(read: readonly Entry[], entries: readonly Entry[]): boolean {
  try {
    assertSame(read, entries)
    return true
  } catch {
    return false
  }
}
