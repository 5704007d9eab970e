// Fuzzes from the command line: `pnpm fuzz --count 1000000 --seed 7` spreads so many inputs over the targets; `--target` runs
// one, `--from` begins at an input, `--replay file.hex` runs the inputs of a file, in its order, on `--target`.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readInputs } from './corpus.ts'
import { targetNames, targets, type TargetName } from './targets/index.ts'
import { watch, type Outcome } from './watch.ts'
import type { Figures, Work } from './worker.ts'

export interface FuzzOptions {
  readonly target: TargetName
  readonly seed: number
  readonly count: number
  readonly from?: number
  readonly inputs?: readonly string[]
}

const workOf = ({ target, seed, count, from = 0, inputs }: FuzzOptions): Omit<Work, 'trace'> => ({
  target,
  module: join(import.meta.dirname, 'targets', `${target}.ts`),
  export: target,
  seed,
  count,
  from,
  inputs,
})

/** Runs one target in a process of its own: the corpus first, then what the seed makes. */
export const fuzz = (options: FuzzOptions): Promise<Outcome> => watch(workOf(options))

export const countOf = (target: TargetName, total: number): number => Math.round(targets[target].share * total)

const inMb = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)

export const printed = (target: string, { inputs, bytes, taken, grownBytes, peakRssBytes, slowest }: Figures): string =>
  `${target}: ${inputs} inputs of ${Math.round(bytes / inputs)} bytes, ${taken} taken; ` +
  `slowest ${slowest.ms.toFixed(1)} ms (input ${slowest.index}); peak ${inMb(peakRssBytes)} MB, ` +
  `grown ${grownBytes === undefined ? 'unknown' : `${inMb(grownBytes)} MB`}`

/** True where no law was broken. */
async function report(options: FuzzOptions): Promise<boolean> {
  const begun = performance.now()
  const outcome = await fuzz(options)
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  if (outcome.kind === 'DONE') console.log(`${printed(options.target, outcome.figures)}, ${seconds} s`)
  else console.log(`\n${outcome.report}\n`)
  return outcome.kind === 'DONE'
}

/** Takes the next target whenever a processor is free. */
async function reportAll(all: readonly FuzzOptions[]): Promise<boolean> {
  const queue = [...all]
  const lane = async (): Promise<boolean> => {
    let sound = true
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) sound = (await report(next)) && sound
    return sound
  }
  return (await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane))).every(Boolean)
}

function targetNamed(name: string): TargetName {
  const found = targetNames.find((known) => known === name)
  if (found === undefined) throw new Error(`There is no target ${name}. There are: ${targetNames.join(', ')}`)
  return found
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string' },
      target: { type: 'string' },
      from: { type: 'string', default: '0' },
      replay: { type: 'string' },
    },
  })
  const [count, from] = [Number(values.count), Number(values.from)]
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
  console.log(`seed ${seed}`)
  const inputs = values.replay === undefined ? undefined : readInputs(values.replay)
  const all =
    values.target === undefined
      ? targetNames.map((target) => ({ target, seed, count: countOf(target, count), from }))
      : [{ target: targetNamed(values.target), seed, count, from, inputs }]
  if (!(await reportAll(all))) process.exitCode = 1
}

if (import.meta.main) await main()
