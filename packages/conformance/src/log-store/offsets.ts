// Offsets are whole numbers up to 2^53: past 2^31 and 2^32 nothing changes, and what would pass the limit is refused.

import assert from 'node:assert/strict'
import { OFFSET_LIMIT } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, assertSame, endsOf, offer, readSome, takeOver, trim, write } from './steps.ts'

const across = (base: number) => async (bench: LogStoreBench) => {
  const store = await bench.store()
  const log = await bench.newLog({ at: base })
  const writer = await takeOver(store, log)
  assert.deepEqual([writer.start, writer.next], [base, base])
  const time = 1_800_000_000_000
  const entries = [0, 1, 2, 5].map((i, n) => testEntry({ at: base + i, next: base + [1, 2, 5, 8][n]!, time: time + i }))
  for (const entry of entries) await write(store, log, writer, entry)
  await assertHolds(store, log, entries)
  assertSame(await readSome(store, log, base + 4, 1), [entries[2]!])
  assert.equal((await store.findByTime(log, time + 2))?.at, base + 2)
  assert.deepEqual(await store.replace(log, writer.opening, base + 1, base + 2, []), { kind: 'DONE' })
  assert.deepEqual(await trim(store, log, writer, base + 1), { kind: 'DONE' })
  assert.deepEqual(await store.snapshot(log, writer.opening, base + 8, Buffer.from('s')), { kind: 'DONE' })
  const again = await bench.reopen()
  await assertHolds(again, log, entries.slice(2))
  const reopened = await takeOver(again, log)
  assert.deepEqual([reopened.start, reopened.next, reopened.snapshot?.at], [base + 1, base + 8, base + 8])
  await write(again, log, reopened, testEntry({ at: base + 8 }))
}

export const offsets: Law<LogStoreBench> = {
  law: 'offsets',
  cases: [
    { name: 'a log begins at 0', run: across(0) },
    { name: 'a log passes 2^31', run: across(2 ** 31 - 4) },
    { name: 'a log passes 2^32', run: across(2 ** 32 - 4) },
    { name: 'a log passes 2^40', run: across(2 ** 40 - 4) },
    { name: 'a log comes close to 2^53', run: across(OFFSET_LIMIT - 50) },
    {
      name: 'one entry may span more offsets than 32 bits count',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const entries = [testEntry({ at: 0, next: 2 ** 33 + 1 }), testEntry({ at: 2 ** 33 + 1 })]
        await write(store, log, writer, ...entries)
        await assertHolds(store, log, entries)
        assertSame(await readSome(store, log, 2 ** 33, 1), entries.slice(0, 1))
      },
    },
    {
      name: 'what would pass the limit is refused and changes nothing',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog({ at: OFFSET_LIMIT - 3 })
        const writer = await takeOver(store, log)
        const beyond = testEntry({ at: OFFSET_LIMIT - 3, next: OFFSET_LIMIT + 1 })
        assert.equal((await offer(store, log, writer, beyond)).kind, 'FULL')
        assert.equal((await endsOf(store, log)).next, OFFSET_LIMIT - 3)
        await write(store, log, writer, testEntry({ at: OFFSET_LIMIT - 3 }))
        const absent = bench.logId('absent')
        await assert.rejects(async () => store.create([{ log: absent, at: OFFSET_LIMIT + 1 }]))
        assert.deepEqual(await store.ends([absent]), [undefined])
      },
    },
    {
      name: 'times are any milliseconds a client may send, and -1 for none',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const times = [-1, 0, 2 ** 31, 2 ** 32 + 1, 1_800_000_000_123, OFFSET_LIMIT - 1]
        const entries = times.map((time, at) => testEntry({ at, time }))
        await write(store, log, await takeOver(store, log), ...entries)
        await assertHolds(store, log, entries)
        for (const [at, time] of times.entries())
          assert.equal((await store.findByTime(log, time))?.at, at, `time ${time}`)
      },
    },
  ],
}
