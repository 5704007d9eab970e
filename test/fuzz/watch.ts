// Runs a worker and watches it: that it makes progress, that it ends by itself, that it does not grow. What went wrong comes
// with the input and with the command that has it again.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTrace } from './trace.ts'
import { ERA_INPUTS } from './targets/target.ts'
import type { Figures, Told, Work } from './worker.ts'

export interface WatchOptions {
  /** How long one input may take. */
  readonly hangMs?: number
  /** What may be held at the end beyond what was held after the warm-up. */
  readonly grownBytesMax?: number
  readonly peakRssBytesMax?: number
}

export type Outcome =
  | { readonly kind: 'DONE'; readonly figures: Figures }
  | { readonly kind: 'FAILED'; readonly report: string; readonly index: number | undefined; readonly hex: string }

const HANG_MS = 15_000
const MB = 1024 * 1024
const GROWN_BYTES_MAX = 16 * MB
const PEAK_RSS_BYTES_MAX = 900 * MB
const HEAP_MB_MAX = 512
const LOOK_EVERY_MS = 500
const STDERR_CHARACTERS = 4000

type Ended =
  | { readonly kind: 'TOLD'; readonly told: Told }
  | { readonly kind: 'HANG' }
  | { readonly kind: 'DIED'; readonly how: string }

export async function watch(work: Omit<Work, 'trace'>, options: WatchOptions = {}): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'jackdaw-fuzz-'))
  const trace = join(directory, 'trace')
  try {
    const ended = await runWorker({ ...work, trace }, options.hangMs ?? HANG_MS)
    if (ended.kind === 'TOLD') return judge(work, ended.told, options)
    const last = traceOf(trace)
    const what = ended.kind === 'HANG' ? 'an input hangs' : `the process died: ${ended.how}`
    return failed(work, what, last?.index, last?.hex ?? '')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function traceOf(path: string) {
  try {
    return readTrace(path)
  } catch {
    return undefined // it died before the first input
  }
}

function judge(work: Omit<Work, 'trace'>, told: Told, options: WatchOptions): Outcome {
  if (told.kind === 'BROKEN') {
    if (told.file !== undefined) return brokenAgain(work.target, told.file, told)
    return failed(work, told.error, told.index, told.hex)
  }
  const { grownBytes = 0, peakRssBytes } = told.figures
  const { grownBytesMax = GROWN_BYTES_MAX, peakRssBytesMax = PEAK_RSS_BYTES_MAX } = options
  if (grownBytes > grownBytesMax) return failed(work, `it grew by ${inMb(grownBytes)}`, undefined, '')
  if (peakRssBytes > peakRssBytesMax) return failed(work, `it took ${inMb(peakRssBytes)} at its peak`, undefined, '')
  return told
}

const inMb = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`

/** What an input of the router does depends on the inputs of its era before it. */
export function replayCommand({ target, seed, from, count }: Omit<Work, 'trace'>, index: number | undefined): string {
  const alone = `pnpm fuzz --target ${target} --seed ${seed}`
  if (index === undefined) return `${alone} --from ${from} --count ${count}`
  const first = target === 'router' ? Math.max(from, index - (index % ERA_INPUTS)) : index
  return `${alone} --from ${first} --count ${index - first + 1}`
}

function failed(work: Omit<Work, 'trace'>, what: string, index: number | undefined, hex: string): Outcome {
  const lines = [`${work.target}: ${what}`, `seed ${work.seed}, input ${index ?? 'unknown'}`, `hex ${hex}`]
  if (work.inputs === undefined) lines.push(`again: ${replayCommand(work, index)}`)
  return { kind: 'FAILED', report: lines.join('\n'), index, hex }
}

function brokenAgain(
  target: string,
  file: string,
  { error, index, hex }: { error: string; index: number; hex: string },
) {
  const again = `again: pnpm fuzz --target ${target} --replay test/fuzz/corpus/${file}`
  const report = [`${target}: ${error}`, `${file}, input ${index}`, `hex ${hex}`, again].join('\n')
  return { kind: 'FAILED', report, index, hex } as const
}

function runWorker(work: Work, hangMs: number): Promise<Ended> {
  const flags = ['--conditions=source', '--expose-gc', `--max-old-space-size=${HEAP_MB_MAX}`]
  const worker = join(import.meta.dirname, 'worker.ts')
  const child = spawn(process.execPath, [...flags, worker, JSON.stringify(work)], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    let told: Told | undefined
    let stderr = ''
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_CHARACTERS)
    })
    child.on('message', (message) => {
      told = message as Told
    })
    child.on('error', reject)
    const stopLooking = lookForHang(child, work.trace, hangMs)
    child.on('close', (code, signal) => {
      if (stopLooking()) resolve({ kind: 'HANG' })
      else if (told !== undefined) resolve({ kind: 'TOLD', told })
      else resolve({ kind: 'DIED', how: `${signal ?? `exit code ${code}`}\n${stderr}` })
    })
  })
}

/** Kills a process that does not come to its next input. What is returned ends that, and tells whether it had to. */
function lookForHang(child: ChildProcess, trace: string, hangMs: number): () => boolean {
  let [last, since, hangs] = [-1, performance.now(), false]
  const timer = setInterval(() => {
    const index = traceOf(trace)?.index ?? -1
    if (index !== last) [last, since] = [index, performance.now()]
    if (performance.now() - since < hangMs) return
    hangs = true
    child.kill('SIGKILL')
  }, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
    return hangs
  }
}
