// What is in the directory after a stop, and after a kill and a restart: Kafka's segment files, byte for byte, and indexes
// that say what Kafka's own checker wants of them.
import assert from 'node:assert/strict'
import { batchFraming } from '@jackdaw/protocol'
import type { Entry, LogId } from '@jackdaw/ports'
import { describe, expect, test } from 'vitest'
import { openFileStore } from '../src/index.ts'
import type { FileStore, FileStoreOptions } from '../src/index.ts'
import { batchEntry, batchesIn } from './batches.ts'
import { FaultFiles } from './fault-files.ts'

const log: LogId = { id: 'id', name: 'topic-0' }
const segmentBytes = 40_000

const openIn = (files: FaultFiles, options: Partial<FileStoreOptions> = {}): Promise<FileStore> =>
  openFileStore({
    directory: '/data',
    framing: batchFraming,
    journalFileBytes: 256 * 1024,
    segmentBytes,
    wall: () => 0,
    ...options,
    files: files.process(),
  })

/** Times rise, but for every seventh batch. */
const timeOf = (i: number) => (i % 7 === 3 ? 500 : 1000 + 10 * i)
const entries = (count: number, from = 0): Entry[] =>
  Array.from({ length: count }, (_, i) => batchEntry(3 * (from + i), 3, timeOf(from + i), 200 + ((from + i) % 5) * 300))

async function writer(store: FileStore) {
  await store.logs.create([{ log }])
  const [opened] = await store.logs.open([{ log, epoch: 1 }])
  assert.equal(opened?.kind, 'OPENED')
  const { opening } = opened
  return {
    opening,
    append: async (all: readonly Entry[]) => {
      for (const entry of all)
        assert.equal((await store.logs.append([{ log, opening, entries: [entry] }])[0])?.kind, 'APPENDED')
    },
  }
}

const namesIn = (files: FaultFiles) =>
  files
    .paths()
    .filter((path) => path.startsWith('/data/topic-0/'))
    .map((path) => path.slice('/data/topic-0/'.length))

const bytesOf = (all: readonly Entry[]) => Buffer.concat(all.flatMap(({ bytes }) => bytes))

/** The segments hold `all`, in order and nothing else; their names are their first offsets. */
function assertSegments(files: FaultFiles, all: readonly Entry[]): readonly string[] {
  const segments = namesIn(files).filter((name) => name.endsWith('.log'))
  assert.deepEqual(Buffer.concat(segments.map((name) => files.bytes(`/data/topic-0/${name}`))), bytesOf(all))
  for (const name of segments) {
    assert.match(name, /^\d{20}\.log$/)
    const [first] = batchesIn(files.bytes(`/data/topic-0/${name}`))
    assert.ok(!first || first.at === Number(name.slice(0, 20)), name)
  }
  return segments
}

/** What kafka-dump-log checks of both indexes, and that they are dense enough to be of use. */
function assertIndexes(files: FaultFiles, segment: string, complete: boolean): void {
  const base = Number(segment.slice(0, 20))
  const batches = batchesIn(files.bytes(`/data/topic-0/${segment}`))
  const read = (ending: string) => {
    const path = `/data/topic-0/${segment.replace('.log', ending)}`
    return files.paths().includes(path) ? files.bytes(path) : Buffer.alloc(0)
  }
  const offsets = read('.index')
  assert.equal(offsets.length % 8, 0)
  let lastPosition = 0
  for (let at = 0; at < offsets.length; at += 8) {
    const position = offsets.readInt32BE(at + 4)
    const batch = batches.find((found) => found.position === position)
    assert.equal(batch && batch.next - 1, base + offsets.readInt32BE(at), `${segment}: index entry ${at / 8}`)
    assert.ok(position - lastPosition > 4096)
    lastPosition = position
  }
  const size = files.bytes(`/data/topic-0/${segment}`).length
  assert.ok(size - lastPosition < 3 * 4096 + 2000, `${segment}: nothing is indexed behind ${lastPosition} of ${size}`)
  const times = read('.timeindex')
  assert.equal(times.length % 12, 0)
  let lastTime = -1
  for (let at = 0; at < times.length; at += 12) {
    const time = Number(times.readBigInt64BE(at))
    const batch = batches.find((found) => found.next - 1 === base + times.readInt32BE(at + 8))
    assert.equal(batch?.time, time, `${segment}: time entry ${at / 12}`)
    assert.ok(time > lastTime)
    lastTime = time
  }
  if (complete) assert.equal(lastTime, Math.max(...batches.map(({ time }) => time)), `${segment}: the largest time`)
}

function assertLayout(files: FaultFiles, all: readonly Entry[]): readonly string[] {
  const segments = assertSegments(files, all)
  for (const name of segments) assertIndexes(files, name, name !== segments.at(-1))
  return segments
}

describe.for([
  ['small appends', {}],
  ['appends that go straight to the segment', { directBytes: 1 }],
  ['some of both', { directBytes: 2500 }],
] as const)('%s', ([, options]) => {
  test('are segments of Kafka and their indexes after a clean stop', async () => {
    const files = new FaultFiles()
    const store = await openIn(files, options)
    const all = entries(200)
    await (await writer(store)).append(all)
    await store[Symbol.asyncDispose]()
    const segments = assertLayout(files, all)
    expect(segments.length).toBeGreaterThan(4)
    for (const name of segments) expect(files.bytes(`/data/topic-0/${name}`).length).toBeLessThanOrEqual(segmentBytes)
  })

  test('are segments of Kafka and their indexes after a kill and a restart, with nothing behind their end', async () => {
    const files = new FaultFiles()
    const all = entries(120)
    await (await writer(await openIn(files, options))).append(all.slice(0, 100))
    files.kill()
    // What a write that was under way has left behind the end.
    const active = namesIn(files).findLast((name) => name.endsWith('.log'))
    if (active) {
      const path = `/data/topic-0/${active}`
      files.put(path, Buffer.concat([files.bytes(path), Buffer.alloc(5000, 7)]))
    }
    files.put('/data/topic-0/00000000000000009999.log', Buffer.alloc(100, 7))
    const store = await openIn(files, options)
    assertLayout(files, all.slice(0, 100))
    await (await writer(store)).append(all.slice(100))
    await store.checkpoint()
    assertLayout(files, all)
    files.kill()
    await openIn(files, options)
    assertLayout(files, all)
  })

  test('are found again by offset and time without their indexes, and with wrong ones', async () => {
    const files = new FaultFiles()
    const all = entries(200)
    const store = await openIn(files, options)
    await (await writer(store)).append(all)
    await store[Symbol.asyncDispose]()
    const indexes = namesIn(files).filter((name) => name.includes('index'))
    const damages: readonly ((bytes: Buffer) => Buffer)[] = [
      (bytes) => bytes,
      () => Buffer.alloc(0),
      (bytes) => bytes.subarray(0, bytes.length >> 1),
      (bytes) => Buffer.alloc(bytes.length),
      (bytes) => bytes.map((byte, at) => (at % 8 === 7 ? byte ^ 1 : byte)) as Buffer,
      (bytes) => Buffer.from(bytes).fill(0x11, bytes.length >> 1),
    ]
    for (const damage of damages) {
      const copy = files.copy()
      for (const name of indexes) copy.put(`/data/topic-0/${name}`, damage(copy.bytes(`/data/topic-0/${name}`)))
      const again = await openIn(copy, options)
      // In an order in which no read begins where another has ended.
      for (let offset = 599; offset >= 0; offset -= 2) {
        const [found] = await again.logs.read([{ log, from: offset, maxBytes: 1 }])
        assert.equal(found?.[0]?.at, 3 * Math.floor(offset / 3))
      }
      for (const i of [0, 60, 121, 199]) {
        const expected = all.find(({ time }) => time >= timeOf(i))
        assert.equal((await again.logs.findByTime(log, timeOf(i)))?.at, expected?.at)
      }
    }
  })
})

test('a compacted log is segments of Kafka again after a clean stop', async () => {
  const files = new FaultFiles()
  const store = await openIn(files)
  const all = entries(200)
  const { opening, append } = await writer(store)
  await append(all)
  // Every other batch goes, in ranges that begin and end within segments; the tail stays as it is.
  const kept: Entry[] = []
  for (let from = 0; from < 150; from += 30) {
    const range = all.slice(from, from + 30)
    const left = range.filter((_, i) => i % 2 === 0)
    const outcome = await store.logs.replace(log, opening, range[0]!.at, range.at(-1)!.next, left)
    assert.deepEqual(outcome, { kind: 'DONE' })
    kept.push(...left)
  }
  kept.push(...all.slice(150))
  await store[Symbol.asyncDispose]()
  assert.deepEqual(
    namesIn(files).filter((name) => name.includes('swap')),
    [],
  )
  assertLayout(files, kept)
  const again = await openIn(files)
  const [found] = await again.logs.read([{ log, from: 0, maxBytes: 1e9 }])
  assert.deepEqual(Buffer.concat(found!.flatMap(({ bytes }) => bytes)), bytesOf(kept))
  await (await writer(again)).append(entries(10, 200))
  await again[Symbol.asyncDispose]()
  assertLayout(files, [...kept, ...entries(10, 200)])
})

test('a trimmed log has given back the segments before its start', async () => {
  const files = new FaultFiles()
  const store = await openIn(files)
  const all = entries(200)
  const { opening, append } = await writer(store)
  await append(all)
  await store.checkpoint()
  const before = namesIn(files).filter((name) => name.endsWith('.log'))
  assert.deepEqual(await store.logs.trim([{ log, opening, before: 3 * 150 + 1 }]), [{ kind: 'DONE' }])
  const after = namesIn(files).filter((name) => name.endsWith('.log'))
  assert.ok(after.length < before.length && after.length > 0)
  assert.ok(Number(after[0]!.slice(0, 20)) <= 450 && Number(after[1]?.slice(0, 20) ?? Infinity) > 450)
  assert.deepEqual(await store.logs.trim([{ log, opening, before: 600 }]), [{ kind: 'DONE' }])
  assert.deepEqual(
    namesIn(files).filter((name) => name.includes('.log')),
    [],
  )
  await append(entries(5, 200))
  await store[Symbol.asyncDispose]()
  assertLayout(files, entries(5, 200))
})

test('a call that is larger than a file of the journal makes that file larger', async () => {
  const files = new FaultFiles()
  const store = await openIn(files)
  const logs = Array.from({ length: 5000 }, (_, i) => ({ id: `${i} ${'x'.repeat(80)}`, name: `many-${i}` }))
  await store.logs.create(logs.map((one) => ({ log: one })))
  files.kill()
  const again = await openIn(files)
  const ends = await again.logs.ends(logs)
  assert.ok(ends.every((end) => end?.next === 0))
})

test('a log whose directory cannot have its name has another one beside', async () => {
  const files = new FaultFiles()
  const store = await openIn(files)
  const names = [
    '../escape-0',
    '.',
    '..',
    'a/aborted',
    'Case-0',
    'case-0',
    'x'.repeat(300),
    '',
    'ünï-0',
    'same-0',
    'same-0',
  ]
  const logs = names.map((name, i) => ({ id: `id ${i}`, name }))
  await store.logs.create(logs.map((one) => ({ log: one })))
  const opened = await store.logs.open(logs.map((one) => ({ log: one, epoch: 1 })))
  const outcomes = await Promise.all(
    store.logs.append(
      logs.map((one, i) => {
        const writes = opened[i]!
        assert.equal(writes.kind, 'OPENED')
        return { log: one, opening: writes.opening, entries: [batchEntry(0, 1, i)] }
      }),
    ),
  )
  assert.ok(outcomes.every(({ kind }) => kind === 'APPENDED'))
  await store[Symbol.asyncDispose]()
  const found = files.paths().filter((path) => path.endsWith('.log'))
  expect(new Set(found.map((path) => path.toLowerCase())).size).toBe(names.length)
  for (const path of found) assert.match(path, /^\/data\/[A-Za-z0-9_%~-][A-Za-z0-9._%~-]{0,254}\/0{20}\.log$/)
  expect(found).toContain('/data/same-0/00000000000000000000.log')
  const again = await openIn(files)
  const reads = await again.logs.read(logs.map((one) => ({ log: one, from: 0, maxBytes: 1 })))
  assert.deepEqual(
    reads.map(([entry]) => entry?.time),
    names.map((_, i) => i),
  )
})
