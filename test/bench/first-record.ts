// How long a broker keeps a waiting producer waiting: from the start of its process to the first acknowledged record. The client
// is ready before the broker is; it tries again at once until somebody accepts, knows the topic and acknowledges.

import { setTimeout as pause } from 'node:timers/promises'
import { CreateTopics, encodeBatch, errorCode, Produce } from '@jackdaw/protocol'
import { Wire } from './wire.ts'

const CREATE_TOPICS_VERSION = 5
const PRODUCE_VERSION = 9
const TIMEOUT_MS = 30_000
/** How finely the time is told. Small beside any start, and too seldom to take the processor from the broker. */
const RETRY_EVERY_MS = 5

export interface FirstRecord {
  readonly port: number
  readonly topic: string
  /** Made by this client, so that its making is part of the time. Otherwise it has to be there already. */
  readonly create: boolean
  /** Called before each attempt: throws where there is no broker to wait for any more. */
  readonly check: () => void
}

/** Resolves when one record is acknowledged. */
export async function firstRecord(first: FirstRecord, withinMs = 120_000): Promise<void> {
  const deadline = performance.now() + withinMs
  let last: unknown
  while (performance.now() < deadline) {
    first.check()
    try {
      return await attempt(first)
    } catch (error) {
      last = error
    }
    await pause(RETRY_EVERY_MS)
  }
  throw new Error(`No record was acknowledged within ${withinMs} ms; the last failure was: ${String(last)}`)
}

/** Keeps its connection for as long as the broker only says "not yet". */
async function attempt({ port, topic, create, check }: FirstRecord): Promise<void> {
  using wire = await Wire.open(port)
  for (let made = !create; ; await pause(RETRY_EVERY_MS)) {
    check()
    made ||= await makeTopic(wire, topic)
    if (made && (await produceOne(wire, topic))) return
  }
}

async function makeTopic(wire: Wire, name: string): Promise<boolean> {
  const topics = [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }]
  const { topics: created } = await wire.ask(CreateTopics, CREATE_TOPICS_VERSION, { topics, timeoutMs: TIMEOUT_MS })
  const code = created[0]?.errorCode
  return code === 0 || code === errorCode('TOPIC_ALREADY_EXISTS')
}

async function produceOne(wire: Wire, name: string): Promise<boolean> {
  const records = encodeBatch({ records: [{ timestamp: Date.now(), value: Buffer.from('the first') }] })
  const topicData = [{ name, partitionData: [{ index: 0, records }] }]
  const { responses } = await wire.ask(Produce, PRODUCE_VERSION, { acks: -1, timeoutMs: TIMEOUT_MS, topicData })
  return responses[0]?.partitionResponses[0]?.errorCode === 0
}
