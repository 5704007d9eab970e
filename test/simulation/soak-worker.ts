// A worker of the soak: it runs the seeds that it is given and sends back what is to be counted, never the histories.
import { parentPort } from 'node:worker_threads'
import { report } from './report.ts'
import { type Run, runSeed } from './run-seed.ts'
import { reachedBy } from './sometimes.ts'

/** One seed in a hundred is run twice and its logs compared. */
const TWICE_EVERY = 100

export interface Task {
  readonly seed: number
  readonly steps: number
}

export interface Tally {
  readonly seed: number
  readonly steps: number
  readonly virtualMs: number
  readonly requests: number
  /** How often each fault happened, by its note. */
  readonly faults: Readonly<Record<string, number>>
  readonly reached: readonly string[]
  /** Undefined where it was run once. */
  readonly identical: boolean | undefined
  /** Undefined where no law is broken. */
  readonly failure: string | undefined
}

const FAULTS = new Set([
  'append fault',
  'call fault',
  'crashes',
  'cut',
  'frozen',
  'full',
  'killed',
  'partition',
  'slow',
])

const faultsOf = ({ evidence }: Run): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { what, data } of evidence.history.notes) {
    if (!FAULTS.has(what)) continue
    const name = what === 'killed' && (data as { powerCut: boolean }).powerCut ? 'power cut' : what
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

export const tally = async ({ seed, steps }: Task): Promise<Tally> => {
  const run = await runSeed({ seed, steps })
  const again = seed % TWICE_EVERY === 0 ? await runSeed({ seed, steps }) : undefined
  return {
    seed,
    steps: run.steps,
    virtualMs: run.virtualMs,
    requests: run.evidence.history.ops.length,
    faults: faultsOf(run),
    reached: reachedBy(run.evidence),
    identical: again && again.evidence.history.lines.join('\n') === run.evidence.history.lines.join('\n'),
    failure: run.violations.length === 0 ? undefined : report(run, steps),
  }
}

parentPort?.on('message', (task: Task) => {
  void tally(task).then((result) => parentPort?.postMessage(result))
})
