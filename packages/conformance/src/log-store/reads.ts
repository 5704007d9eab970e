// A read begins with the entry that holds the offset and goes on for as many bytes as were asked for, but for one entry at least.

import assert from 'node:assert/strict'
import type { Entry, LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertSame, readAll, readSome, scanAll, sizeOf, takeOver, write } from './steps.ts'

/** Ten entries of ten offsets and about a kilobyte each. */
async function tenEntries(bench: LogStoreBench) {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log)
  const entries = [...Array(10).keys()].map((i) =>
    testEntry({ at: i * 10, next: i * 10 + 10, payloadBytes: 960, seed: i + 1 }),
  )
  await write(store, log, writer, ...entries.slice(0, 4))
  for (const entry of entries.slice(4)) await write(store, log, writer, entry)
  return { store, log, writer, entries }
}

async function assertBudget(store: LogStore, log: LogId, from: number, maxBytes: number): Promise<void> {
  const entries = await readSome(store, log, from, maxBytes)
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
  assert.ok(entries.length === 1 || bytes <= maxBytes, `${bytes} bytes came for at most ${maxBytes}`)
  assert.ok(entries[0]!.at <= from && from < entries[0]!.next, `a read from ${from} began at ${entries[0]!.at}`)
}

export const reads: Law<LogStoreBench> = {
  law: 'reads',
  cases: [
    {
      name: 'a read begins with the entry that holds the offset',
      async run(bench) {
        const { store, log, entries } = await tenEntries(bench)
        for (const from of [0, 1, 9, 10, 11, 39, 40, 55, 90, 99]) {
          assertSame(await readSome(store, log, from), entries.slice(Math.floor(from / 10)))
        }
      },
    },
    {
      name: 'at the end and past it there is nothing',
      async run(bench) {
        const { store, log } = await tenEntries(bench)
        for (const from of [100, 101, 1_000_000, 2 ** 40]) {
          assert.deepEqual(await readSome(store, log, from), [])
          assert.deepEqual(await scanAll(store, log, from), [])
          assert.deepEqual(await readSome(store, await bench.newLog(), from), [])
        }
      },
    },
    {
      name: 'below the log start a read begins with the first entry',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog({ at: 50 })
        const entry = testEntry({ at: 50, next: 52 })
        await write(store, log, await takeOver(store, log), entry)
        for (const from of [0, 49, 50, 51]) {
          assertSame(await readSome(store, log, from), [entry])
          assert.equal((await scanAll(store, log, from))[0]?.at, 50)
        }
      },
    },
    {
      name: 'one entry comes however small the budget, and the budget is kept beyond it',
      async run(bench) {
        const { store, log } = await tenEntries(bench)
        for (const maxBytes of [0, 1, 999, 1000, 1001, 2500, 9_999]) {
          for (const from of [0, 15, 99]) await assertBudget(store, log, from, maxBytes)
        }
        assert.equal((await readSome(store, log, 0, 10_000)).length, 10)
      },
    },
    {
      name: 'small steps find the same as one large one',
      async run(bench) {
        const { store, log, entries } = await tenEntries(bench)
        for (const maxBytes of [1, 1500, 3000]) assertSame(await readAll(store, log, 0, maxBytes), entries)
      },
    },
    {
      name: 'entries of several frames come back whole, perhaps in pieces, never merged',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const entries = [
          testEntry({ at: 0, next: 3, seed: 1 }, { at: 3, seed: 2 }, { at: 4, next: 10, seed: 3, payloadBytes: 5000 }),
          testEntry({ at: 10, seed: 4 }, { at: 11, next: 15, seed: 5 }),
          testEntry({ at: 15, seed: 6 }),
        ]
        for (const entry of entries) await write(store, log, writer, entry)
        assertSame(await readAll(store, log), entries)
        for (const from of [4, 9, 11, 14, 15]) {
          const [first] = await readSome(store, log, from, 1)
          assert.ok(
            first!.at <= from && from < first!.next,
            `a read from ${from} began with [${first!.at}, ${first!.next})`,
          )
        }
      },
    },
    {
      name: 'an entry that comes in several buffers is one entry',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const whole = testEntry({ at: 0, next: 3, payloadBytes: 300 })
        const [bytes] = whole.bytes
        const pieces = [0, 1, 40, 41, 200].map((from, i, all) => bytes!.subarray(from, all[i + 1] ?? bytes!.length))
        const entry: Entry = { ...whole, bytes: [...pieces, new Uint8Array()] }
        await write(store, log, await takeOver(store, log), entry)
        assertSame(await readAll(store, log), [whole])
      },
    },
    {
      name: 'many tiny entries come in order',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const entries = Array.from({ length: bench.scale.entries }, (_, at) => testEntry({ at, seed: at + 1 }))
        for (let from = 0; from < entries.length; from += 1000) {
          await write(store, log, writer, ...entries.slice(from, from + 1000))
        }
        assertSame(await readAll(store, log, 0, 64 * 1024), entries)
        assert.equal((await readSome(store, log, entries.length >> 1, 1))[0]!.at, entries.length >> 1)
      },
    },
    {
      name: 'one call reads several logs, each from its own offset, and tells nothing of a log that it does not hold',
      async run(bench) {
        const { store, log, entries } = await tenEntries(bench)
        const other = await bench.newLog({ name: 'other' })
        const own = testEntry({ at: 0, seed: 77 })
        await write(store, other, await takeOver(store, other), own)
        const found = await store.read([
          { log, from: 95, maxBytes: 1 },
          { log: bench.logId('absent'), from: 0, maxBytes: 1000 },
          { log: other, from: 0, maxBytes: 1000 },
          { log, from: 0, maxBytes: 1 },
          { log: other, from: 1, maxBytes: 1000 },
        ])
        assert.deepEqual(
          found.map((list) => list.map(({ at }) => at)),
          [[90], [], [0], [0], []],
        )
        assertSame(found[2]!, [own])
        assertSame(found[3]!, entries.slice(0, 1))
      },
    },
    {
      name: 'calls for no log at all answer nothing',
      async run(bench) {
        const store = await bench.store()
        await store.create([])
        await store.remove([])
        assert.deepEqual(await store.read([]), [])
        assert.deepEqual(await store.ends([]), [])
        assert.deepEqual(await store.open([]), [])
        assert.deepEqual(await store.trim([]), [])
        assert.deepEqual(store.append([]), [])
      },
    },
  ],
}
