// Stored bytes that are not what was stored are refused as such: never skipped, never handed out as if they were good.

import assert from 'node:assert/strict'
import { CorruptLog } from '@jackdaw/ports'
import type { Entry, LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, assertSame, readSome, takeOver, write } from './steps.ts'

/** What can be read from `from` on, in small steps; stops at damage, which has to name the log. */
async function readUntilDamage(store: LogStore, log: LogId, from: number): Promise<Entry[]> {
  const good: Entry[] = []
  for (let at = from; ; at = good.at(-1)!.next) {
    try {
      const entries = await readSome(store, log, at, 1)
      if (entries.length === 0) assert.fail(`nothing was refused: the log seems to end at ${at}`)
      good.push(...entries)
    } catch (error) {
      if (!(error instanceof CorruptLog)) throw error
      assert.equal(error.log.id, log.id)
      return good
    }
  }
}

const damagedAt = (index: number) => async (bench: LogStoreBench) => {
  const log = await bench.newLog()
  const sound = await bench.newLog({ name: 'sound' })
  const store = await bench.store()
  const [writer, soundWriter] = [await takeOver(store, log), await takeOver(store, sound)]
  const entries = [...Array(6).keys()].map((i) =>
    testEntry({ at: 2 * i, next: 2 * i + 2, seed: i + 1, payloadBytes: 500 }),
  )
  for (const entry of entries) await write(store, log, writer, entry)
  await write(store, sound, soundWriter, entries[0]!)
  await bench.close()
  await bench.factory.corrupt!(log, 2 * index)

  const reader = await bench.store()
  assertSame(await readUntilDamage(reader, log, 0), entries.slice(0, index))
  assert.equal((await readUntilDamage(reader, log, 2 * index + 1)).length, 0)
  await assertHolds(reader, sound, entries.slice(0, 1))
}

const untouchable = ({ factory }: LogStoreBench): string | undefined =>
  factory.corrupt ? undefined : 'the factory has no corrupt()'

export const corruption: Law<LogStoreBench> = {
  law: 'corruption',
  cases: [
    {
      name: 'a damaged entry in the middle is refused, what stands before it is read',
      unfit: untouchable,
      run: damagedAt(3),
    },
    { name: 'a damaged first entry is refused', unfit: untouchable, run: damagedAt(0) },
  ],
}
