// The long form of the simulation, on every core: `pnpm soak --seeds 1-100000 --steps 20000` runs the seeds and writes what
// came of them to docs/soak.md. Ends with exit code 1 where a seed breaks a law, a second run of a seed differs, or a rare
// state was not reached.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { replayCommand } from './report.ts'
import { parseSeeds } from './run.ts'
import type { Tally, Task } from './soak-worker.ts'
import { POINTS } from './sometimes.ts'

const root = join(import.meta.dirname, '../..')
const PROGRESS_EVERY = 500

interface Soak {
  readonly from: number
  readonly to: number
  readonly steps: number
  readonly workers: number
  readonly seconds: number
  readonly tallies: readonly Tally[]
}

/** Runs every seed, `workers` at a time. */
const runAll = async (from: number, to: number, steps: number, workers: number): Promise<Tally[]> => {
  const tallies: Tally[] = []
  let next = from
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('soak-worker.ts', import.meta.url))
      const give = (): void => {
        if (next <= to) worker.postMessage({ seed: next++, steps } satisfies Task)
        else void worker.terminate().then(() => resolve())
      }
      worker.on('error', reject)
      worker.on('message', (tally: Tally) => {
        tallies.push(tally)
        if (tally.failure !== undefined) console.log(tally.failure)
        if (tallies.length % PROGRESS_EVERY === 0) console.log(`${tallies.length} of ${to - from + 1} seeds`)
        give()
      })
      give()
    })
  await Promise.all(Array.from({ length: workers }, one))
  return tallies.toSorted((a, b) => a.seed - b.seed)
}

const sum = (tallies: readonly Tally[], of: (tally: Tally) => number): number =>
  tallies.reduce((total, tally) => total + of(tally), 0)

const count = (number: number): string => Math.round(number).toLocaleString('en')

const verdictOf = ({ tallies }: Soak) => {
  const reached = new Map(Object.keys(POINTS).map((point) => [point, 0]))
  for (const point of tallies.flatMap((tally) => tally.reached)) reached.set(point, reached.get(point)! + 1)
  const failed = tallies.filter(({ failure }) => failure !== undefined)
  const twice = tallies.filter(({ identical }) => identical !== undefined)
  const different = twice.filter(({ identical }) => identical === false)
  const never = [...reached].filter(([, runs]) => runs === 0).map(([point]) => point)
  return { reached, failed, twice, different, never, sound: failed.length + different.length + never.length === 0 }
}

const faultsOf = (tallies: readonly Tally[]): readonly (readonly [string, number])[] => {
  const total: Record<string, number> = {}
  for (const { faults } of tallies)
    for (const [name, times] of Object.entries(faults)) total[name] = (total[name] ?? 0) + times
  return Object.entries(total).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()

const page = (soak: Soak): string => {
  const { tallies, from, to, steps, workers, seconds } = soak
  const { reached, failed, twice, different } = verdictOf(soak)
  const changed =
    git('status', '--porcelain', '--', 'packages', 'test/simulation') === ''
      ? ''
      : ', with changes that are not committed'
  const row = (name: string, value: string | number) => `| ${name} | ${value} |`
  return `${[
    '# Soak',
    '',
    'What the seeded simulation found when it last ran long: the real broker under faults, on virtual time, judged by the laws in',
    '`test/simulation/laws`. Written by the command below, not by hand.',
    '',
    '```sh',
    `pnpm soak --seeds ${from}-${to} --steps ${steps}`,
    '```',
    '',
    '| | |',
    '| --- | --- |',
    row('Commit', `${git('rev-parse', '--short=12', 'HEAD')}${changed}`),
    row('Date', new Date().toISOString().slice(0, 10)),
    row('Seeds', `${from} to ${to}`),
    row('Seeds that broke a law', failed.length),
    row('Seeds run twice, logs compared', `${twice.length}, of which ${different.length} differed`),
    row('Events', `${count(sum(tallies, (tally) => tally.steps))} (${steps} of each seed with faults, then calm)`),
    row('Requests', count(sum(tallies, ({ requests }) => requests))),
    row('Virtual time', `${count(sum(tallies, ({ virtualMs }) => virtualMs) / 3_600_000)} hours`),
    row('Real time', `${count(seconds / 60)} minutes on ${workers} cores, Node ${process.versions.node}`),
    '',
    '## Faults',
    '',
    '| Fault | Times |',
    '| --- | ---: |',
    ...faultsOf(tallies).map(([name, times]) => row(name, count(times))),
    '',
    '## Rare states',
    '',
    '| State | Seeds that reached it |',
    '| --- | ---: |',
    ...[...reached].map(([point, runs]) => row(point, count(runs))),
    ...(failed.length === 0
      ? []
      : ['', '## Broken', '', ...failed.map(({ seed }) => `- \`${replayCommand(seed, steps)}\``)]),
  ].join('\n')}\n`
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1-2000' },
      steps: { type: 'string', default: '20000' },
      workers: { type: 'string', default: String(availableParallelism()) },
      report: { type: 'string', default: join(root, 'docs/soak.md') },
    },
  })
  const [from, to] = parseSeeds(values.seeds)
  const [steps, workers] = [Number(values.steps), Number(values.workers)]
  const start = performance.now()
  const tallies = await runAll(from, to, steps, workers)
  const soak: Soak = { from, to, steps, workers, tallies, seconds: (performance.now() - start) / 1000 }
  writeFileSync(values.report, page(soak))
  const { failed, different, never, sound } = verdictOf(soak)
  console.log(`${tallies.length} seeds: ${failed.length} broke a law, ${different.length} differed when run again`)
  if (never.length > 0) console.log(`never reached: ${never.join('; ')}`)
  if (!sound) process.exitCode = 1
}

await main()
