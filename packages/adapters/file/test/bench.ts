// What the store makes of the device: appends from 64 writers (or one) of 1, 16 and 128 KB, over 1 or 64 logs, beside a bare
// loop of write and fdatasync of the same bytes in the same run. `node --conditions=source test/bench.ts [directory] [seconds] [size]`.
import * as fs from 'node:fs'
import { join } from 'node:path'
import type { Framing, LogId } from '@jackdaw/ports'
import { openFileStore } from '../src/index.ts'

const [base = '.', secondsText = '2'] = process.argv.slice(2)
const seconds = Number(secondsText)
const headerBytes = 32

const framing: Framing = {
  headerBytes,
  frame(bytes) {
    if (bytes.length < headerBytes) return 'TORN'
    const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
    return { at: view.getFloat64(8), next: view.getFloat64(16), time: view.getFloat64(24), size: view.getUint32(0) }
  },
}

function entryOf(at: number, payload: Buffer) {
  payload.writeUInt32BE(payload.length, 0)
  payload.writeDoubleBE(at, 8)
  payload.writeDoubleBE(at + 1, 16)
  payload.writeDoubleBE(at, 24)
  return payload
}

interface Result {
  readonly appends: number
  readonly latencies: number[]
  /** Of this process, in microseconds. */
  readonly cpuMicros: number
}

/** `writers` in a closed loop over `logs`, with a flusher as the broker's: what gathers for a log goes in one entry. */
async function store(size: number, writers: number, logCount: number): Promise<Result> {
  const directory = join(base, `bench-${process.pid}`)
  const opened = await openFileStore({ directory, framing })
  const logs: LogId[] = Array.from({ length: logCount }, (_, i) => ({ id: `${i}`, name: `bench-${i}` }))
  await opened.logs.create(logs.map((log) => ({ log })))
  const openings = await opened.logs.open(logs.map((log) => ({ log, epoch: 1 })))
  const state = logs.map((log, i) => {
    const found = openings[i]!
    if (found.kind !== 'OPENED') throw new Error(found.kind)
    return {
      log,
      opening: found.opening,
      next: 0,
      waiting: [] as { bytes: Buffer; resolve: () => void }[],
      busy: false,
    }
  })
  let scheduled = false
  const flush = () => {
    scheduled = false
    const ready = state.filter(({ busy, waiting }) => !busy && waiting.length > 0)
    if (ready.length === 0) return
    const batches = ready.map((one) => {
      one.busy = true
      const batch = one.waiting.splice(0)
      const at = one.next
      for (const { bytes } of batch) entryOf(one.next++, bytes)
      return { one, batch, at }
    })
    const outcomes = opened.logs.append(
      batches.map(({ one, batch, at }) => ({
        log: one.log,
        opening: one.opening,
        entries: [{ at, next: one.next, time: at, bytes: batch.map(({ bytes }) => bytes) }],
      })),
    )
    batches.forEach(({ one, batch }, i) => {
      void outcomes[i]!.then((outcome) => {
        if (outcome.kind !== 'APPENDED') throw new Error(JSON.stringify(outcome))
        one.busy = false
        for (const { resolve } of batch) resolve()
        if (!scheduled) {
          scheduled = true
          setImmediate(flush)
        }
      })
    })
  }
  const append = (i: number, bytes: Buffer) =>
    new Promise<void>((resolve) => {
      state[i % logCount]!.waiting.push({ bytes, resolve })
      if (!scheduled) {
        scheduled = true
        setImmediate(flush)
      }
    })
  const result = await closedLoop(writers, size, append)
  await opened[Symbol.asyncDispose]()
  fs.rmSync(directory, { recursive: true })
  return result
}

/** One growing file: what gathers while a sync is under way goes in the next write. */
async function raw(size: number, writers: number): Promise<Result> {
  const path = join(base, `bench-${process.pid}.raw`)
  const fd = fs.openSync(path, 'w')
  let position = 0
  let waiting: { bytes: Buffer; resolve: () => void }[] = []
  let busy = false
  const flush = () => {
    if (busy || waiting.length === 0) return
    busy = true
    const batch = waiting
    waiting = []
    fs.writev(
      fd,
      batch.map(({ bytes }) => bytes),
      position,
      (error, written) => {
        if (error) throw error
        position += written
        fs.fdatasync(fd, (failed) => {
          if (failed) throw failed
          busy = false
          for (const { resolve } of batch) resolve()
          setImmediate(flush)
        })
      },
    )
  }
  const append = (_: number, bytes: Buffer) =>
    new Promise<void>((resolve) => {
      waiting.push({ bytes, resolve })
      setImmediate(flush)
    })
  const result = await closedLoop(writers, size, append)
  fs.closeSync(fd)
  fs.rmSync(path)
  return result
}

async function closedLoop(
  writers: number,
  size: number,
  append: (i: number, bytes: Buffer) => Promise<void>,
): Promise<Result> {
  const latencies: number[] = []
  const cpu = process.cpuUsage()
  const begin = performance.now()
  const warm = begin + 300
  const end = warm + seconds * 1000
  await Promise.all(
    Array.from({ length: writers }, async (_, i) => {
      const bytes = Buffer.alloc(size, i)
      for (let at = performance.now(); at < end; at = performance.now()) {
        await append(i, bytes)
        if (at >= warm) latencies.push(performance.now() - at)
      }
    }),
  )
  const { user, system } = process.cpuUsage(cpu)
  return { appends: latencies.length, latencies: latencies.sort((a, b) => a - b), cpuMicros: user + system }
}

function show(what: string, size: number, { appends, latencies, cpuMicros }: Result): number {
  const mb = (appends * size) / 1e6 / seconds
  const p = (share: number) => latencies[Math.floor(latencies.length * share)]!.toFixed(2)
  process.stdout.write(
    `${what.padEnd(34)} ${mb.toFixed(0).padStart(6)} MB/s ${(appends / seconds).toFixed(0).padStart(8)}/s  p50 ${p(0.5)} p99 ${p(0.99)} ms, ${(cpuMicros / appends).toFixed(0)} µs of processor each`,
  )
  return mb
}

const only = process.argv[4]
for (const size of [1024, 16_384, 131_072].filter((size) => only === undefined || size === Number(only))) {
  for (const [writers, logCount] of [
    [1, 1],
    [64, 1],
    [64, 64],
  ] as const) {
    const what = `${size >> 10}K, ${writers} writers`
    const bare = show(`${what}, one bare file`, size, await raw(size, writers))
    process.stdout.write('\n')
    const ours = show(`${what}, ${logCount} logs`, size, await store(size, writers, logCount))
    process.stdout.write(`  ${((100 * ours) / bare).toFixed(0)} %\n`)
  }
}
