// Runs seeds: `node --conditions=source test/simulation/run.ts --seed 7 --steps 20000` prints the log of one,
// `--seeds 1-500` runs many and prints the tail of each that breaks a law.
import { parseArgs } from 'node:util'
import { type Run, runSeed } from './run-seed.ts'

const TAIL_LINES = 60
const LINE_MAX = 400

export const replayCommand = (seed: number, steps: number): string =>
  `node --conditions=source test/simulation/run.ts --seed ${seed} --steps ${steps}`

/** Each law that a run breaks, how often, and the first time. */
export const summary = (run: Run): readonly string[] =>
  [...Map.groupBy(run.violations, ({ law }) => law)].map(([law, all]) => `${law} (${all.length}): ${all[0]!.detail}`)

/** What a person needs to go on from: the broken laws, the end of the log, and how to have it again. */
export const report = (run: Run, steps: number): string =>
  [
    `seed ${run.seed} breaks these laws:`,
    ...summary(run).map((line) => `  ${line}`),
    '',
    ...run.evidence.history.lines.slice(-TAIL_LINES).map((line) => line.slice(0, LINE_MAX)),
    '',
    `again: ${replayCommand(run.seed, steps)}`,
  ].join('\n')

const figures = ({ steps, virtualMs, evidence }: Run): string =>
  `${steps} steps, ${(virtualMs / 1000).toFixed(1)} s, ${evidence.history.ops.length} requests`

const runOne = async (seed: number, steps: number): Promise<boolean> => {
  const run = await runSeed({ seed, steps })
  console.log(run.evidence.history.lines.join('\n'))
  const broken = run.violations.length > 0
  console.log(`seed ${seed}: ${figures(run)}, ${broken ? 'broken:' : 'no law broken'}`)
  for (const line of summary(run)) console.log(`  ${line}`)
  return !broken
}

const runMany = async (from: number, to: number, steps: number): Promise<boolean> => {
  let broken = 0
  for (let seed = from; seed <= to; seed++) {
    const run = await runSeed({ seed, steps })
    if (run.violations.length === 0) continue
    if (broken++ === 0) console.log(report(run, steps))
    else console.log([`seed ${seed} (${figures(run)}):`, ...summary(run)].join('\n  ').slice(0, 4 * LINE_MAX))
  }
  console.log(`${broken} of ${to - from + 1} seeds break a law`)
  return broken === 0
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, seeds: { type: 'string' }, steps: { type: 'string', default: '5000' } },
  })
  const steps = Number(values.steps)
  const [from = 1, to = from] = (values.seeds ?? '').split('-').filter(Boolean).map(Number)
  const sound =
    values.seeds === undefined ? await runOne(Number(values.seed ?? 1), steps) : await runMany(from, to, steps)
  if (!sound) process.exitCode = 1
}

if (import.meta.main) await main()
