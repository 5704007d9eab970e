// One turn of load on one broker, on a topic that is there for this turn alone.

import type { Broker } from './broker.ts'
import { producePerformance, type Produced, type ProduceRun } from './perf-programs.ts'
import type { Plan } from './plan.ts'
import type { Bench } from './rounds.ts'
import { createTopic, deleteTopic } from './topics.ts'

/** What every contender can do at least: a first guess, so that the first turn of a slow one does not take for ever. */
const FIRST_BYTES_PER_SECOND = 5_000_000

export interface LoadOptions {
  readonly recordBytes: number
  readonly partitions: number
  readonly properties: Readonly<Record<string, string>>
}

let topics = 0
/** A name that no other turn uses. */
export const freshTopic = (): string => `bench-${process.pid}-${++topics}`

/** Produces into a topic that is made before and removed after, whatever happens. */
export async function produceTurn(
  bench: Bench,
  broker: Broker,
  { partitions, ...load }: LoadOptions & Pick<ProduceRun, 'records' | 'warmupRecords' | 'throughput'>,
): Promise<Produced> {
  const topic = freshTopic()
  await createTopic(broker.port, topic, partitions)
  try {
    return await producePerformance(bench.programs, { bootstrap: broker.bootstrap, topic, ...load })
  } finally {
    broker.check()
    await deleteTopic(broker.port, topic)
  }
}

/** Sizes turns by what each contender did in its turn before: one that is ten times faster sends ten times as many records. */
export class Pace {
  readonly #rates = new Map<string, number>()
  readonly #plan: Pick<Plan, 'turnSeconds' | 'warmupSeconds'>
  readonly #firstRate: number

  constructor(plan: Pick<Plan, 'turnSeconds' | 'warmupSeconds'>, recordBytes: number) {
    this.#plan = plan
    this.#firstRate = FIRST_BYTES_PER_SECOND / recordBytes
  }

  recordsFor(name: string): Pick<ProduceRun, 'records' | 'warmupRecords'> {
    const rate = this.#rates.get(name) ?? this.#firstRate
    const { turnSeconds, warmupSeconds } = this.#plan
    return { records: Math.max(100, Math.round(rate * turnSeconds)), warmupRecords: Math.round(rate * warmupSeconds) }
  }

  learn(name: string, { recordsPerSecond }: Pick<Produced, 'recordsPerSecond'>): void {
    this.#rates.set(name, recordsPerSecond)
  }
}
