// A log that was removed, that vanished or that never was is MISSING, and nothing but `create` makes one.

import assert from 'node:assert/strict'
import type { LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, offer, readSome, scanAll, takeOver, trim, write } from './steps.ts'

/** Nothing is there, and no call brings it into being. */
async function assertMissing(store: LogStore, log: LogId, opening = 'none'): Promise<void> {
  for (let look = 0; look < 2; look++) {
    assert.deepEqual(await store.open([{ log, epoch: 9 }]), [{ kind: 'MISSING' }])
    assert.deepEqual(await store.ends([log]), [undefined])
    assert.deepEqual(await readSome(store, log, 0), [])
    assert.deepEqual(await scanAll(store, log), [])
    assert.notEqual((await offer(store, log, { opening }, testEntry({ at: 0 }))).kind, 'APPENDED')
    const changes = [
      trim(store, log, { opening }, 1),
      store.replace(log, opening, 0, 0, []),
      store.snapshot(log, opening, 0, Buffer.from('s')),
    ]
    for (const outcome of await Promise.allSettled(changes)) {
      if (outcome.status === 'fulfilled') assert.notEqual(outcome.value.kind, 'DONE')
    }
  }
}

async function logWithEntry(bench: LogStoreBench) {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log)
  const entry = testEntry({ at: 0, next: 5, payloadBytes: 3000 })
  await write(store, log, writer, entry)
  return { store, log, writer, entry }
}

export const removals: Law<LogStoreBench> = {
  law: 'removals',
  cases: [
    {
      name: 'a log that nobody created is missing',
      async run(bench) {
        await assertMissing(await bench.store(), bench.logId('never'))
      },
    },
    {
      name: 'a removed log is missing, for good, and removing it again does nothing',
      async run(bench) {
        const { store, log, writer } = await logWithEntry(bench)
        await store.remove([log, bench.logId('never')])
        await assertMissing(store, log, writer.opening)
        await store.remove([log])
        await assertMissing(await bench.reopen(), log, writer.opening)
      },
    },
    {
      name: 'removing a log concerns no other',
      async run(bench) {
        const { store, log } = await logWithEntry(bench)
        const other = await logWithEntry(bench)
        await store.remove([log])
        await assertHolds(store, other.log, [other.entry])
        await write(store, other.log, other.writer, testEntry({ at: 5 }))
      },
    },
    {
      name: 'a log of the same name and another id is empty, and the old writer has no part in it',
      async run(bench) {
        const { store, log, writer } = await logWithEntry(bench)
        await store.remove([log])
        const namesake = bench.namesake(log)
        await store.create([{ log: namesake }])
        await assertHolds(store, namesake, [])
        for (const target of [log, namesake]) {
          assert.notEqual((await offer(store, target, writer, testEntry({ at: 0 }))).kind, 'APPENDED')
          assert.notEqual((await offer(store, target, writer, testEntry({ at: 5 }))).kind, 'APPENDED')
        }
        const fresh = await takeOver(store, namesake, 0)
        assert.deepEqual([fresh.start, fresh.next, fresh.bytes], [0, 0, 0])
        const own = testEntry({ at: 0, seed: 7 })
        await write(store, namesake, fresh, own)
        await assertHolds(await bench.reopen(), namesake, [own])
        await assertMissing(await bench.store(), log, writer.opening)
      },
    },
    {
      name: 'an append that races a removal fails or is removed',
      async run(bench) {
        for (let round = 0; round < Math.min(10, bench.scale.races); round++) {
          const { store, log, writer } = await logWithEntry(bench)
          const rival = await bench.rival()
          const namesake = bench.namesake(log)
          const appends = offer(store, log, writer, testEntry({ at: 5, seed: round }))
          const removal = rival.remove([log]).then(() => rival.create([{ log: namesake }]))
          await Promise.all([appends, removal])
          assert.notEqual((await offer(store, log, writer, testEntry({ at: 6 }))).kind, 'APPENDED')
          await assertMissing(rival, log, writer.opening)
          await assertHolds(rival, namesake, [])
        }
      },
    },
    {
      name: 'a log that vanished is missing',
      unfit: ({ factory }) => (factory.vanish ? undefined : 'the factory has no vanish()'),
      async run(bench) {
        const { store, log, writer } = await logWithEntry(bench)
        await bench.factory.vanish!(log)
        assert.notEqual((await offer(store, log, writer, testEntry({ at: 5 }))).kind, 'APPENDED')
        await assertMissing(store, log, writer.opening)
        await assertMissing(await bench.reopen(), log, writer.opening)
      },
    },
  ],
}
