// Entries are taken only at the end of the log, and a refusal writes nothing and concerns no other log.

import assert from 'node:assert/strict'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, endsOf, offer, takeOver, write } from './steps.ts'

const conflictAt = (at: number, next: number) => async (bench: LogStoreBench) => {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log)
  const held = testEntry({ at: 0, next: 5 }, { at: 5, next: 10 })
  await write(store, log, writer, held)
  const refused = await offer(store, log, writer, testEntry({ at, next, seed: 2 }))
  assert.deepEqual(refused, { kind: 'CONFLICT', next: 10 })
  await assertHolds(store, log, [held])
  const behind = testEntry({ at: 10 })
  await write(store, log, writer, behind)
  await assertHolds(store, log, [held, behind])
}

export const contiguity: Law<LogStoreBench> = {
  law: 'contiguity',
  cases: [
    { name: 'entries that begin below the end are a conflict', run: conflictAt(5, 12) },
    { name: 'entries that were stored already are a conflict', run: conflictAt(0, 10) },
    { name: 'entries that begin above the end are a conflict', run: conflictAt(11, 12) },
    {
      name: 'an empty log takes its first entry at its start only',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog({ at: 7 })
        const writer = await takeOver(store, log)
        assert.deepEqual([writer.start, writer.next, writer.bytes], [7, 7, 0])
        for (const at of [0, 6, 8]) {
          assert.deepEqual(await offer(store, log, writer, testEntry({ at })), { kind: 'CONFLICT', next: 7 })
        }
        await write(store, log, writer, testEntry({ at: 7 }))
      },
    },
    {
      name: 'several entries of one append stand one behind the other',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const entries = [testEntry({ at: 0, next: 3 }), testEntry({ at: 3 }), testEntry({ at: 4, next: 9 })]
        await write(store, log, writer, ...entries)
        await assertHolds(store, log, entries)
        assert.deepEqual(await endsOf(store, log), { start: 0, next: 9, bytes: 3 * 61 })
      },
    },
    {
      name: 'each log of an append has its own outcome: what one refuses the others take',
      async run(bench) {
        const store = await bench.store()
        const logs = [
          await bench.newLog({ name: 'a' }),
          await bench.newLog({ name: 'b' }),
          await bench.newLog({ name: 'c' }),
        ]
        const writers = (await store.open(logs.map((log) => ({ log, epoch: 1 })))).map((answer) => {
          assert.ok(answer.kind === 'OPENED')
          return answer
        })
        const ats = [0, 4, 0]
        const outcomes = store.append(
          logs.map((log, i) => ({
            log,
            opening: writers[i]!.opening,
            entries: [testEntry({ at: ats[i]!, seed: i + 1 })],
          })),
        )
        assert.deepEqual(
          (await Promise.all(outcomes)).map(({ kind }) => kind),
          ['APPENDED', 'CONFLICT', 'APPENDED'],
        )
        await assertHolds(store, logs[0]!, [testEntry({ at: 0, seed: 1 })])
        await assertHolds(store, logs[1]!, [])
        await assertHolds(store, logs[2]!, [testEntry({ at: 0, seed: 3 })])
      },
    },
    {
      name: 'a conflict fails what was pipelined behind it',
      unfit: ({ supports }) => (supports.pipelined ? undefined : 'supports.pipelined is false'),
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const ats = [...Array(64).keys()].map((at) => (at < 20 ? at : at + 1))
        const outcomes = await Promise.all(ats.map((at) => offer(store, log, writer, testEntry({ at }))))
        outcomes.forEach(({ kind }, i) => assert.equal(kind === 'APPENDED', i < 20, `append ${i} was ${kind}`))
        await assertHolds(
          store,
          log,
          ats.slice(0, 20).map((at) => testEntry({ at })),
        )
      },
    },
  ],
}
