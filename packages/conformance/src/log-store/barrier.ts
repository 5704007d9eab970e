// An unknown outcome is settled by a barrier, not by a look: it may land until `open` returns, and never after. Whatever
// else an outcome says has to be true, and what is not settled is not shown.

import assert from 'node:assert/strict'
import type { Entry, LogId, LogStore, Outcome } from '@jackdaw/ports'
import type { Case, Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { AppendFaultKind, LogStoreBench } from './bench.ts'
import { assertHolds, assertSame, endsOf, offer, readAll, takeOver, write } from './steps.ts'

const held = testEntry({ at: 0, next: 3 })
const early = testEntry({ at: 3, next: 6, seed: 10 })
const later = testEntry({ at: 3, next: 6, seed: 20 })

async function begin(bench: LogStoreBench) {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log)
  await write(store, log, writer, held)
  const faulty = async (kind: AppendFaultKind, ...entries: Entry[]) => {
    const fault = await bench.factory.faults!.arm(store, kind)
    return { outcome: await offer(store, log, writer, ...entries), arrive: () => fault.arrive() }
  }
  return { store, log, writer, faulty }
}

/** Opens the log, so that all is settled, and compares what is there with what the outcome said. */
async function assertHonest(store: LogStore, log: LogId, outcome: Outcome, entries: readonly Entry[]): Promise<void> {
  const { next } = await takeOver(store, log)
  const landed = entries.filter((entry) => entry.next <= next)
  await assertHolds(store, log, [held, ...landed])
  if (outcome.kind === 'APPENDED') assert.equal(landed.length, entries.length, 'APPENDED, but not all of it is there')
  else if (outcome.kind !== 'UNKNOWN') assert.equal(landed.length, 0, `${outcome.kind}, but some of it is there`)
}

const faultCase = (
  name: string,
  kind: AppendFaultKind,
  run: (bench: LogStoreBench) => Promise<void>,
): Case<LogStoreBench> => ({
  name,
  unfit: ({ factory }) => (factory.faults?.kinds.includes(kind) ? undefined : `the factory has no fault ${kind}`),
  run,
})

const honest = (kind: AppendFaultKind) => async (bench: LogStoreBench) => {
  const { store, log, faulty } = await begin(bench)
  const { outcome, arrive } = await faulty(kind, early)
  if (kind === 'LATE') await arrive()
  await assertHonest(store, log, outcome, [early])
}

/** The identical entries, offered again under the same opening, are never there twice. */
const again = (kind: AppendFaultKind) => async (bench: LogStoreBench) => {
  const { store, log, writer, faulty } = await begin(bench)
  const { arrive } = await faulty(kind, early)
  const second = await offer(store, log, writer, early)
  if (kind === 'LATE') await arrive()
  const { next } = await takeOver(store, log)
  if (second.kind === 'APPENDED') assert.equal(next, 6)
  await assertHolds(store, log, next === 6 ? [held, early] : [held])
}

export const barrier: Law<LogStoreBench> = {
  law: 'barrier',
  cases: [
    faultCase(
      'a late append cannot land under other bytes of equal length that a new opening has put there',
      'LATE',
      async (bench) => {
        const { log, faulty } = await begin(bench)
        const { outcome, arrive } = await faulty('LATE', early)
        assert.equal(outcome.kind, 'UNKNOWN')
        const rival = await bench.rival()
        const writer = await takeOver(rival, log)
        assert.equal(writer.next, 3, 'it has not arrived yet')
        await write(rival, log, writer, later)
        await arrive()
        await assertHolds(rival, log, [held, later])
        await assertHolds(await bench.reopen(), log, [held, later])
      },
    ),
    faultCase('a late append cannot land where a new opening has put nothing yet', 'LATE', async (bench) => {
      const { log, faulty } = await begin(bench)
      const { arrive } = await faulty('LATE', early)
      const rival = await bench.rival()
      const writer = await takeOver(rival, log)
      await arrive()
      await assertHolds(rival, log, [held])
      await write(rival, log, writer, later)
      await assertHolds(rival, log, [held, later])
    }),
    faultCase(
      'of two appends for the same offsets under one opening only the one that is kept is acknowledged',
      'LATE',
      async (bench) => {
        for (const arrivesFirst of [true, false]) {
          const { store, log, writer, faulty } = await begin(bench)
          const { arrive } = await faulty('LATE', early)
          if (arrivesFirst) await arrive()
          const outcome = await offer(store, log, writer, later)
          await arrive()
          const { next } = await takeOver(store, log)
          const kept = await readAll(store, log, 3)
          if (outcome.kind === 'APPENDED') assertSame(kept, [later])
          else if (next === 6 && outcome.kind !== 'UNKNOWN') assertSame(kept, [early])
        }
      },
    ),
    faultCase('what has not arrived is not shown, and an open says that it is not there', 'LATE', async (bench) => {
      const { store, log, faulty } = await begin(bench)
      await faulty('LATE', early)
      assert.equal((await endsOf(store, log)).next, 3)
      await assertHolds(store, log, [held])
      assert.equal((await takeOver(store, log)).next, 3)
    }),
    faultCase('an outcome is true when the request is lost', 'REQUEST_LOST', honest('REQUEST_LOST')),
    faultCase('an outcome is true when the reply is lost', 'REPLY_LOST', honest('REPLY_LOST')),
    faultCase('an outcome is true when the append comes late', 'LATE', honest('LATE')),
    faultCase(
      'identical entries offered again after a lost request are there once',
      'REQUEST_LOST',
      again('REQUEST_LOST'),
    ),
    faultCase('identical entries offered again after a lost reply are there once', 'REPLY_LOST', again('REPLY_LOST')),
    faultCase('identical entries offered again before the first arrive are there once', 'LATE', again('LATE')),
    faultCase('of an append that is torn a prefix of whole entries lands', 'TORN', async (bench) => {
      const { store, log, faulty } = await begin(bench)
      const entries = [early, testEntry({ at: 6, payloadBytes: 5000 }), testEntry({ at: 7 })]
      const { outcome } = await faulty('TORN', ...entries)
      await assertHonest(store, log, outcome, entries)
    }),
    faultCase('an unknown outcome of one log concerns no other', 'REQUEST_LOST', async (bench) => {
      const { store, faulty } = await begin(bench)
      const other = await bench.newLog({ name: 'other' })
      const writer = await takeOver(store, other)
      await faulty('REQUEST_LOST', early)
      await write(store, other, writer, held, later)
      await assertHolds(store, other, [held, later])
    }),
  ],
}
