// What a person needs to go on from a seed that breaks a law: which laws, the end of the log, and how to have it again.
import type { Run } from './run-seed.ts'

const TAIL_LINES = 60
const LINE_MAX = 400

export const replayCommand = (seed: number, steps: number): string =>
  `node --conditions=source test/simulation/run.ts --seed ${seed} --steps ${steps}`

/** Each law that a run breaks, how often, and the first time. */
export const summary = (run: Run): readonly string[] =>
  [...Map.groupBy(run.violations, ({ law }) => law)].map(([law, all]) =>
    `${law} (${all.length}): ${all[0]!.detail}`.slice(0, 2 * LINE_MAX),
  )

export const report = (run: Run, steps: number): string =>
  [
    `seed ${run.seed} breaks these laws:`,
    ...summary(run).map((line) => `  ${line}`),
    '',
    ...run.evidence.history.lines.slice(-TAIL_LINES).map((line) => line.slice(0, LINE_MAX)),
    '',
    `again: ${replayCommand(run.seed, steps)}`,
  ].join('\n')

export const figures = ({ steps, virtualMs, evidence }: Run): string =>
  `${steps} steps, ${(virtualMs / 1000).toFixed(1)} s of virtual time, ${evidence.history.ops.length} requests`
