// How long a record waits for its acknowledgement while the broker has room to spare: all contenders get the same load, half of
// what the slowest of them can take.

import { Pace, produceTurn } from '../load.ts'
import type { LoadOptions } from '../load.ts'
import { alternate, type Bench, type Measurement, type Row, samplesOf, withBrokers } from '../rounds.ts'
import { median } from '../statistics.ts'
import type { ProducerSetting } from '../plan.ts'

const load: LoadOptions = { recordBytes: 1000, partitions: 1, properties: {} }

export const latency: Measurement = {
  name: 'latency',
  title: 'Produce: latency',
  about:
    'One ProducerPerformance with acks=all, 1 KB records, one partition, throttled to half of what the slowest contender took in the same ' +
    "run unthrottled (median). From `send` to the acknowledgement, the client's own lingering (linger.ms, 5 ms as shipped) included. The " +
    'program counts whole milliseconds: 0 is "below one", and then there is no ratio.',
  async run(bench) {
    const rows: Row[] = []
    for (const setting of bench.plan.latencySettings) rows.push(...(await oneSetting(bench, setting)))
    return rows
  },
}

function oneSetting(bench: Bench, { title, properties }: ProducerSetting): Promise<readonly Row[]> {
  return withBrokers(bench, bench.contenders, async (brokerOf) => {
    const options = { ...load, properties }
    const pace = new Pace(bench.plan, load.recordBytes)
    const unthrottled = await alternate(bench, {
      title: `latency, ${title}: finding the rate`,
      warmupRounds: 2,
      rounds: Math.min(2, bench.plan.rounds),
      turn: async (contender) => {
        const produced = await produceTurn(bench, brokerOf(contender), {
          ...pace.recordsFor(contender.name),
          ...options,
        })
        pace.learn(contender.name, produced)
        return produced
      },
      say: ({ recordsPerSecond }) => `${Math.round(recordsPerSecond)} records/s`,
    })
    const rates = [...unthrottled.results.values()].map((all) => median(all.map((one) => one.recordsPerSecond)))
    const throughput = Math.max(1, Math.round(Math.min(...rates.filter((rate) => rate > 0)) / 2))
    const turns = await alternate(bench, {
      title: `latency, ${title}: ${throughput} records/s`,
      turn: (contender) => {
        const records = Math.max(100, Math.round(throughput * bench.plan.latencySeconds))
        const warmupRecords = Math.round(throughput * bench.plan.warmupSeconds)
        return produceTurn(bench, brokerOf(contender), { records, warmupRecords, throughput, ...options })
      },
      say: ({ p50Ms, p99Ms, p999Ms }) => `p50 ${p50Ms} ms, p99 ${p99Ms} ms, p99.9 ${p999Ms} ms`,
    })
    const row = (percentile: string, pick: Parameters<typeof samplesOf<Turn>>[1]): Row => ({
      title: `${percentile} at ${throughput} records/s, ${title}`,
      unit: 'ms',
      better: 'less',
      ...samplesOf(turns, pick),
    })
    return [row('p50', (t) => t.p50Ms), row('p99', (t) => t.p99Ms), row('p99.9', (t) => t.p999Ms)]
  })
}

type Turn = Awaited<ReturnType<typeof produceTurn>>
