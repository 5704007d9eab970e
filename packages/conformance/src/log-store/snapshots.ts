// The newest snapshot is kept beside the log and handed back by open. It is no part of the log.

import assert from 'node:assert/strict'
import type { LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, endsOf, takeOver, write } from './steps.ts'

const DONE = { kind: 'DONE' }

async function snapshotOf(store: LogStore, log: LogId): Promise<{ at: number; text: string } | undefined> {
  const { snapshot } = await takeOver(store, log)
  return snapshot && { at: snapshot.at, text: Buffer.from(snapshot.bytes).toString('latin1') }
}

export const snapshots: Law<LogStoreBench> = {
  law: 'snapshots',
  cases: [
    {
      name: 'a fresh log has none, then the newest is handed back, also by another handle',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        assert.equal(await snapshotOf(store, log), undefined)
        const writer = await takeOver(store, log)
        const entry = testEntry({ at: 0, next: 9 })
        await write(store, log, writer, entry)
        const before = await endsOf(store, log)
        for (const at of [3, 5, 9]) {
          assert.deepEqual(await store.snapshot(log, writer.opening, at, Buffer.from(`sum at ${at}`)), DONE)
        }
        assert.deepEqual(await snapshotOf(await bench.rival(), log), { at: 9, text: 'sum at 9' })
        assert.deepEqual(await snapshotOf(await bench.reopen(), log), { at: 9, text: 'sum at 9' })
        assert.deepEqual(await endsOf(await bench.store(), log), before)
        await assertHolds(await bench.store(), log, [entry])
      },
    },
    {
      name: 'its bytes come back as they were, none or many',
      async run(bench) {
        const log = await bench.newLog()
        for (const length of [0, 1, 256, 65_536, 1_000_003]) {
          const bytes = Buffer.from(Uint8Array.from({ length }, (_, i) => i * 31))
          const store = await bench.store()
          const { opening } = await takeOver(store, log)
          assert.deepEqual(await store.snapshot(log, opening, 0, bytes), DONE)
          const { snapshot } = await takeOver(await bench.reopen(), log)
          assert.ok(Buffer.from(snapshot!.bytes).equals(bytes), `${length} bytes`)
        }
      },
    },
    {
      name: 'each log has its own',
      async run(bench) {
        const store = await bench.store()
        const [a, b] = [await bench.newLog({ name: 'a' }), await bench.newLog({ name: 'b' })]
        await store.snapshot(a, (await takeOver(store, a)).opening, 0, Buffer.from('of a'))
        assert.equal(await snapshotOf(store, b), undefined)
        await store.snapshot(b, (await takeOver(store, b)).opening, 0, Buffer.from('of b'))
        assert.equal((await snapshotOf(store, a))?.text, 'of a')
        assert.equal((await snapshotOf(store, b))?.text, 'of b')
      },
    },
    {
      name: 'it goes with its log',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        await store.snapshot(log, (await takeOver(store, log)).opening, 0, Buffer.from('old'))
        await store.remove([log])
        const namesake = bench.namesake(log)
        await store.create([{ log: namesake }])
        assert.equal(await snapshotOf(store, namesake), undefined)
      },
    },
  ],
}
