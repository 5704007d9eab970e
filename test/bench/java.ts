// Kafka's programs with the JVM options of Kafka's own scripts. The toolbox tunes its JVMs for short commands (serial collector,
// first compiler only); measured like that, Kafka would look worse than it is. Of two options that differ the JVM takes the later.

import type { KafkaJars } from '../interop/toolbox/kafka-jars.ts'
import type { Program } from '../interop/toolbox/process.ts'
import { findTool } from '../interop/toolbox/toolbox.ts'

/** What kafka-run-class.sh gives every program, after taking back the toolbox's choices. */
const asShipped = [
  '-XX:TieredStopAtLevel=4',
  '-XX:-UseSerialGC',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-Djava.awt.headless=true',
]
/** kafka-server-start.sh. */
const serverHeap = ['-Xmx1G', '-Xms1G']
/** kafka-producer-perf-test.sh and its sister take up to 512 MB; here from the start, so that no turn pays for growth. */
const clientHeap = ['-Xmx512M', '-Xms512M']

const consumerPerformance = 'org.apache.kafka.tools.ConsumerPerformance'

export interface KafkaPrograms {
  readonly server: Program
  readonly storage: Program
  readonly producerPerformance: Program
  readonly consumerPerformance: Program
}

/** Throws where Kafka or Java cannot be had. */
export async function kafkaPrograms(): Promise<KafkaPrograms> {
  const found = await findTool('kafka')
  if (found.missing !== undefined) throw new Error(found.missing)
  const jars: KafkaJars = found.tool
  const producer = jars.program('kafka-producer-perf-test', [...asShipped, ...clientHeap])
  return {
    server: jars.program('kafka-server-start', [...asShipped, ...serverHeap]),
    storage: jars.program('kafka-storage'),
    producerPerformance: producer,
    consumerPerformance: withMainClass(producer, consumerPerformance),
  }
}

/** The last argument of a toolbox program is its main class. */
function withMainClass(program: Program, mainClass: string): Program {
  return { ...program, args: [...(program.args ?? []).slice(0, -1), mainClass] }
}
