import { expect, test } from 'vitest'
import { BackendUnreachable, MemoryDisk, openMemoryStore, ScriptedFaults, StoreClosed } from '../src/index.ts'
import { append, entry, HandClock, opened, orders, seededRandom, settled, textOf } from './support.ts'

const setUp = () => {
  const clock = new HandClock()
  const disk = new MemoryDisk({ clock, random: seededRandom(1) })
  const faults = new ScriptedFaults()
  const store = openMemoryStore({ disk, clock, faults })
  return { clock, disk, faults, store }
}

test('a store needs nothing to begin with', async () => {
  await using store = openMemoryStore()
  const writer = await opened(store)
  expect(await append(store, writer, entry(0, 3), entry(3, 4))).toEqual({ kind: 'APPENDED', next: 4 })
  expect(await textOf(store)).toEqual(['0-3', '3-4'])
})

test('other bytes offered at the offsets of an append that timed out are acknowledged only if they are the ones kept', async () => {
  const { clock, faults, store } = setUp()
  const first = await opened(store)
  faults.nextAppend({ kind: 'LATE', arrives: 100 })
  expect(await append(store, first, entry(0, 5, 'early'))).toMatchObject({ kind: 'UNKNOWN' })

  const second = await opened(store)
  expect(second.next).toBe(0)
  expect(await append(store, second, entry(0, 5, 'later'))).toEqual({ kind: 'APPENDED', next: 5 })
  await clock.pass(100)
  expect(await textOf(store)).toEqual(['later'])
})

test('an append that arrives late is there before the open that settles it', async () => {
  const { faults, store } = setUp()
  const first = await opened(store)
  const arrival = Promise.withResolvers<void>()
  faults.nextAppend({ kind: 'LATE', arrives: arrival.promise })
  expect(await append(store, first, entry(0, 5, 'early'))).toMatchObject({ kind: 'UNKNOWN' })
  arrival.resolve()
  await settled()
  expect(await append(store, first, entry(0, 5, 'later'))).toEqual({ kind: 'CONFLICT', next: 5 })
  expect(await opened(store)).toMatchObject({ next: 5 })
})

test('a lost request lands nowhere, a lost reply and a torn request in part', async () => {
  const { faults, store } = setUp()
  const writer = await opened(store)
  faults.nextAppend({ kind: 'REQUEST_LOST' })
  expect(await append(store, writer, entry(0, 1))).toMatchObject({ kind: 'UNKNOWN' })
  expect(await textOf(store)).toEqual([])
  faults.nextAppend({ kind: 'REPLY_LOST' })
  expect(await append(store, writer, entry(0, 1))).toMatchObject({ kind: 'UNKNOWN' })
  faults.nextAppend({ kind: 'TORN', entries: 1 })
  expect(await append(store, writer, entry(1, 2), entry(2, 3))).toMatchObject({ kind: 'UNKNOWN' })
  expect(await textOf(store)).toEqual(['0-1', '1-2'])
})

test('what a failed sync covered is not shown, blocks what comes behind it, and stays if an open settles it', async () => {
  const { disk, faults, store } = setUp()
  const writer = await opened(store)
  faults.nextAppend({ kind: 'SYNC_FAILED' })
  expect(await append(store, writer, entry(0, 1))).toMatchObject({ kind: 'UNKNOWN' })
  expect(await store.ends([orders])).toMatchObject([{ next: 0 }])
  expect(await append(store, writer, entry(1, 2))).toMatchObject({ kind: 'UNKNOWN' })
  expect(await opened(store)).toMatchObject({ next: 1 })
  disk.crash()
  expect(await opened(openMemoryStore({ disk }))).toMatchObject({ next: 1 })
})

test('a crash keeps a prefix of what was not synced and all that was', async () => {
  const ends = new Set<number>()
  for (let seed = 0; seed < 20; seed++) {
    const disk = new MemoryDisk({ random: seededRandom(seed * 7919) })
    const faults = new ScriptedFaults()
    const store = openMemoryStore({ disk, faults })
    const writer = await opened(store)
    await append(store, writer, entry(0, 1))
    faults.nextAppend({ kind: 'SYNC_FAILED' })
    await append(store, writer, entry(1, 2), entry(2, 3), entry(3, 4))
    disk.crash()
    const reopened = openMemoryStore({ disk })
    const { next } = await opened(reopened)
    expect((await textOf(reopened)).length).toBe(next)
    ends.add(next)
  }
  expect([...ends].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
})

test('a crash ends every store on the disk: what it was asked never settles, what it is asked next is refused', async () => {
  const { clock, disk } = setUp()
  const store = openMemoryStore({ disk, clock, latencyMs: () => 10 })
  const opening = opened(store)
  await clock.pass(20)
  const writer = await opening
  let outcome: unknown = 'none'
  void append(store, writer, entry(0, 1)).then((settledAs) => (outcome = settledAs))
  await clock.pass(4)
  disk.crash()
  await clock.pass(100)
  expect(outcome).toBe('none')
  await expect(store.ends([orders])).rejects.toThrow(StoreClosed)
  expect(await append(store, writer, entry(0, 1))).toMatchObject({ kind: 'UNKNOWN' })
  expect(await opened(openMemoryStore({ disk }))).toMatchObject({ next: 0 })
})

test('what a killed process has sent still arrives', async () => {
  const { clock, disk } = setUp()
  const store = openMemoryStore({ disk, clock, latencyMs: () => 10 })
  const opening = opened(store)
  await clock.pass(20)
  let settledAs: unknown = 'none'
  void append(store, await opening, entry(0, 1)).then((outcome) => (settledAs = outcome))
  store.kill()
  await clock.pass(100)
  expect(settledAs).toBe('none')
  expect(await textOf(openMemoryStore({ disk }))).toEqual(['0-1'])
})

test('pipelined appends arrive in the order in which they were sent, whatever their latency', async () => {
  const { clock, disk } = setUp()
  const latencies = [0, 0, 80, 10, 40]
  const store = openMemoryStore({ disk, clock, latencyMs: () => latencies.shift() ?? 0 })
  const writer = await opened(store)
  const outcomes = Promise.all([0, 1, 2].map((at) => append(store, writer, entry(at, at + 1))))
  await clock.pass(200)
  expect(await outcomes).toEqual([1, 2, 3].map((next) => ({ kind: 'APPENDED', next })))
})

test('a full disk takes nothing and still reads', async () => {
  const store = openMemoryStore({ capacityBytes: 5 })
  const writer = await opened(store)
  await append(store, writer, entry(0, 1, 'abcd'))
  expect(await append(store, writer, entry(1, 2, 'ef'))).toMatchObject({ kind: 'FULL' })
  expect(await textOf(store)).toEqual(['abcd'])
  await store.trim([{ log: orders, opening: writer.opening, before: 1 }])
  expect(await append(store, writer, entry(1, 2, 'ef'))).toMatchObject({ kind: 'APPENDED' })
})

test('damage that the storage notices is refused, damage that it does not is handed out', async () => {
  const { disk, store } = setUp()
  const writer = await opened(store)
  const bytes = Buffer.from('mine')
  await append(store, writer, entry(0, 1), { at: 1, next: 2, time: 0, bytes: [bytes] })
  disk.rot(orders, 1, false)
  expect((await textOf(store))[1]).not.toBe('mine')
  expect(bytes.toString()).toBe('mine')
  disk.rot(orders, 1)
  expect(await textOf(store)).toEqual(['0-1'])
  await expect(textOf(store, 1)).rejects.toMatchObject({ name: 'CorruptLog', log: orders })
})

test('an open whose reply is lost has fenced all the same', async () => {
  const { faults, store } = setUp()
  const writer = await opened(store)
  faults.next('open', { kind: 'REPLY_LOST' })
  await expect(store.open([{ log: orders, epoch: 0 }])).rejects.toThrow(BackendUnreachable)
  expect(await append(store, writer, entry(0, 1))).toEqual({ kind: 'FENCED' })
})

test('a wiped disk is another incarnation, a log that vanished is missing, one rolled back ends earlier', async () => {
  const { disk, store } = setUp()
  const writer = await opened(store)
  await append(store, writer, entry(0, 1), entry(1, 2))
  disk.rollBack(orders, 1)
  expect(await store.ends([orders])).toEqual([{ start: 0, next: 1, bytes: 3 }])
  disk.vanish(orders)
  expect(await store.open([{ log: orders, epoch: 1 }])).toEqual([{ kind: 'MISSING' }])
  disk.wipe()
  expect((await opened(store)).incarnation).not.toBe(writer.incarnation)
})

test('a lost hint costs the hint alone', async () => {
  const { faults, store } = setUp()
  const writer = await opened(store)
  const stop = new AbortController()
  const hints = store.advanced([orders], stop.signal)[Symbol.asyncIterator]()
  faults.hintsLost = true
  await append(store, writer, entry(0, 1))
  faults.hintsLost = false
  await append(store, writer, entry(1, 2))
  expect(await hints.next()).toEqual({ done: false, value: [orders] })
  stop.abort()
  expect((await hints.next()).done).toBe(true)
})

test('entries that do not stand one behind the other are a mistake of the caller', async () => {
  const { store } = setUp()
  const writer = await opened(store)
  const wrong = [[], [entry(0, 0)], [entry(3, 2)], [entry(0, 2), entry(3, 4)], [entry(0, 2), entry(1, 4)]]
  for (const entries of wrong) expect(() => append(store, writer, ...entries)).toThrow(RangeError)
  expect(await textOf(store)).toEqual([])
})
