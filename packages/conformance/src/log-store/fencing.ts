// Append is the arbiter: once `open` has returned, nothing that was sent under an earlier opening can land.

import assert from 'node:assert/strict'
import type { Entry, LogId, LogStore, Opened, Outcome } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, assertSame, beside, endsOf, offer, readAll, takeOver, trim, write } from './steps.ts'

/** Takes the log over a second time, by another instance where there can be one. */
async function twoWriters(bench: LogStoreBench, epochs: readonly [number, number]) {
  const [older, newer] = [await bench.store(), await bench.rival()]
  const log = await bench.newLog()
  const zombie = await takeOver(older, log, epochs[0])
  const held = testEntry({ at: 0, next: 4 })
  await write(older, log, zombie, held)
  const writer = await takeOver(newer, log, epochs[1])
  assert.equal(writer.next, 4)
  return { log, older, zombie, newer, writer, held }
}

const earlierIsFenced = (epochs: readonly [number, number]) => async (bench: LogStoreBench) => {
  const { log, older, zombie, newer, writer, held } = await twoWriters(bench, epochs)
  assert.deepEqual(await offer(older, log, zombie, testEntry({ at: 4, seed: 2 })), { kind: 'FENCED' })
  await assertHolds(newer, log, [held])
  const own = testEntry({ at: 4, seed: 3 })
  await write(newer, log, writer, own)
  assert.deepEqual(await offer(older, log, zombie, testEntry({ at: 5, seed: 2 })), { kind: 'FENCED' })
  await assertHolds(newer, log, [held, own])
}

/** Appends one entry after the other, or `depth` of them at once, until one is not taken or the case is over. */
async function appendUntilRefused(
  store: LogStore,
  log: LogId,
  writer: Opened,
  depth: number,
  race: { readonly sent: Entry[]; over: boolean },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (;;) {
    const entries = Array.from({ length: depth }, (_, i) => testEntry({ at: race.sent.length + i, seed: 1 }))
    race.sent.push(...entries)
    outcomes.push(...(await Promise.all(entries.map((entry) => offer(store, log, writer, entry)))))
    if (race.over || outcomes.at(-1)!.kind !== 'APPENDED') return outcomes
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function runRace(bench: LogStoreBench, depth: number, round: number): Promise<void> {
  const [older, newer] = [await bench.store(), await bench.rival()]
  const log = await bench.newLog()
  const zombie = await takeOver(older, log, 1)
  const race = { sent: [] as Entry[], over: false }
  const racing = beside(() => appendUntilRefused(older, log, zombie, depth, race))
  try {
    await new Promise((resolve) => setTimeout(resolve, round % 5))
    const writer = await takeOver(newer, log, round % 2 === 0 ? 2 : 1)
    // Of one offset, so that what the zombie has pipelined behind it would fit.
    const own = testEntry({ at: writer.next, seed: 2 })
    await assertHolds(newer, log, race.sent.slice(0, writer.next))
    await write(newer, log, writer, own)
    race.over = true
    const late = (await racing).findIndex(({ kind }, at) => kind === 'APPENDED' && at >= writer.next)
    assert.ok(late < 0, `${late} was acknowledged after an open had returned with the end ${writer.next}`)
    assertSame(await readAll(newer, log), [...race.sent.slice(0, writer.next), own])
  } finally {
    race.over = true
  }
}

export const fencing: Law<LogStoreBench> = {
  law: 'fencing',
  cases: [
    { name: 'a higher epoch fences the earlier opening', run: earlierIsFenced([1, 2]) },
    { name: 'the same epoch fences its earlier opening', run: earlierIsFenced([3, 3]) },
    {
      name: 'a lower epoch is refused and disturbs nobody',
      async run(bench) {
        const { log, older, newer, writer, held } = await twoWriters(bench, [4, 5])
        for (const epoch of [4, 0]) assert.deepEqual(await older.open([{ log, epoch }]), [{ kind: 'FENCED' }])
        const own = testEntry({ at: 4 })
        await write(newer, log, writer, own)
        await assertHolds(newer, log, [held, own])
      },
    },
    {
      name: 'the epoch outlives the handle',
      async run(bench) {
        const log = await bench.newLog()
        await takeOver(await bench.store(), log, 7)
        const reopened = await bench.reopen()
        assert.deepEqual(await reopened.open([{ log, epoch: 6 }]), [{ kind: 'FENCED' }])
        await takeOver(reopened, log, 7)
      },
    },
    {
      name: 'an opening is good for its own log only',
      async run(bench) {
        const store = await bench.store()
        const [mine, other] = [await bench.newLog({ name: 'mine' }), await bench.newLog({ name: 'other' })]
        const writer = await takeOver(store, mine)
        await takeOver(store, other)
        for (const opening of [writer.opening, '', 'no opening']) {
          const outcome = await offer(store, other, { opening }, testEntry({ at: 0 }))
          assert.deepEqual(outcome, { kind: 'FENCED' })
        }
        await assertHolds(store, other, [])
      },
    },
    {
      name: 'a log that nobody has opened takes nothing',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        for (const opening of ['', 'undefined', '0']) {
          assert.deepEqual(await offer(store, log, { opening }, testEntry({ at: 0 })), { kind: 'FENCED' })
        }
        await assertHolds(store, log, [])
      },
    },
    {
      name: 'a fenced writer cannot trim, replace or save a snapshot',
      async run(bench) {
        const { log, older, zombie, newer, held } = await twoWriters(bench, [1, 2])
        assert.deepEqual(await trim(older, log, zombie, 2), { kind: 'FENCED' })
        const other = testEntry({ at: 0, next: 4, seed: 9 })
        assert.deepEqual(await older.replace(log, zombie.opening, 0, 4, [other]), { kind: 'FENCED' })
        assert.deepEqual(await older.snapshot(log, zombie.opening, 4, Buffer.from('old')), { kind: 'FENCED' })
        await assertHolds(newer, log, [held])
        assert.equal((await endsOf(newer, log)).start, 0)
        assert.equal((await takeOver(newer, log, 2)).snapshot, undefined)
      },
    },
    {
      name: 'of racing appends nothing lands once an open has returned',
      async run(bench) {
        for (let round = 0; round < bench.scale.races; round++) await runRace(bench, 1, round)
      },
    },
    {
      name: 'of racing appends that are pipelined nothing lands once an open has returned',
      unfit: ({ supports }) => (supports.pipelined ? undefined : 'supports.pipelined is false'),
      async run(bench) {
        for (let round = 0; round < bench.scale.races; round++) await runRace(bench, 64, round)
      },
    },
  ],
}
