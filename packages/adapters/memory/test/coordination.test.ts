import { expect, test } from 'vitest'
import { MemoryDisk, openMemoryCoordination, ScriptedFaults } from '../src/index.ts'
import { HandClock, seededRandom, settled } from './support.ts'

const leaseMs = 900
const forever = new AbortController().signal
const name = (text: string): Uint8Array => Buffer.from(text)

const setUp = () => {
  const clock = new HandClock()
  const disk = new MemoryDisk({ clock, random: seededRandom(1) })
  const faults = new ScriptedFaults()
  const broker = (options = {}) => openMemoryCoordination({ disk, clock, leaseMs, pollMs: 100, ...options })
  return { clock, disk, faults, broker }
}

test('a lease is renewed for as long as its process lives', async () => {
  const { clock, broker } = setUp()
  const hold = await broker().elect('controller', name('a'), forever)
  await clock.pass(10 * leaseMs)
  expect(hold.lost.aborted).toBe(false)
  expect(hold.validUntil()).toBeGreaterThan(clock.monotonic())
  expect(await broker().holders('')).toEqual([{ role: 'controller', term: 1, holder: name('a') }])
})

test('the lease of a killed process ends by itself, and its role goes to who waits', async () => {
  const { clock, broker } = setUp()
  const [dying, waiting] = [broker(), broker()]
  await dying.elect('controller', name('a'), forever)
  const next = waiting.elect('controller', name('b'), forever)
  dying.kill()
  await clock.pass(leaseMs - 1)
  expect(await waiting.holders('')).toMatchObject([{ term: 1 }])
  await clock.pass(leaseMs)
  expect((await next).term).toBe(2)
})

test('who cannot renew has lost the role before another can win it', async () => {
  const { clock, faults, broker } = setUp()
  const cutOff = broker({ faults })
  const hold = await cutOff.elect('controller', name('a'), forever)
  for (let i = 0; i < 10; i++) faults.next('renew', { kind: 'REQUEST_LOST' })
  let wonAt = Infinity
  void broker()
    .elect('controller', name('b'), forever)
    .then(() => (wonAt = clock.monotonic()))
  let lostAt = Infinity
  hold.lost.addEventListener('abort', () => (lostAt = clock.monotonic()))
  await clock.pass(3 * leaseMs)
  expect(lostAt).toBeLessThanOrEqual(leaseMs)
  expect(wonAt).toBeGreaterThanOrEqual(lostAt)
  expect(wonAt).toBeLessThan(Infinity)
  expect(hold.validUntil()).toBeLessThan(clock.monotonic())
})

test('an election whose reply is lost is won again, in a higher term', async () => {
  const { clock, faults, broker } = setUp()
  faults.next('elect', { kind: 'REPLY_LOST' })
  const hold = broker({ faults }).elect('controller', name('a'), forever)
  await clock.pass(100)
  expect((await hold).term).toBe(2)
})

test('without leases a role is free when its process dies, and terms go on after a crash', async () => {
  const { clock, disk } = setUp()
  const session = () => openMemoryCoordination({ disk, clock })
  const first = session()
  expect(await first.elect('controller', name('a'), forever)).toMatchObject({ term: 1 })
  first.kill()
  const second = session()
  const hold = await second.elect('controller', name('b'), forever)
  expect(hold).toMatchObject({ term: 2 })
  expect(hold.validUntil()).toBe(Infinity)
  disk.crash()
  expect(await session().elect('controller', name('c'), forever)).toMatchObject({ term: 3 })
})

test('a lost hint costs no more than a poll', async () => {
  const { clock, faults, broker } = setUp()
  const hold = await broker().elect('controller', name('a'), forever)
  faults.hintsLost = true
  const next = broker({ faults }).elect('controller', name('b'), forever)
  await settled()
  await hold.release()
  await clock.pass(100)
  expect((await next).term).toBe(2)
})

test('an election that is given up leaves nobody in the role', async () => {
  const { clock, broker } = setUp()
  const slow = broker({ latencyMs: () => 50 })
  const stop = new AbortController()
  const election = slow.elect('controller', name('a'), stop.signal)
  const refused = expect(election).rejects.toThrow('enough')
  await clock.pass(30)
  stop.abort(new Error('enough'))
  await clock.pass(200)
  await refused
  expect(await broker().holders('')).toEqual([])
})
