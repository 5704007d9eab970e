// Memory of the broker's process, and the processor time that a gigabyte costs it.

import { setTimeout as pause } from 'node:timers/promises'
import { Broker } from '../broker.ts'
import type { Contender } from '../contenders.ts'
import { firstRecord } from '../first-record.ts'
import { freshTopic } from '../load.ts'
import { consumePerformance, producePerformance } from '../perf-programs.ts'
import { alternate, type Bench, type Measurement, type Row, samplesOf } from '../rounds.ts'
import { createTopic } from '../topics.ts'

const recordBytes = 1000
const MIB = 2 ** 20
const GIB = 2 ** 30
/** Of the records that count, how many are written and read before. */
const WARMUP_SHARE = 0.4

interface Footprint {
  readonly idleBytes: number
  readonly loadedBytes: number
  readonly peakBytes: number
  readonly produceSecondsPerGib: number
  /** Undefined where nothing can be read. */
  readonly consumeSecondsPerGib?: number
}

export const footprint: Measurement = {
  name: 'footprint',
  title: 'Memory and processor time',
  about:
    'A fresh process each turn. Resident memory: after the first acknowledged record and a rest, after producing and consuming 1 KB ' +
    'records, and at its peak; for a JVM most of it is the heap that its scripts set. Processor time of the broker alone, user and ' +
    'system, for a GiB of records, after a warm-up that is not counted.',
  async run(bench) {
    const turns = await alternate(bench, {
      title: 'footprint',
      turn: (contender) => oneTurn(bench, contender),
      say: (one) =>
        `${Math.round(one.idleBytes / MIB)} MiB idle, ${Math.round(one.peakBytes / MIB)} MiB peak, ` +
        `${one.produceSecondsPerGib.toFixed(1)} s of processor time a GiB`,
    })
    const row = (title: string, unit: string, pick: (one: Footprint) => number | undefined): Row => {
      return { title, unit, better: 'less', ...samplesOf(turns, pick) }
    }
    return [
      row('resident, idle', 'MiB', (one) => one.idleBytes / MIB),
      row('resident, after load', 'MiB', (one) => one.loadedBytes / MIB),
      row('resident, peak', 'MiB', (one) => one.peakBytes / MIB),
      row('produce', 'CPU s/GiB', (one) => one.produceSecondsPerGib),
      row('consume', 'CPU s/GiB', (one) => one.consumeSecondsPerGib),
    ]
  },
}

async function oneTurn(bench: Bench, contender: Contender): Promise<Footprint> {
  const { idleSeconds, footprintBytes, footprintSeconds } = bench.plan
  await using broker = await Broker.prepare(contender, bench.root)
  broker.launch()
  await firstRecord({ port: broker.port, topic: 'first', create: true, check: () => broker.check() })
  await pause(idleSeconds * 1000)
  const idleBytes = broker.usage().rssBytes
  const most = Math.ceil(footprintBytes / recordBytes)
  const { recordsPerSecond } = await produceAndConsume(bench, broker, Math.ceil(most * WARMUP_SHARE))
  const records = Math.min(most, Math.ceil(recordsPerSecond * footprintSeconds))
  const costs = await produceAndConsume(bench, broker, records)
  const { rssBytes: loadedBytes, peakRssBytes: peakBytes } = broker.usage()
  return { idleBytes, loadedBytes, peakBytes, ...costs }
}

async function produceAndConsume(bench: Bench, broker: Broker, records: number) {
  const { bootstrap, contender } = broker
  const topic = freshTopic()
  const load = { bootstrap, topic, records, recordBytes, warmupRecords: 0, properties: {} }
  await createTopic(broker.port, topic, 1)
  const perGib = GIB / (records * recordBytes)
  const written = await metered(broker, () => producePerformance(bench.programs, load))
  const { recordsPerSecond } = written.result
  const costs = { recordsPerSecond, produceSecondsPerGib: perGib * written.cpuSeconds }
  if (!contender.consumes) return costs
  const read = await metered(broker, () => consumePerformance(bench.programs, { bootstrap, topic, records }))
  return { ...costs, consumeSecondsPerGib: perGib * read.cpuSeconds }
}

/** What `work` gives, and the processor time of the broker meanwhile. */
async function metered<T>(broker: Broker, work: () => Promise<T>) {
  const before = broker.usage().cpuSeconds
  const result = await work()
  return { result, cpuSeconds: broker.usage().cpuSeconds - before }
}
