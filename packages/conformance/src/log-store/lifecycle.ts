// A closed store does nothing and says so; closing it leaves nothing hanging and concerns no other handle.

import assert from 'node:assert/strict'
import type { LogId, LogStore, Opening } from '@jackdaw/ports'
import type { Case, Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, beside, endsOf, offer, scanAll, soon, takeOver, write } from './steps.ts'

/** Every method that promises an answer; `append` and `advanced` have cases of their own. */
const CALLS: { readonly [method: string]: (store: LogStore, log: LogId, opening: Opening) => Promise<unknown> } = {
  create: (store, log) => store.create([{ log }]),
  remove: (store, log) => store.remove([log]),
  open: (store, log) => store.open([{ log, epoch: 5 }]),
  ends: (store, log) => store.ends([log]),
  read: (store, log) => store.read([{ log, from: 0, maxBytes: 1 }]),
  scan: (store, log) => scanAll(store, log),
  findByTime: (store, log) => store.findByTime(log, 0),
  trim: (store, log, opening) => store.trim([{ log, opening, before: 1 }]),
  replace: (store, log, opening) => store.replace(log, opening, 0, 1, []),
  snapshot: (store, log, opening) => store.snapshot(log, opening, 1, Buffer.from('late')),
}

async function closedStore(bench: LogStoreBench) {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log, 1)
  const entry = testEntry({ at: 0, next: 5 })
  await write(store, log, writer, entry)
  await bench.close()
  return { store, log, writer, entry }
}

const refusedWhenClosed = (method: string): Case<LogStoreBench> => ({
  name: `a closed store refuses ${method} and does nothing`,
  async run(bench) {
    const { store, log, writer, entry } = await closedStore(bench)
    await assert.rejects(async () => CALLS[method]!(store, log, writer.opening), `${method} did not reject`)
    const again = await bench.store()
    await assertHolds(again, log, [entry])
    assert.equal((await endsOf(again, log)).start, 0)
    const opened = await takeOver(again, log, 1)
    assert.equal(opened.snapshot, undefined)
  },
})

export const lifecycle: Law<LogStoreBench> = {
  law: 'lifecycle',
  cases: [
    ...Object.keys(CALLS).map(refusedWhenClosed),
    {
      name: 'an append to a closed store settles and writes nothing',
      async run(bench) {
        const { store, log, writer, entry } = await closedStore(bench)
        const outcome = await offer(store, log, writer, testEntry({ at: 5 }))
        assert.notEqual(outcome.kind, 'APPENDED')
        await assertHolds(await bench.store(), log, [entry])
      },
    },
    {
      name: 'closing twice is closing once',
      async run(bench) {
        const { store } = await closedStore(bench)
        await store[Symbol.asyncDispose]()
      },
    },
    {
      name: 'appends that are under way when the store is closed settle, and truly',
      async run(bench) {
        const store = await bench.store()
        const logs = await Promise.all([...Array(4).keys()].map((i) => bench.newLog({ name: `log${i}` })))
        const writers = await Promise.all(logs.map((log) => takeOver(store, log)))
        const entry = testEntry({ at: 0, payloadBytes: 50_000 })
        const appends = store.append(logs.map((log, i) => ({ log, opening: writers[i]!.opening, entries: [entry] })))
        await bench.close()
        const outcomes = await Promise.all(appends)
        const again = await bench.store()
        for (const [i, log] of logs.entries()) {
          const { next } = await takeOver(again, log)
          if (outcomes[i]!.kind === 'APPENDED') assert.equal(next, 1)
          else if (outcomes[i]!.kind !== 'UNKNOWN') assert.equal(next, 0)
        }
      },
    },
    {
      name: 'a listener for hints comes to an end with its store',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const listening = beside(async () => {
          for await (const _ of store.advanced([log], new AbortController().signal));
        })
        await new Promise((resolve) => setImmediate(resolve))
        await bench.close()
        await soon(Promise.allSettled([listening]), 'listening ended with the store')
      },
    },
    {
      name: 'closing one handle leaves the other working',
      unfit: ({ supports }) => (supports.scope === 'process' ? 'supports.scope is process' : undefined),
      async run(bench) {
        const [store, rival] = [await bench.store(), await bench.rival()]
        const log = await bench.newLog()
        const writer = await takeOver(rival, log)
        await store[Symbol.asyncDispose]()
        const entry = testEntry({ at: 0 })
        await write(rival, log, writer, entry)
        await assertHolds(rival, log, [entry])
        await bench.close()
      },
    },
  ],
}
