import { MemoryDisk, ScriptedFaults } from '@jackdaw/adapter-memory'
import type { LogStore, Opened, Outcome } from '@jackdaw/ports'
import { expect, test } from 'vitest'
import { MemoryNetwork, SeededRandom, SimulatedProcess, VirtualClock } from '../src/index.ts'

const LOG = { id: 'id-0', name: 't-0' }
const ENTRY = { at: 0, next: 1, time: 0, bytes: [Buffer.from('x')] }

const world = () => {
  const random = new SeededRandom(1)
  const clock = new VirtualClock({ random: random.fork('clock') })
  const network = new MemoryNetwork({ clock, random: random.fork('network') })
  const disk = new MemoryDisk({ clock, random: random.fork('disk') })
  let incarnations = 0
  const start = (name = 'broker-1', options = {}) =>
    new SimulatedProcess(
      { clock, network, disk },
      { name, random: random.fork(`${name}/${incarnations++}`), latencyMs: () => 10, ...options },
    )
  return { clock, network, disk, start }
}

const openLog = async (clock: VirtualClock, store: LogStore): Promise<string> => {
  await clock.resolve(store.create([{ log: LOG }]))
  const [opened] = await clock.resolve(store.open([{ log: LOG, epoch: 1 }]))
  return (opened as Opened).opening
}

/** Appends and tells what the process has heard of it so far. */
const append = (store: LogStore, opening: string) => {
  const heard: Outcome[] = []
  void store.append([{ log: LOG, opening, entries: [ENTRY] }])[0]!.then((outcome) => heard.push(outcome))
  return heard
}

test('a process hears from its store in virtual time', async () => {
  const { clock, start } = world()
  const { store } = start()
  const heard = append(store, await openLog(clock, store))
  await clock.runUntilIdle()
  expect(heard).toEqual([{ kind: 'APPENDED', next: 1 }])
})

test('what a killed process has sent still lands, and it never hears of it', async () => {
  const { clock, disk, start } = world()
  const process = start()
  const heard = append(process.store, await openLog(clock, process.store))
  process.kill()
  await clock.runUntilIdle()
  expect(heard).toEqual([])
  expect(disk.logs.get(LOG.id)?.next).toBe(1)
})

test('a frozen process hears after the thaw, when another may long have taken over', async () => {
  const { clock, start } = world()
  const frozen = start('broker-1')
  const heard = append(frozen.store, await openLog(clock, frozen.store))
  frozen.freeze()
  await clock.runFor(1000)
  expect(heard).toEqual([])
  const other = start('broker-2')
  await clock.resolve(other.store.open([{ log: LOG, epoch: 2 }]))
  frozen.thaw()
  await clock.runUntilIdle()
  expect(heard).toEqual([{ kind: 'APPENDED', next: 1 }])
})

test('a role passes on when its holder dies, and after the lease when it freezes', async () => {
  for (const end of ['kill', 'freeze'] as const) {
    const { clock, start } = world()
    const [first, second] = [start('broker-1', { leaseMs: 3000 }), start('broker-2', { leaseMs: 3000 })]
    const hold = await clock.resolve(
      first.coordination.elect('controller', Buffer.from('1'), new AbortController().signal),
    )
    expect(hold.validUntil()).toBeGreaterThan(first.clock.monotonic())
    first[end]()
    const next = await clock.resolve(
      second.coordination.elect('controller', Buffer.from('2'), new AbortController().signal),
      { ms: 10_000 },
    )
    expect(next.term).toBeGreaterThan(hold.term)
    expect(clock.monotonic()).toBeGreaterThanOrEqual(3000)
    first.thaw()
    await clock.runFor(100)
    if (end === 'freeze') expect(hold.validUntil()).toBeLessThan(first.clock.monotonic())
    first.kill()
    second.kill()
  }
})

test('hints reach a frozen process after the thaw, a killed one never', async () => {
  const { clock, start } = world()
  const [reader, writer] = [start('broker-1'), start('broker-2')]
  const opening = await openLog(clock, writer.store)
  const hints: string[] = []
  const listen = async () => {
    for await (const logs of reader.store.advanced([LOG], new AbortController().signal))
      hints.push(...logs.map(({ name }) => name))
  }
  void listen()
  reader.freeze()
  append(writer.store, opening)
  await clock.runUntilIdle()
  expect(hints).toEqual([])
  reader.thaw()
  await clock.runUntilIdle()
  expect(hints).toEqual(['t-0'])
})

test('faults are those of one process, not of the disk', async () => {
  const { clock, start } = world()
  const storeFaults = new ScriptedFaults()
  const [faulty, sound] = [start('broker-1', { storeFaults }), start('broker-2')]
  storeFaults.next('ends', { kind: 'REPLY_LOST' })
  await expect(clock.resolve(faulty.store.ends([LOG]))).rejects.toThrow('reply was lost')
  expect(await clock.resolve(sound.store.ends([LOG]))).toEqual([undefined])
})
