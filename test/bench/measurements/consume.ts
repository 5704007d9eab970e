// How many MiB a second one consumer gets, of records that were written shortly before.

import type { Broker } from '../broker.ts'
import type { Contender } from '../contenders.ts'
import { freshTopic, type LoadOptions } from '../load.ts'
import { consumePerformance, producePerformance } from '../perf-programs.ts'
import { alternate, type Bench, type Measurement, type Row, samplesOf, withBrokers } from '../rounds.ts'
import { createTopic } from '../topics.ts'
import { caseTitle } from './produce.ts'

export const consume: Measurement = {
  name: 'consume',
  title: 'Consume: throughput',
  about:
    'One ConsumerPerformance reads a topic from its beginning, each time in a new group; joining it is not counted, the warm-up of its JVM is. The same client has ' +
    "written the topic shortly before with the producer setting of the row, so it lies in the operating system's cache for all.",
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
  const readable = bench.contenders.filter(({ consumes }) => consumes)
  return withBrokers(bench, readable, async (brokerOf) => {
    const topics = new Map<Contender, { readonly topic: string; readonly records: number }>()
    const turns = await alternate(bench, {
      title: `consume ${title}`,
      contenders: readable,
      warmupRounds: 1,
      turn: async (contender) => {
        const broker = brokerOf(contender)
        const filled = topics.get(contender) ?? (await fill(bench, broker, load))
        topics.set(contender, filled)
        return consumePerformance(bench.programs, { bootstrap: broker.bootstrap, ...filled })
      },
      say: ({ mebibytesPerSecond, records }) => `${mebibytesPerSecond} MiB/s (${records} records)`,
    })
    return { title, unit: 'MiB/s', better: 'more', ...samplesOf(turns, (turn) => turn.mebibytesPerSecond) }
  })
}

async function fill(bench: Bench, { port, bootstrap }: Broker, { partitions, ...load }: LoadOptions) {
  const topic = freshTopic()
  const records = Math.ceil(bench.plan.consumeBytes / load.recordBytes)
  await createTopic(port, topic, partitions)
  await producePerformance(bench.programs, { bootstrap, topic, records, warmupRecords: 0, ...load })
  return { topic, records }
}
