// Trim moves the log start forward, exactly; the log end and everything from the start on stays as it is.

import assert from 'node:assert/strict'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, assertSame, beside, endsOf, readAll, readSome, takeOver, trim, write } from './steps.ts'

const DONE = { kind: 'DONE' }

async function tenEntries(bench: LogStoreBench) {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log)
  const entries = [...Array(10).keys()].map((i) => testEntry({ at: i * 10, next: i * 10 + 10, seed: i + 1 }))
  for (const entry of entries) await write(store, log, writer, entry)
  return { store, log, writer, entries }
}

export const trims: Law<LogStoreBench> = {
  law: 'trims',
  cases: [
    {
      name: 'the start is exact, also inside an entry, whose bytes stay whole',
      async run(bench) {
        const { store, log, writer, entries } = await tenEntries(bench)
        for (const before of [1, 10, 11, 35, 39, 40, 99]) {
          assert.deepEqual(await trim(store, log, writer, before), DONE)
          const { start, next } = await endsOf(store, log)
          assert.deepEqual({ start, next }, { start: before, next: 100 })
          await assertHolds(store, log, entries.slice(Math.floor(before / 10)))
          assert.equal((await takeOver(await bench.rival(), log)).start, before)
          Object.assign(writer, await takeOver(store, log))
        }
        assert.equal((await endsOf(await bench.reopen(), log)).start, 99)
      },
    },
    {
      name: 'below the start a read begins with the entry that holds the start',
      async run(bench) {
        const { store, log, writer, entries } = await tenEntries(bench)
        await trim(store, log, writer, 35)
        for (const from of [0, 29, 30, 34, 35]) assertSame(await readSome(store, log, from), entries.slice(3))
      },
    },
    {
      name: 'a log trimmed to its end is empty and goes on at the same offset',
      async run(bench) {
        const { store, log, writer } = await tenEntries(bench)
        assert.deepEqual(await trim(store, log, writer, 100), DONE)
        await assertHolds(store, log, [])
        const again = await bench.reopen()
        const { start, next } = await endsOf(again, log)
        assert.deepEqual({ start, next }, { start: 100, next: 100 })
        const reopened = await takeOver(again, log)
        assert.deepEqual([reopened.start, reopened.next], [100, 100])
        const entry = testEntry({ at: 100, next: 105 })
        await write(again, log, reopened, entry)
        await assertHolds(again, log, [entry])
      },
    },
    {
      name: 'again and backwards nothing happens',
      async run(bench) {
        const { store, log, writer, entries } = await tenEntries(bench)
        for (const before of [50, 50, 20, 0]) assert.deepEqual(await trim(store, log, writer, before), DONE)
        assert.equal((await endsOf(store, log)).start, 50)
        await assertHolds(store, log, entries.slice(5))
      },
    },
    {
      name: 'the start never passes the end',
      async run(bench) {
        const { store, log, writer } = await tenEntries(bench)
        await trim(store, log, writer, 1000).catch(() => undefined)
        const { start, next } = await endsOf(store, log)
        assert.ok(start <= next && next === 100, `start ${start}, end ${next}`)
        await write(store, log, writer, testEntry({ at: 100 }))
      },
    },
    {
      name: 'each log of a call has its own outcome',
      async run(bench) {
        const { store, log, writer } = await tenEntries(bench)
        const other = await bench.newLog({ name: 'other' })
        const zombie = await takeOver(store, other)
        await write(store, other, zombie, testEntry({ at: 0, next: 9 }))
        await takeOver(store, other)
        const outcomes = await store.trim([
          { log: other, opening: zombie.opening, before: 5 },
          { log, opening: writer.opening, before: 5 },
        ])
        assert.deepEqual(outcomes, [{ kind: 'FENCED' }, DONE])
        assert.deepEqual([(await endsOf(store, other)).start, (await endsOf(store, log)).start], [0, 5])
      },
    },
    {
      name: 'trimming frees room, if not at once, and never takes more than it may',
      async run(bench) {
        const { store, log, writer } = await tenEntries(bench)
        const { bytes } = await endsOf(store, log)
        assert.equal(bytes, 610)
        await trim(store, log, writer, 55)
        const left = (await endsOf(store, log)).bytes
        assert.ok(left >= 5 * 61 && left <= bytes, `${left} bytes after a trim that leaves 305`)
      },
    },
    {
      name: 'a reader beside a trim sees what is left, from its start on',
      async run(bench) {
        const { store, log, writer, entries } = await tenEntries(bench)
        const reader = await bench.rival()
        const trimming = beside(async () => {
          for (let before = 0; before <= 90; before += 3) await trim(store, log, writer, before)
        })
        for (let round = 0; round < 20; round++) {
          const read = await readAll(reader, log)
          assertSame(read, entries.slice(entries.length - read.length))
        }
        await trimming
      },
    },
  ],
}
