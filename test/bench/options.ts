// The command line of the bench.

import { parseArgs } from 'node:util'
import { type Contender, contenders, usualContenders } from './contenders.ts'
import { measurements } from './measurements/index.ts'
import { type Plan, plans } from './plan.ts'
import type { Measurement } from './rounds.ts'

export interface Options {
  readonly plan: Plan
  readonly measurements: readonly Measurement[]
  readonly contenders: readonly Contender[]
  /** Everything there is: fit for docs/benchmarks.md. */
  readonly complete: boolean
  /** What was typed, without paths. */
  readonly command: string
}

export const usage = `pnpm bench [options]

  --quick               fewer cases and rounds, for a first impression
  --plan NAME           ${Object.keys(plans).join(', ')} (default: full)
  --rounds N            turns of each contender in each case, instead of the plan's
  --only NAME           one measurement; may be given again and again: ${measurements.map(({ name }) => name).join(', ')}
  --contenders A,B      ${contenders.map(({ name }) => name).join(', ')}
                        (default: ${usualContenders.join(',')})

A full run with everything, of 3 rounds or more, writes docs/benchmarks.md; any other .cache/bench/last.md. All samples go to .cache/bench/*.json.
`

/** With fewer a range says nothing. */
const FEWEST_ROUNDS = 3

const known = {
  quick: { type: 'boolean' },
  plan: { type: 'string' },
  rounds: { type: 'string' },
  only: { type: 'string', multiple: true },
  contenders: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** Undefined where only help is asked for. Throws for what it does not know. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({ args: [...args], options: known })
  if (values.help) return undefined
  const name = values.plan ?? (values.quick ? 'quick' : 'full')
  const plan = pick('plan', Object.values(plans) as readonly Plan[], [name])[0]!
  const rounds = values.rounds === undefined ? plan.rounds : Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is not a number of rounds.`)
  const complete = name === 'full' && rounds >= FEWEST_ROUNDS && !values.only && !values.contenders
  return {
    plan: { ...plan, rounds },
    measurements: values.only === undefined ? measurements : pick('measurement', measurements, values.only),
    contenders: pick('contender', contenders, values.contenders?.split(',') ?? usualContenders),
    complete,
    command: ['pnpm bench', ...args].join(' '),
  }
}

/** Those of `all` with these names, in the order of `all`. */
function pick<T extends { readonly name: string }>(what: string, all: readonly T[], names: readonly string[]): T[] {
  const unknown = names.filter((name) => !all.some((one) => one.name === name))
  const there = all.map(({ name }) => name).join(', ')
  if (unknown.length > 0) throw new Error(`There is no ${what} ${unknown.join(', ')}. There are: ${there}.`)
  return all.filter(({ name }) => names.includes(name))
}
