// Random histories against a model of one array: whatever the sequence of calls, the store answers as the model does. A
// failure is shrunk to the shortest history that shows it, and its seed is printed.

import assert from 'node:assert/strict'
import type { Entry, LogId, LogStore, Opened } from '@jackdaw/ports'
import fc from 'fast-check'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { assertSame, offer, readSome, scanAll, sizeOf, takeOver, trim } from './steps.ts'

/** What the log should be, and who writes it. */
interface History {
  readonly bench: LogStoreBench
  readonly log: LogId
  store: LogStore
  writer: Opened
  zombie: Opened | undefined
  epoch: number
  start: number
  next: number
  entries: Entry[]
  snapshot: { at: number; text: string } | undefined
  seed: number
}

/** One thing that can happen, with its arguments drawn: places are a share (0 to 1) of what is there. */
interface Step {
  readonly play: (history: History) => Promise<void>
  /** How fast-check prints it. */
  readonly [fc.toStringMethod]: () => string
}

const step = <Args>(
  name: string,
  args: fc.Arbitrary<Args>,
  run: (history: History, args: Args) => Promise<void>,
): fc.Arbitrary<Step> =>
  args.map((drawn) => ({
    play: (history) => run(history, drawn),
    [fc.toStringMethod]: () => `${name} ${fc.stringify(drawn)}`,
  }))

const DONE = { kind: 'DONE' }
const nothing = fc.constant(undefined)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const visible = ({ entries, start }: History): Entry[] => entries.filter(({ next }) => next > start)
const offsetAt = ({ start, next }: History, part: number): number => Math.round(start + part * (next - start))

const shape = fc.record({
  width: fc.integer({ min: 1, max: 9 }),
  time: fc.integer({ min: -1, max: 500 }),
  payloadBytes: fc.integer({ min: 0, max: 300 }),
})

const append = step('append', fc.array(shape, { minLength: 1, maxLength: 4 }), async (history, shapes) => {
  let at = history.next
  const entries = shapes.map(({ width, time, payloadBytes }) =>
    testEntry({ at, next: (at += width), time, payloadBytes, seed: history.seed++ }),
  )
  assert.deepEqual(await offer(history.store, history.log, history.writer, ...entries), { kind: 'APPENDED', next: at })
  history.entries.push(...entries)
  history.next = at
})

const misplace = step('misplace', fc.constantFrom(-7, -1, 1, 7), async ({ store, log, writer, next }, distance) => {
  const at = next + distance
  if (at < 0) return
  const outcome = await offer(store, log, writer, testEntry({ at, next: at + 10 }))
  assert.deepEqual(outcome, { kind: 'CONFLICT', next })
})

const appendAsZombie = step('append as zombie', nothing, async ({ store, log, zombie, next }) => {
  if (zombie) assert.deepEqual(await offer(store, log, zombie, testEntry({ at: next })), { kind: 'FENCED' })
})

const open = step('open, epoch up by', fc.constantFrom(0, 1), async (history, more) => {
  history.zombie = history.writer
  history.epoch += more
  history.writer = await takeOver(history.store, history.log, history.epoch)
  assertOpened(history)
})

const openLower = step('open in a lower epoch', nothing, async ({ store, log, epoch }) => {
  assert.deepEqual(await store.open([{ log, epoch: epoch - 1 }]), [{ kind: 'FENCED' }])
})

const reopen = step('reopen the store', nothing, async (history) => {
  history.store = await history.bench.reopen()
  history.zombie = history.writer
  history.writer = await takeOver(history.store, history.log, history.epoch)
  assertOpened(history)
})

const trimTo = step('trim', share, async (history, part) => {
  const before = offsetAt(history, part)
  assert.deepEqual(await trim(history.store, history.log, history.writer, before), DONE)
  history.start = Math.max(history.start, before)
  history.entries = visible(history)
})

const range = fc.record({
  from: share,
  count: fc.integer({ min: 0, max: 6 }),
  keep: fc.array(fc.constantFrom('whole', 'shorter', 'gone'), { minLength: 6, maxLength: 6 }),
})

const replace = step('replace', range, async (history, { from, count, keep }) => {
  const { entries, store, log, writer } = history
  const first = Math.floor(from * entries.length)
  const old = entries.slice(first, first + count)
  if (old.length === 0) return
  const kept = old.flatMap((entry, i) => {
    if (keep[i] === 'gone') return []
    return keep[i] === 'whole' ? [entry] : [testEntry({ at: entry.at, time: 77, seed: history.seed++ })]
  })
  assert.deepEqual(await store.replace(log, writer.opening, old[0]!.at, old.at(-1)!.next, kept), DONE)
  history.entries = [...entries.slice(0, first), ...kept, ...entries.slice(first + count)]
})

const save = step('save a snapshot', share, async (history, part) => {
  const at = offsetAt(history, part)
  const text = `snapshot ${history.seed++}`
  assert.deepEqual(await history.store.snapshot(history.log, history.writer.opening, at, Buffer.from(text)), DONE)
  history.snapshot = { at, text }
})

const place = fc.record({ part: share, maxBytes: fc.constantFrom(1, 200, 1000, 1e6) })

const read = step('read', place, async (history, { part, maxBytes }) => {
  const from = offsetAt(history, part)
  const expected = visible(history).filter(({ next }) => next > from)
  const found = await readSome(history.store, history.log, from, maxBytes)
  assertSame(found, expected.slice(0, found.length))
  assert.equal(found.length > 0, expected.length > 0, `a read from ${from}`)
  const bytes = found.reduce((sum, entry) => sum + sizeOf(entry), 0)
  assert.ok(bytes <= maxBytes || found.length === 1, `${bytes} bytes for at most ${maxBytes}`)
})

const findByTime = step('find by time', fc.integer({ min: -1, max: 510 }), async (history, time) => {
  const expected = visible(history).find((entry) => entry.time >= time)
  assert.equal((await history.store.findByTime(history.log, time))?.at, expected?.at, `the entry of time ${time}`)
})

const steps = fc.oneof(
  { weight: 6, arbitrary: append },
  { weight: 3, arbitrary: read },
  { weight: 2, arbitrary: findByTime },
  { weight: 2, arbitrary: replace },
  { weight: 2, arbitrary: trimTo },
  { weight: 2, arbitrary: open },
  { weight: 1, arbitrary: openLower },
  { weight: 1, arbitrary: appendAsZombie },
  { weight: 1, arbitrary: misplace },
  { weight: 2, arbitrary: save },
  { weight: 1, arbitrary: reopen },
)

function assertOpened({ writer, start, next, snapshot }: History): void {
  const found = writer.snapshot && { at: writer.snapshot.at, text: Buffer.from(writer.snapshot.bytes).toString() }
  assert.deepEqual({ start: writer.start, next: writer.next, snapshot: found }, { start, next, snapshot })
}

async function run(bench: LogStoreBench, history: readonly Step[]): Promise<void> {
  const log = await bench.newLog()
  const store = await bench.store()
  const writer = await takeOver(store, log, 1)
  const state: History = {
    bench,
    log,
    store,
    writer,
    zombie: undefined,
    epoch: 1,
    start: 0,
    next: 0,
    entries: [],
    snapshot: undefined,
    seed: 1,
  }
  for (const { play } of history) {
    await play(state)
    const [ends] = await state.store.ends([log])
    assert.deepEqual({ start: ends?.start, next: ends?.next }, { start: state.start, next: state.next })
  }
  state.store = await bench.reopen()
  assertSame(await readSome(state.store, log, 0, 1e9), visible(state))
  assert.deepEqual(
    (await scanAll(state.store, log)).map(({ at }) => at),
    visible(state).map(({ at }) => at),
  )
  state.writer = await takeOver(state.store, log, state.epoch)
  assertOpened(state)
}

export const model: Law<LogStoreBench> = {
  law: 'model',
  cases: [
    {
      name: 'random histories end as the model says',
      async run(bench) {
        const histories = fc.array(steps, { minLength: 10, maxLength: 60, size: 'max' })
        const property = fc.asyncProperty(histories, (history) => run(bench, history))
        await fc.assert(property, { numRuns: bench.scale.histories })
      },
    },
  ],
}
