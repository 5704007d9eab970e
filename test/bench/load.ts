// One turn of load on one broker, on a topic that is there for this turn alone.

import type { Broker } from './broker.ts'
import { producePerformance, type Produced, type ProduceRun } from './perf-programs.ts'
import type { Bench } from './rounds.ts'
import { createTopic, deleteTopic } from './topics.ts'

/** Of the records that count, how many more are sent before them: the client's own JVM has to warm up each time. */
const WARMUP_SHARE = 0.25
/** Enough for a first estimate of a contender's speed. */
const FIRST_BYTES = 4_000_000

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
  { partitions, ...load }: LoadOptions & Pick<ProduceRun, 'throughput'> & { readonly records: number },
): Promise<Produced> {
  const topic = freshTopic()
  await createTopic(broker.port, topic, partitions)
  try {
    const warmupRecords = Math.ceil(load.records * WARMUP_SHARE)
    return await producePerformance(bench.programs, { bootstrap: broker.bootstrap, topic, warmupRecords, ...load })
  } finally {
    broker.check()
    await deleteTopic(broker.port, topic)
  }
}

/** Sizes turns by what each contender did in its turn before: one that is ten times faster sends ten times as many records. */
export class Pace {
  readonly #rates = new Map<string, number>()
  readonly #seconds: number
  readonly #firstRecords: number

  constructor(seconds: number, recordBytes: number) {
    this.#seconds = seconds
    this.#firstRecords = Math.ceil(FIRST_BYTES / recordBytes)
  }

  recordsFor(name: string): number {
    const rate = this.#rates.get(name)
    return rate === undefined ? this.#firstRecords : Math.max(100, Math.round(rate * this.#seconds))
  }

  learn(name: string, { recordsPerSecond }: Produced): void {
    this.#rates.set(name, recordsPerSecond)
  }
}
