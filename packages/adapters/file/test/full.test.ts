// No room on the device: appends are refused and say so, reads and trims go on, and nothing has to be restarted once there
// is room again.
import assert from 'node:assert/strict'
import { testEntry } from '@jackdaw/conformance'
import type { LogId, Outcome } from '@jackdaw/ports'
import { expect, test } from 'vitest'
import type { FileStore } from '../src/index.ts'
import { FaultFiles } from './fault-files.ts'
import { openStore } from './support.ts'

const logs: readonly LogId[] = ['a', 'b'].map((name) => ({ id: name, name: `${name}-0` }))
const KiB = 1024

const openIn = (files: FaultFiles): Promise<FileStore> =>
  openStore('/data', {
    journalFileBytes: 256 * KiB,
    segmentBytes: 64 * KiB,
    tailBytes: 64 * KiB,
    directBytes: 20 * KiB,
    files: files.process(),
  })

async function writersOf(store: FileStore) {
  await store.logs.create(logs.map((log) => ({ log })))
  const opened = await store.logs.open(logs.map((log) => ({ log, epoch: 1 })))
  return opened.map((one, i) => {
    assert.equal(one.kind, 'OPENED')
    const log = logs[i]!
    let { next } = one
    return {
      log,
      opening: one.opening,
      next: () => next,
      append: async (payloadBytes: number): Promise<Outcome> => {
        const entry = testEntry({ at: next, seed: next + 1, payloadBytes })
        const outcome = await store.logs.append([{ log, opening: one.opening, entries: [entry] }])[0]!
        if (outcome.kind === 'APPENDED') next = outcome.next
        return outcome
      },
    }
  })
}

type Writer = Awaited<ReturnType<typeof writersOf>>[number]

/** Appends until there is no room. */
async function fill(writer: Writer, payloadBytes: number): Promise<void> {
  for (let i = 0; i < 100_000; i++) {
    const outcome = await writer.append(payloadBytes)
    if (outcome.kind === 'FULL') {
      assert.match(outcome.reason, /no (?:room|space)/)
      return
    }
    assert.equal(outcome.kind, 'APPENDED')
  }
  assert.fail('there was always room')
}

/** Appends until it works again, for a while. */
async function untilHealed(writer: Writer): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if ((await writer.append(50)).kind === 'APPENDED') return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail('it did not heal')
}

async function assertAllThere(store: FileStore, writer: Writer, from = 0): Promise<void> {
  let at = from
  while (at < writer.next()) {
    const [entries = []] = await store.logs.read([{ log: writer.log, from: at, maxBytes: 100 * KiB }])
    assert.ok(entries.length > 0, `nothing at ${at} of ${writer.log.name}`)
    for (const entry of entries) assert.equal(entry.at, at++)
  }
  assert.equal((await store.logs.ends([writer.log]))[0]?.next, writer.next())
}

for (const [what, payloadBytes] of [
  ['small appends', 700],
  ['large appends', 30 * KiB],
] as const) {
  test(`${what} are refused without room, and taken again once somebody has made some`, async () => {
    const files = new FaultFiles()
    const store = await openIn(files)
    const [a, b] = (await writersOf(store)) as [Writer, Writer]
    files.capacity = 2048 * KiB
    await fill(a, payloadBytes)
    await assertAllThere(store, a)
    files.capacity = 8192 * KiB
    await untilHealed(b)
    await untilHealed(a)
    await assertAllThere(store, a)
    await assertAllThere(store, b)
    await store[Symbol.asyncDispose]()
    const again = await openIn(files)
    await assertAllThere(again, a)
    await assertAllThere(again, b)
  })

  test(`${what}: without room a trim makes some`, async () => {
    const files = new FaultFiles()
    const store = await openIn(files)
    const [a, b] = (await writersOf(store)) as [Writer, Writer]
    files.capacity = 2048 * KiB
    await fill(a, payloadBytes)
    const before = Math.floor(a.next() / 2)
    assert.deepEqual(await store.logs.trim([{ log: a.log, opening: a.opening, before }]), [{ kind: 'DONE' }])
    await untilHealed(b)
    await untilHealed(a)
    await assertAllThere(store, a, before)
    await assertAllThere(store, b)
  })

  test(`${what}: a process that dies without room loses nothing, and the next one starts without room`, async () => {
    const files = new FaultFiles()
    const store = await openIn(files)
    const [a] = (await writersOf(store)) as [Writer, Writer]
    files.capacity = 2048 * KiB
    await fill(a, payloadBytes)
    files.kill()
    const again = await openIn(files)
    await assertAllThere(again, a)
    const [opened] = await again.logs.open([{ log: a.log, epoch: 1 }])
    assert.equal(opened?.kind, 'OPENED')
    const before = Math.floor(a.next() / 2)
    const trimmed = await again.logs.trim([{ log: a.log, opening: opened.opening, before }])
    assert.deepEqual(trimmed, [{ kind: 'DONE' }])
    await assertAllThere(again, a, before)
  })
}

test('the trims of a full store fit into what is kept for them', async () => {
  const files = new FaultFiles()
  const store = await openIn(files)
  const [a] = (await writersOf(store)) as [Writer, Writer]
  files.capacity = 1024 * KiB
  await fill(a, 700)
  const count = Math.min(100, a.next() - 1)
  for (let before = 1; before <= count; before++) {
    assert.deepEqual(await store.logs.trim([{ log: a.log, opening: a.opening, before }]), [{ kind: 'DONE' }])
  }
  expect((await store.logs.ends([a.log]))[0]?.start).toBe(count)
})
