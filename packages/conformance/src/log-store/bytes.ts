// Bytes come back as they were given, whatever they are and however many, and belong to the caller again once the append has settled.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Entry } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { FRAME_HEADER_BYTES, testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertHolds, endsOf, offer, readAll, readSome, sizeOf, takeOver, write } from './steps.ts'

const KB = 1024
const MB = 1024 * KB
const SIZES = [61, 62, KB - 1, KB, KB + 1, 4 * KB, 64 * KB - 1, 64 * KB, 64 * KB + 1, MB - 1, MB, MB + 1]

const entryOf = (bytes: number, at = 0): Entry =>
  testEntry({ at, payloadBytes: bytes - FRAME_HEADER_BYTES, seed: bytes + at })

const digest = (entries: readonly Entry[]): string => {
  const hash = createHash('sha256')
  for (const { bytes } of entries) for (const piece of bytes) hash.update(piece)
  return hash.digest('hex')
}

const tooLargeToTry = ({ supports, scale }: LogStoreBench): string | undefined =>
  supports.largestEntry > scale.entryBytes
    ? `supports.largestEntry is ${supports.largestEntry}, above the ${scale.entryBytes} that the suite tries`
    : undefined

export const bytes: Law<LogStoreBench> = {
  law: 'bytes',
  cases: [
    {
      name: 'every size around the boundaries comes back byte for byte',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const sizes = SIZES.filter((size) => size <= bench.supports.largestEntry)
        const entries = sizes.map((size, at) => entryOf(size, at))
        for (const entry of entries) await write(store, log, writer, entry)
        for (const [at, entry] of entries.entries()) {
          const [read] = await readSome(store, log, at, 1)
          assert.equal(digest([read!]), digest([entry]), `the entry of ${sizes[at]} bytes`)
        }
        assert.equal(
          digest(await readAll(await bench.reopen(), log)),
          digest(entries),
          'after the handle was opened again',
        )
        assert.equal(
          (await endsOf(await bench.store(), log)).bytes,
          sizes.reduce((sum, size) => sum + size, 0),
        )
      },
    },
    {
      name: 'all sizes in one append come back byte for byte',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const sizes = SIZES.filter((size) => size <= bench.supports.largestEntry)
        const entries = sizes.map((size, at) => entryOf(size, at))
        await write(store, log, await takeOver(store, log), ...entries)
        assert.equal(digest(await readAll(store, log)), digest(entries))
      },
    },
    {
      name: 'the largest entry is taken',
      unfit: tooLargeToTry,
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const largest = entryOf(bench.supports.largestEntry)
        await write(store, log, await takeOver(store, log), largest)
        assert.equal(digest(await readAll(store, log)), digest([largest]))
      },
    },
    {
      name: 'an entry above the largest is refused, and the log goes on',
      unfit: tooLargeToTry,
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const outcome = await offer(store, log, writer, entryOf(61), entryOf(bench.supports.largestEntry + 1, 1))
        assert.equal(outcome.kind, 'FULL')
        await assertHolds(store, log, [])
        await write(store, log, writer, entryOf(61))
        await assertHolds(store, log, [entryOf(61)])
      },
    },
    {
      name: 'buffers belong to the caller again once the append has settled',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const [given, kept] = [entryOf(200_000), entryOf(200_000)]
        await write(store, log, writer, given)
        for (const piece of given.bytes) piece.fill(0)
        assert.equal(digest(await readAll(store, log)), digest([kept]))
        const snapshot = Buffer.from('mine')
        await store.snapshot(log, writer.opening, 1, snapshot)
        snapshot.fill(0)
        assert.equal(Buffer.from((await takeOver(store, log)).snapshot!.bytes).toString(), 'mine')
      },
    },
    {
      name: 'views into a larger buffer are stored as the views they are',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const entry = entryOf(500)
        const larger = Buffer.concat([Buffer.alloc(13, 1), ...entry.bytes, Buffer.alloc(13, 2)])
        await write(store, log, await takeOver(store, log), {
          ...entry,
          bytes: [larger.subarray(13, 13 + sizeOf(entry))],
        })
        await assertHolds(store, log, [entry])
      },
    },
  ],
}
