// How much is measured: everything, a first impression, or hardly anything (for the test of the harness itself).

/** What a producer is told beside acks=all. */
export interface ProducerSetting {
  readonly title: string
  /** Producer properties by Kafka's names. */
  readonly properties: Readonly<Record<string, string>>
}

export interface Plan {
  readonly name: string
  /** How often each contender has its turn in each case. */
  readonly rounds: number
  readonly recordBytes: readonly number[]
  readonly partitions: readonly number[]
  readonly settings: readonly ProducerSetting[]
  /** How long a turn of producing should take: the number of records follows from what the contender did before. */
  readonly turnSeconds: number
  /** What a producer sends before, by the same process, because its JVM is slow at first. */
  readonly warmupSeconds: number
  /** What is written once and then read in each turn of consuming. */
  readonly consumeBytes: number
  readonly latencySeconds: number
  readonly latencySettings: readonly ProducerSetting[]
  /** What is written and read to find memory and processor time, by those who can in `footprintSeconds`. */
  readonly footprintBytes: number
  readonly footprintSeconds: number
  /** How long a broker is left alone before it counts as idle. */
  readonly idleSeconds: number
}

const asShipped: ProducerSetting = { title: 'as shipped', properties: {} }
const tuned: ProducerSetting = {
  title: 'linger.ms=20 batch.size=262144',
  properties: { 'linger.ms': '20', 'batch.size': '262144' },
}
const atOnce: ProducerSetting = { title: 'linger.ms=0', properties: { 'linger.ms': '0' } }

const MB = 1_000_000

export const plans = {
  full: {
    name: 'full',
    rounds: 5,
    recordBytes: [100, 1000, 10_000],
    partitions: [1, 6],
    settings: [asShipped, tuned],
    turnSeconds: 2.5,
    warmupSeconds: 2,
    consumeBytes: 400 * MB,
    latencySeconds: 10,
    latencySettings: [asShipped, atOnce],
    footprintBytes: 250 * MB,
    footprintSeconds: 10,
    idleSeconds: 5,
  },
  quick: {
    name: 'quick',
    rounds: 2,
    recordBytes: [100, 1000, 10_000],
    partitions: [1],
    settings: [asShipped],
    turnSeconds: 1.5,
    warmupSeconds: 1.5,
    consumeBytes: 100 * MB,
    latencySeconds: 3,
    latencySettings: [asShipped],
    footprintBytes: 50 * MB,
    footprintSeconds: 3,
    idleSeconds: 2,
  },
  tiny: {
    name: 'tiny',
    rounds: 1,
    recordBytes: [1000],
    partitions: [1],
    settings: [asShipped],
    turnSeconds: 0.05,
    warmupSeconds: 0.05,
    consumeBytes: MB,
    latencySeconds: 0.1,
    latencySettings: [asShipped],
    footprintBytes: MB,
    footprintSeconds: 1,
    idleSeconds: 0,
  },
} as const satisfies Record<string, Plan>
