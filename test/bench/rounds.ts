// Turns: A B C A B C …, so that whatever else the machine does meets all. What the kernel still has to write for one contender is
// written before the next one's turn: else those who sync would pay for those who do not.

import { run } from '../interop/toolbox/process.ts'
import { Broker } from './broker.ts'
import type { Contender } from './contenders.ts'
import type { KafkaPrograms } from './java.ts'
import type { Plan } from './plan.ts'

/** What every measurement is given. */
export interface Bench {
  readonly contenders: readonly Contender[]
  readonly plan: Plan
  readonly programs: KafkaPrograms
  /** Where the brokers' directories are made: all on one disk. */
  readonly root: string
  /** Says what is going on. */
  readonly progress: (line: string) => void
}

/** Samples of one case, by the names of the contenders. */
export interface Samples {
  readonly samples: Readonly<Record<string, readonly number[]>>
  /** Why a contender has none, or fewer. */
  readonly failures: Readonly<Record<string, string>>
}

/** One line of a report's table. */
export interface Row extends Samples {
  readonly title: string
  readonly unit: string
  readonly better: 'more' | 'less'
}

export interface Measurement {
  readonly name: string
  readonly title: string
  /** What is measured and how, for the report. */
  readonly about: string
  readonly run: (bench: Bench) => Promise<readonly Row[]>
}

export interface Turns<T> {
  readonly results: ReadonlyMap<string, readonly T[]>
  readonly failures: Readonly<Record<string, string>>
}

export interface Alternation<T> {
  /** Named in the progress. */
  readonly title: string
  /** Default: all of the bench. */
  readonly contenders?: readonly Contender[]
  /** Rounds whose results are thrown away, before those that count. */
  readonly warmupRounds?: number
  /** Default: the plan's. */
  readonly rounds?: number
  turn(contender: Contender, round: number): Promise<T>
  /** A result in a few words. */
  say(result: T): string
}

/** A contender whose turn fails is out for the rest of the case; the others go on. */
export async function alternate<T>(bench: Bench, what: Alternation<T>): Promise<Turns<T>> {
  const { contenders = bench.contenders, warmupRounds = 0, rounds = bench.plan.rounds } = what
  const results = new Map<string, T[]>(contenders.map(({ name }) => [name, []]))
  const failures: Record<string, string> = {}
  for (let round = 0 - warmupRounds; round < rounds; round++) {
    for (const contender of contenders) {
      if (failures[contender.name] !== undefined) continue
      const said = `${what.title}, ${round < 0 ? 'warm-up' : `round ${round + 1}`}, ${contender.title}`
      try {
        await settle(bench)
        const result = await what.turn(contender, round)
        bench.progress(`${said}: ${what.say(result)}`)
        if (round >= 0) results.get(contender.name)?.push(result)
      } catch (error) {
        failures[contender.name] = messageOf(error)
        bench.progress(`${said}: failed: ${messageOf(error)}`)
      }
    }
  }
  return { results, failures }
}

/** The numbers that `pick` finds in the results; undefined where a contender has no such number. */
export function samplesOf<T>({ results, failures }: Turns<T>, pick: (result: T) => number | undefined): Samples {
  const numbers = (all: readonly T[]) => all.map(pick).filter((value) => value !== undefined)
  return { samples: Object.fromEntries([...results].map(([name, all]) => [name, numbers(all)])), failures }
}

/** One broker of each contender, all up for the duration of `use`. One that does not start is a failure of its own. */
export async function withBrokers<T>(
  bench: Bench,
  contenders: readonly Contender[],
  use: (brokerOf: (contender: Contender) => Broker) => Promise<T>,
): Promise<T> {
  await using all = new AsyncDisposableStack()
  const started = new Map<string, Broker | Error>()
  for (const contender of contenders) {
    bench.progress(`starting ${contender.title}`)
    started.set(contender.name, await Broker.start(contender, bench.root).catch(asError))
  }
  for (const broker of started.values()) if (broker instanceof Broker) all.use(broker)
  return await use(({ name }) => {
    const broker = started.get(name)
    if (broker instanceof Broker) return broker
    throw broker ?? new Error(`${name} takes no part.`)
  })
}

async function settle({ root }: Bench): Promise<void> {
  await run({ command: 'sync' }, ['-f', root], { withinMs: 300_000 })
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
const messageOf = (error: unknown): string => asError(error).message
