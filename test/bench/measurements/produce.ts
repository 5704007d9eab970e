// How many MiB a second one producer gets acknowledged.

import { Pace, produceTurn } from '../load.ts'
import { alternate, type Bench, type Measurement, type Row, samplesOf, withBrokers } from '../rounds.ts'
import type { LoadOptions } from '../load.ts'

export const produce: Measurement = {
  name: 'produce',
  title: 'Produce: throughput',
  about:
    'One ProducerPerformance with acks=all, as fast as it goes. In each turn, what it sends while its JVM warms up is not counted, and two ' +
    'turns of each contender come before those that count. The topic is new in each turn.',
  async run(bench) {
    const rows: Row[] = []
    for (const recordBytes of bench.plan.recordBytes)
      for (const partitions of bench.plan.partitions)
        for (const { title, properties } of bench.plan.settings) {
          rows.push(await oneCase(bench, title, { recordBytes, partitions, properties }))
        }
    return rows
  },
}

function oneCase(bench: Bench, setting: string, load: LoadOptions): Promise<Row> {
  const title = caseTitle(load, setting)
  const pace = new Pace(bench.plan, load.recordBytes)
  return withBrokers(bench, bench.contenders, async (brokerOf) => {
    const turns = await alternate(bench, {
      title: `produce ${title}`,
      warmupRounds: 2, // the first is a guess of how many records a turn needs
      turn: async (contender) => {
        const counts = pace.recordsFor(contender.name)
        const produced = await produceTurn(bench, brokerOf(contender), { ...counts, ...load })
        pace.learn(contender.name, produced)
        return produced
      },
      say: ({ mebibytesPerSecond, records }) => `${mebibytesPerSecond} MiB/s (${records} records)`,
    })
    return { title, unit: 'MiB/s', better: 'more', ...samplesOf(turns, (turn) => turn.mebibytesPerSecond) }
  })
}

export function caseTitle({ recordBytes, partitions }: LoadOptions, setting: string): string {
  const size = recordBytes >= 1000 ? `${recordBytes / 1000} KB` : `${recordBytes} B`
  return `${size}, ${partitions} ${partitions === 1 ? 'partition' : 'partitions'}, ${setting}`
}
