// What was acknowledged is there again: after the handle was closed, and after a crash of what the durability class names.

import assert from 'node:assert/strict'
import type { Entry, LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, assertSame, beside, endsOf, offer, readAll, takeOver, trim, write } from './steps.ts'

const cannotCrash = ({ factory, supports }: LogStoreBench): string | undefined => {
  if (supports.durability === 'D0') return 'supports.durability is D0: nothing is promised'
  return factory.crash ? undefined : 'the factory has no crash()'
}

/** Appends, trims, replaces and saves, then lets `restart` happen: all of it has to be there. */
const survives = (restart: (bench: LogStoreBench) => Promise<LogStore>) => async (bench: LogStoreBench) => {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log, 3)
  const entries = [...Array(20).keys()].map((i) =>
    testEntry({ at: 5 * i, next: 5 * i + 5, seed: i + 1, payloadBytes: i % 5 === 4 ? 100_000 : 21 }),
  )
  for (const entry of entries) await write(store, log, writer, entry)
  assert.deepEqual(await trim(store, log, writer, 12), { kind: 'DONE' })
  assert.deepEqual(await store.snapshot(log, writer.opening, 90, Buffer.from('sum')), { kind: 'DONE' })
  const rewritten = testEntry({ at: 50, next: 55, seed: 99 })
  assert.deepEqual(await store.replace(log, writer.opening, 50, 60, [rewritten]), { kind: 'DONE' })

  const again = await restart(bench)
  await assertHolds(again, log, [...entries.slice(2, 10), rewritten, ...entries.slice(12)])
  const { start, next } = await endsOf(again, log)
  assert.deepEqual({ start, next }, { start: 12, next: 100 })
  const opened = await takeOver(again, log, 3)
  assert.equal(opened.incarnation, writer.incarnation)
  assert.equal(opened.snapshot?.at, 90)
  assert.equal(Buffer.from(opened.snapshot.bytes).toString(), 'sum')
  await write(again, log, opened, testEntry({ at: 100 }))
  assert.deepEqual(await again.open([{ log, epoch: 2 }]), [{ kind: 'FENCED' }])
}

/** Appends to a log until it is told to stop or is refused; what was acknowledged is gathered in `acked`. */
async function appendOn(store: LogStore, log: LogId, acked: Entry[], stopped: () => boolean): Promise<void> {
  const writer = await takeOver(store, log)
  for (let at = 0; !stopped(); at++) {
    const entry = testEntry({ at, seed: at + 1, payloadBytes: 21 + ((at * 7919) % 3000) })
    const outcome = await offer(store, log, writer, entry)
    if (outcome.kind !== 'APPENDED') return
    acked.push(entry)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Many logs of which each may lose nothing that was acknowledged, whatever was under way. */
async function crashUnderLoad(bench: LogStoreBench): Promise<void> {
  const store = await bench.store()
  const logs = await Promise.all([...Array(8).keys()].map((i) => bench.newLog({ name: `log${i}` })))
  const acked = logs.map((): Entry[] => [])
  let stopped = false
  const writing = beside(() => Promise.all(logs.map((log, i) => appendOn(store, log, acked[i]!, () => stopped))))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const again = await bench.crash().finally(() => (stopped = true))
  // A dead handle may leave its last append unsettled for good.
  await Promise.race([writing, new Promise((resolve) => setTimeout(resolve, 250).unref())])
  for (const [i, log] of logs.entries()) {
    const promised = acked[i]!.slice()
    const { next } = await takeOver(again, log)
    const kept = await readAll(again, log)
    assert.ok(next >= promised.length, `${log.name} ends at ${next}, but ${promised.length} were acknowledged`)
    assertSame(kept.slice(0, promised.length), promised)
    assert.equal(kept.at(-1)?.next ?? 0, next)
  }
}

export const durability: Law<LogStoreBench> = {
  law: 'durability',
  cases: [
    { name: 'all of it is there when the handle is opened again', run: survives((bench) => bench.reopen()) },
    { name: 'all of it is there after a crash', unfit: cannotCrash, run: survives((bench) => bench.crash()) },
    { name: 'a crash under load loses nothing that was acknowledged', unfit: cannotCrash, run: crashUnderLoad },
    {
      name: 'an empty log keeps its start and its epoch',
      async run(bench) {
        const log = await bench.newLog({ at: 41 })
        await takeOver(await bench.store(), log, 2)
        const again = await bench.reopen()
        assert.deepEqual(await endsOf(again, log), { start: 41, next: 41, bytes: 0 })
        assert.deepEqual(await again.open([{ log, epoch: 1 }]), [{ kind: 'FENCED' }])
      },
    },
    {
      name: 'creating a log again changes nothing',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const entry = testEntry({ at: 0, next: 3 })
        const writer = await takeOver(store, log)
        await write(store, log, writer, entry)
        await store.create([{ log }, { log: bench.logId('other') }])
        await (await bench.rival()).create([{ log, at: 100 }])
        await assertHolds(store, log, [entry])
        await write(store, log, writer, testEntry({ at: 3 }))
      },
    },
    {
      name: 'the incarnation stays, whoever opens the log',
      async run(bench) {
        const log = await bench.newLog()
        const { incarnation } = await takeOver(await bench.store(), log)
        assert.ok(incarnation.length > 0)
        assert.equal((await takeOver(await bench.rival(), log, 2)).incarnation, incarnation)
        assert.equal((await takeOver(await bench.reopen(), log, 2)).incarnation, incarnation)
      },
    },
    {
      name: 'openings of one log are never the same',
      async run(bench) {
        const log = await bench.newLog()
        const seen = new Set<string>()
        for (let i = 0; i < 6; i++)
          seen.add((await takeOver(i % 2 ? await bench.store() : await bench.reopen(), log)).opening)
        assert.equal(seen.size, 6)
      },
    },
  ],
}
