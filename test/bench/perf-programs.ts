// Kafka's ProducerPerformance and ConsumerPerformance: run as their scripts run them, and what they print, read. The same foreign
// client measures every broker, so that no client of ours can flatter one. What they print as MB is a MiB.

import { run } from '../interop/toolbox/process.ts'
import type { KafkaPrograms } from './java.ts'

export interface Produced {
  readonly records: number
  readonly recordsPerSecond: number
  readonly mebibytesPerSecond: number
  /** From `send` to the acknowledgement, in whole milliseconds: 0 is "below one". Waiting for `linger.ms` is part of it. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
}

export interface Consumed {
  readonly records: number
  /** While records were fetched: joining the group is not part of it. */
  readonly mebibytesPerSecond: number
}

export interface ProduceRun {
  readonly bootstrap: string
  readonly topic: string
  readonly recordBytes: number
  /** How many are counted. */
  readonly records: number
  /** How many are sent before the ones that are counted, by the same process. */
  readonly warmupRecords: number
  /** Records per second; undefined: as fast as it goes. */
  readonly throughput?: number
  /** Producer properties by Kafka's names. */
  readonly properties: Readonly<Record<string, string>>
}

export interface ConsumeRun {
  readonly bootstrap: string
  readonly topic: string
  readonly records: number
}

/** A run that takes longer is given up. */
const WITHIN_MS = 300_000

/** Throws with all that was printed unless every record was acknowledged. */
export async function producePerformance(programs: KafkaPrograms, what: ProduceRun): Promise<Produced> {
  const { bootstrap, topic, records, warmupRecords, recordBytes, throughput = -1 } = what
  const properties = Object.entries({ 'bootstrap.servers': bootstrap, acks: 'all', ...what.properties })
  const counts = ['--num-records', String(records + warmupRecords), '--warmup-records', String(warmupRecords)]
  const load = ['--topic', topic, '--record-size', String(recordBytes), '--throughput', String(throughput)]
  const pairs = properties.map(([name, value]) => `${name}=${value}`)
  const args = [...load, ...counts, '--command-property', ...pairs]
  const { stdout, stderr } = await run(programs.producerPerformance, args, { withinMs: WITHIN_MS })
  const produced = parseProduced(stdout)
  // A record that was refused is a stack trace and not counted; the exit code is 0 all the same.
  if (produced?.records === records) return produced
  throw new Error(`${produced?.records ?? 0} of ${records} records were acknowledged.\n${stdout}\n${head(stderr)}`)
}

/** Throws with all that was printed unless every record came. */
export async function consumePerformance(programs: KafkaPrograms, what: ConsumeRun): Promise<Consumed> {
  const { bootstrap, topic, records } = what
  const args = ['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(records)]
  const { stdout, stderr } = await run(programs.consumerPerformance, args, { withinMs: WITHIN_MS })
  const consumed = parseConsumed(stdout)
  if (consumed !== undefined && consumed.records >= records) return consumed
  throw new Error(`${consumed?.records ?? 0} of ${records} records came.\n${stdout}\n${head(stderr)}`)
}

const total = new RegExp(
  String.raw`^(\d+)(?: steady state)? records sent, ([\d.]+) records/sec \(([\d.]+) MB/sec\), .*` +
    String.raw`, (\d+) ms 50th, \d+ ms 95th, (\d+) ms 99th, (\d+) ms 99\.9th\.$`,
)

/**
 * The last line with percentiles: of a run with a warm-up that is the line about the records after it. Undefined where there
 * is none.
 */
export function parseProduced(stdout: string): Produced | undefined {
  const matches = stdout.split('\n').map((line) => total.exec(line.trim()))
  const found = matches.findLast((match) => match !== null)
  if (!found) return undefined
  const [records = 0, recordsPerSecond = 0, mebibytesPerSecond = 0, p50Ms = 0, p99Ms = 0, p999Ms = 0] = found
    .slice(1)
    .map(Number)
  return { records, recordsPerSecond, mebibytesPerSecond, p50Ms, p99Ms, p999Ms }
}

/** The line of values is read by the names in the header line. Undefined where one of the two is missing. */
export function parseConsumed(stdout: string): Consumed | undefined {
  const lines = stdout.split('\n').map((line) => line.split(',').map((cell) => cell.trim()))
  const at = lines.findIndex(([first]) => first === 'start.time')
  const [names = [], values = []] = at < 0 ? [] : lines.slice(at)
  const value = (name: string) => Number(values[names.indexOf(name)])
  const consumed = { records: value('data.consumed.in.nMsg'), mebibytesPerSecond: value('fetch.MB.sec') }
  return Number.isNaN(consumed.records) || Number.isNaN(consumed.mebibytesPerSecond) ? undefined : consumed
}

/** Enough of an endless series of equal stack traces. */
const head = (text: string) => text.slice(0, 3000)
