// Runs seeds by hand: `node --conditions=source test/simulation/run.ts --seed 7 --steps 20000` prints the log of one,
// `--seeds 1-500` runs many, prints the tail of the first that breaks a law and the laws that the others break.
import { parseArgs } from 'node:util'
import { figures, report, summary } from './report.ts'
import { runSeed } from './run-seed.ts'

/** '7' or '1-500'. */
export const parseSeeds = (text: string): readonly [from: number, to: number] => {
  const [from = 1, to = from] = text.split('-').map(Number)
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to))
    throw new TypeError(`'${text}' is no range of seeds: write 1-500`)
  return [from, to]
}

const runOne = async (seed: number, steps: number): Promise<boolean> => {
  const run = await runSeed({ seed, steps })
  console.log(run.evidence.history.lines.join('\n'))
  console.log(
    [`seed ${seed}: ${figures(run)}, ${run.violations.length} times a law was broken`, ...summary(run)].join('\n  '),
  )
  return run.violations.length === 0
}

const runMany = async (from: number, to: number, steps: number): Promise<boolean> => {
  let broken = 0
  for (let seed = from; seed <= to; seed++) {
    const run = await runSeed({ seed, steps })
    if (run.violations.length === 0) continue
    if (broken++ === 0) console.log(report(run, steps))
    else console.log([`seed ${seed} (${figures(run)}):`, ...summary(run)].join('\n  '))
  }
  console.log(`${broken} of ${to - from + 1} seeds break a law`)
  return broken === 0
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, seeds: { type: 'string' }, steps: { type: 'string', default: '5000' } },
  })
  const steps = Number(values.steps)
  const sound =
    values.seeds === undefined
      ? await runOne(Number(values.seed ?? 1), steps)
      : await runMany(...parseSeeds(values.seeds), steps)
  if (!sound) process.exitCode = 1
}

if (import.meta.main) await main()
