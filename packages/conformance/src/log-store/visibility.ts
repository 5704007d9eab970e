// `read` and `ends` show what was acknowledged, at once and to every instance, and nothing that was not.

import assert from 'node:assert/strict'
import type { Entry, LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertSame, endsOf, offer, readSome, takeOver, write } from './steps.ts'

const entryAt = (at: number): Entry => testEntry({ at, seed: at + 1, payloadBytes: 21 + ((at * 31) % 200) })

const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Reads what there is, as a consumer would, until `until` offsets were seen: without a gap, a repetition or a step back. */
async function tail(
  store: LogStore,
  log: LogId,
  until: number,
  progress: { acked: number; failed: boolean },
): Promise<void> {
  let end = 0
  for (let at = 0; at < until && !progress.failed;) {
    const known = progress.acked
    const ends = await endsOf(store, log)
    assert.ok(
      ends.next >= Math.max(end, known),
      `the end is ${ends.next} after ${Math.max(end, known)} was acknowledged`,
    )
    end = ends.next
    const entries = await readSome(store, log, at, 2000)
    assertSame(
      entries,
      entries.map(({ at: place }) => entryAt(place)),
    )
    for (const entry of entries) {
      assert.equal(entry.at, at, 'a reader skipped or repeated an offset')
      at = entry.next
    }
    assert.ok(at >= end || entries.length > 0, `the end is ${end}, but nothing can be read at ${at}`)
    await breath()
  }
}

export const visibility: Law<LogStoreBench> = {
  law: 'visibility',
  cases: [
    {
      name: 'what was acknowledged is shown at once, to every instance',
      async run(bench) {
        const [store, rival] = [await bench.store(), await bench.rival()]
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        for (let at = 0; at < 50; at++) {
          await write(store, log, writer, entryAt(at))
          const reader = at % 2 === 0 ? rival : store
          assert.equal((await endsOf(reader, log)).next, at + 1)
          assertSame(await readSome(reader, log, at), [entryAt(at)])
        }
      },
    },
    {
      name: 'readers beside a writer see every offset once and in order',
      async run(bench) {
        const [store, rival] = [await bench.store(), await bench.rival()]
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const until = 300
        const progress = { acked: 0, failed: false }
        const readers = [...Array(8).keys()].map((i) => tail(i % 2 ? store : rival, log, until, progress))
        const writing = async (): Promise<void> => {
          for (let at = 0; at < until && !progress.failed; at = progress.acked) {
            const count = Math.min(1 + (at % 3), until - at)
            await write(store, log, writer, ...Array.from({ length: count }, (_, i) => entryAt(at + i)))
            progress.acked += count
            await breath()
          }
        }
        const all = [writing(), ...readers]
        for (const one of all) one.catch(() => (progress.failed = true))
        await Promise.all(all)
      },
    },
    {
      name: 'what is refused is never shown, not even while it is under way',
      async run(bench) {
        const [store, rival] = [await bench.store(), await bench.rival()]
        const log = await bench.newLog()
        const zombie = await takeOver(store, log, 1)
        const writer = await takeOver(rival, log, 2)
        await write(rival, log, writer, entryAt(0))
        for (let round = 0; round < 30; round++) {
          const refused = [offer(store, log, zombie, entryAt(1)), offer(rival, log, writer, entryAt(2))]
          const looks = await Promise.all([endsOf(rival, log), endsOf(store, log), endsOf(rival, log)])
          for (const { next } of looks) assert.equal(next, 1)
          assert.deepEqual(await readSome(rival, log, 1), [])
          assert.deepEqual(
            (await Promise.all(refused)).map(({ kind }) => kind),
            ['FENCED', 'CONFLICT'],
          )
        }
      },
    },
  ],
}
