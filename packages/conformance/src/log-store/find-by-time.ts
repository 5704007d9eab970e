// The first entry, in offset order, whose time is at least the one asked: times need not be in order.

import assert from 'node:assert/strict'
import type { Entry, LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { framesOf, testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { takeOver, trim, write } from './steps.ts'

/** Times with disorder, ties, a few without any, and one far ahead of those after it. */
const TIMES = [50, 20, 20, 90, -1, 90, 60, 300, 100, 100, -1, 250, 310, 305, 0, 400]

const entriesOf = (times: readonly number[]): Entry[] =>
  times.map((time, i) => testEntry({ at: 2 * i, next: 2 * i + 2, time }))

async function assertModel(store: LogStore, log: LogId, entries: readonly Entry[], start = 0): Promise<void> {
  const probes = new Set(TIMES.flatMap((time) => [time - 1, time, time + 1]).filter((time) => time >= -1))
  for (const time of [...probes, 10_000]) {
    const expected = entries.find((entry) => entry.next > start && entry.time >= time)
    const found = await store.findByTime(log, time)
    assert.deepEqual(
      found && [found.at, found.next, found.time],
      expected && [expected.at, expected.next, expected.time],
      `time ${time}`,
    )
  }
}

async function setUp(bench: LogStoreBench) {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log)
  const entries = entriesOf(TIMES)
  await write(store, log, writer, ...entries.slice(0, 5))
  for (const entry of entries.slice(5)) await write(store, log, writer, entry)
  return { store, log, writer, entries }
}

export const findByTime: Law<LogStoreBench> = {
  law: 'find by time',
  cases: [
    {
      name: 'the first entry with such a time is found, whatever their order',
      async run(bench) {
        const { store, log, entries } = await setUp(bench)
        await assertModel(store, log, entries)
        await assertModel(await bench.reopen(), log, entries)
      },
    },
    {
      name: 'an empty log has no such entry',
      async run(bench) {
        assert.equal(await (await bench.store()).findByTime(await bench.newLog(), -1), undefined)
      },
    },
    {
      name: 'what was trimmed is not found',
      async run(bench) {
        const { store, log, writer, entries } = await setUp(bench)
        for (const before of [2, 7, 16, 32]) {
          assert.deepEqual(await trim(store, log, writer, before), { kind: 'DONE' })
          await assertModel(store, log, entries, before)
        }
      },
    },
    {
      name: 'what was replaced is found as it is now',
      async run(bench) {
        const { store, log, writer, entries } = await setUp(bench)
        const rewritten = [testEntry({ at: 6, next: 8, time: 40 }), testEntry({ at: 13, next: 14, time: 260 })]
        assert.deepEqual(await store.replace(log, writer.opening, 6, 16, rewritten), { kind: 'DONE' })
        const now = [...entries.slice(0, 3), ...rewritten, ...entries.slice(8)]
        await assertModel(store, log, now)
        await assertModel(await bench.reopen(), log, now)
      },
    },
    {
      name: 'among many entries the first is found',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const entries = Array.from({ length: 2000 }, (_, at) => testEntry({ at, time: 10 * at + ((at * 7919) % 400) }))
        for (let from = 0; from < 2000; from += 250) await write(store, log, writer, ...entries.slice(from, from + 250))
        for (let time = 0; time < 20_600; time += 997) {
          assert.equal(
            (await store.findByTime(log, time))?.at,
            entries.find((entry) => entry.time >= time)?.at,
            `time ${time}`,
          )
        }
      },
    },
    {
      name: 'in an entry of several frames what is found holds the first frame with such a time',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const entries = [
          testEntry({ at: 0, time: 5 }, { at: 1, time: 9 }, { at: 2, time: 7 }),
          testEntry({ at: 3, time: 1 }, { at: 4, time: 30 }, { at: 5, time: 20 }),
        ]
        await write(store, log, await takeOver(store, log), ...entries)
        const frames = entries.flatMap(({ bytes }) => framesOf(bytes))
        for (const time of [0, 5, 6, 9, 10, 20, 30]) {
          const { at } = frames.find((frame) => frame.time >= time)!
          const found = (await store.findByTime(log, time))!
          assert.ok(
            found.at <= at && at < found.next && found.time >= time,
            `time ${time}: [${found.at}, ${found.next})`,
          )
        }
        assert.equal(await store.findByTime(log, 31), undefined)
      },
    },
  ],
}
