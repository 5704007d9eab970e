// From the start of the process to the first record that it acknowledged.

import { Broker } from '../broker.ts'
import { firstRecord } from '../first-record.ts'
import { alternate, type Bench, type Measurement, samplesOf } from '../rounds.ts'
import type { Contender } from '../contenders.ts'

const topic = 'first'

interface Starts {
  readonly freshMs: number
  /** Undefined where a second start is as good as a first. */
  readonly againMs?: number
}

export const start: Measurement = {
  name: 'start',
  title: 'Start',
  about:
    'From the start of the process to the first acknowledged record of a client that is waiting for it. On a fresh directory the ' +
    'client also makes the topic; "again" is the same directory after a stop by SIGTERM. Formatting the directory, which Kafka needs ' +
    'once, is not counted. What keeps nothing has no second start.',
  async run(bench) {
    const turns = await alternate(bench, {
      title: 'start',
      turn: (contender) => oneTurn(bench, contender),
      say: (starts) =>
        [starts.freshMs, starts.againMs]
          .map((ms) => (ms === undefined ? 'none' : `${ms.toFixed()} ms`))
          .join(', again '),
    })
    const common = { unit: 'ms', better: 'less' } as const
    return [
      { title: 'fresh directory', ...common, ...samplesOf(turns, ({ freshMs }) => freshMs) },
      { title: 'again, after a clean stop', ...common, ...samplesOf(turns, ({ againMs }) => againMs) },
    ]
  },
}

async function oneTurn(bench: Bench, contender: Contender): Promise<Starts> {
  await using broker = await Broker.prepare(contender, bench.root)
  const freshMs = await launchToRecord(broker, true)
  if (!contender.keeps) return { freshMs }
  await broker.stop()
  return { freshMs, againMs: await launchToRecord(broker, false) }
}

async function launchToRecord(broker: Broker, create: boolean): Promise<number> {
  const began = performance.now()
  broker.launch()
  await firstRecord({ port: broker.port, topic, create, check: () => broker.check() })
  return performance.now() - began
}
