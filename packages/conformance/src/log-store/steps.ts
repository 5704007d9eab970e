// The steps that cases are made of, and the one comparison they rest on: what was read is what was appended, in order,
// perhaps finer, never merged, nothing more and nothing less.

import assert from 'node:assert/strict'
import type {
  ChangeOutcome,
  Entry,
  EntryInfo,
  LogEnds,
  LogId,
  LogStore,
  Opened,
  Opening,
  Outcome,
} from '@jackdaw/ports'
import { framesOf } from '../test-entry.ts'

export async function takeOver(store: LogStore, log: LogId, epoch = 1): Promise<Opened> {
  const [answer] = await store.open([{ log, epoch }])
  assert.equal(answer?.kind, 'OPENED', `open of ${log.name} in epoch ${epoch}`)
  return answer as Opened
}

/** Offers entries; whatever the outcome. */
export function offer(
  store: LogStore,
  log: LogId,
  { opening }: { opening: Opening },
  ...entries: Entry[]
): Promise<Outcome> {
  return store.append([{ log, opening, entries }])[0]!
}

/** Appends entries that have to be taken. */
export async function write(
  store: LogStore,
  log: LogId,
  writer: { opening: Opening },
  ...entries: Entry[]
): Promise<void> {
  const outcome = await offer(store, log, writer, ...entries)
  assert.deepEqual(outcome, { kind: 'APPENDED', next: entries.at(-1)!.next }, `append at ${entries[0]!.at}`)
}

export async function trim(
  store: LogStore,
  log: LogId,
  { opening }: { opening: Opening },
  before: number,
): Promise<ChangeOutcome> {
  const [outcome] = await store.trim([{ log, opening, before }])
  return outcome!
}

export async function endsOf(store: LogStore, log: LogId): Promise<LogEnds> {
  const [ends] = await store.ends([log])
  assert.ok(ends, `the store has no ends for ${log.name}`)
  return ends
}

export async function readSome(
  store: LogStore,
  log: LogId,
  from: number,
  maxBytes = 1024 * 1024,
): Promise<readonly Entry[]> {
  const [entries] = await store.read([{ log, from, maxBytes }])
  assert.ok(entries, 'read answers once for each log')
  return entries
}

/** Reads on and on until nothing more comes. */
export async function readAll(store: LogStore, log: LogId, from = 0, maxBytes = 1024 * 1024): Promise<Entry[]> {
  const all: Entry[] = []
  for (let at = from; ; at = all.at(-1)!.next) {
    const entries = await readSome(store, log, at, maxBytes)
    if (entries.length === 0) return all
    assert.ok(
      entries.at(-1)!.next > at,
      `a read from ${at} came back with [${entries[0]!.at}, ${entries.at(-1)!.next})`,
    )
    all.push(...entries)
  }
}

export async function scanAll(store: LogStore, log: LogId, from = 0): Promise<EntryInfo[]> {
  const infos: EntryInfo[] = []
  for await (const info of store.scan(log, from)) infos.push(info)
  return infos
}

/** Work that goes on beside the case: that it failed is said where it is awaited, and only there. */
export function beside<T>(work: () => Promise<T>): Promise<T> {
  const going = work()
  going.catch(() => undefined)
  return going
}

/** Fails where a test would hang. What is waited for takes no time at all, so five seconds are not a claim about speed. */
export async function soon(promise: Promise<unknown>, what: string): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`still not after 5 s: ${what}`)), 5_000)
  await Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export const sizeOf = ({ bytes }: Pick<Entry, 'bytes'>): number => bytes.reduce((sum, { length }) => sum + length, 0)

/** The log holds these entries and no others, to everything that can look at it. */
export async function assertHolds(store: LogStore, log: LogId, entries: readonly Entry[]): Promise<void> {
  assertSame(await readAll(store, log), entries)
  const scanned = await scanAll(store, log)
  const read = await readAll(store, log)
  assert.deepEqual(
    scanned.map(({ at, next, time, size }) => ({ at, next, time, size })),
    read.map((entry) => ({ at: entry.at, next: entry.next, time: entry.time, size: sizeOf(entry) })),
    'scan tells of the entries that read hands out',
  )
}

export function assertSame(read: readonly Entry[], appended: readonly Entry[]): void {
  let index = 0
  for (const whole of appended) {
    const parts: Entry[] = []
    while (index < read.length && read[index]!.at < whole.next) parts.push(read[index++]!)
    assertParts(parts, whole)
  }
  assert.equal(read.length, index, `after ${span(appended)} nothing may come, but ${span(read.slice(index))} came`)
}

/** One entry came back whole, as one piece or as several that each hold some of its frames. */
function assertParts(parts: readonly Entry[], whole: Entry): void {
  const where = `entry [${whole.at}, ${whole.next})`
  assert.ok(parts.length > 0, `${where} was not read`)
  const frames = framesOf(whole.bytes)
  const starts = new Set([whole.at, ...frames.map(({ at }) => at)])
  const nexts = new Set([whole.next, ...frames.map(({ next }) => next)])
  let end = whole.at
  for (const { at, next } of parts) {
    assert.ok(starts.has(at) && nexts.has(next) && at >= end, `${where} came back as [${at}, ${next}): cut or merged`)
    end = next
  }
  assert.ok(
    Buffer.concat(parts.flatMap(({ bytes }) => bytes)).equals(Buffer.concat(whole.bytes)),
    `${where}: other bytes`,
  )
  assert.equal(Math.max(...parts.map(({ time }) => time)), whole.time, `${where}: time`)
}

const span = (entries: readonly Entry[]): string =>
  entries.length === 0 ? 'nothing' : `[${entries[0]!.at}, ${entries.at(-1)!.next})`
