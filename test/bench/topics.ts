// Topics by the protocol, the same requests to every contender: made before a turn and gone after it.

import { CreateTopics, DeleteTopics, errorName, Metadata } from '@jackdaw/protocol'
import { until } from '../interop/toolbox/until.ts'
import { Wire } from './wire.ts'

const CREATE_TOPICS_VERSION = 5
const DELETE_TOPICS_VERSION = 4
const METADATA_VERSION = 9
const TIMEOUT_MS = 30_000

/** Resolves when every partition has a leader, so that no turn measures the making of its topic. */
export async function createTopic(port: number, name: string, partitions: number): Promise<void> {
  using wire = await Wire.open(port)
  const topics = [{ name, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }]
  const { topics: created } = await wire.ask(CreateTopics, CREATE_TOPICS_VERSION, { topics, timeoutMs: TIMEOUT_MS })
  for (const { errorCode, errorMessage } of created) refuse(`CreateTopics ${name}`, errorCode, errorMessage)
  const led = async () => (await leaders(wire, name)).filter((leader) => leader >= 0).length === partitions
  await until(`the leaders of ${name}`, led, { withinMs: TIMEOUT_MS, everyMs: 20 })
}

export async function deleteTopic(port: number, name: string): Promise<void> {
  using wire = await Wire.open(port)
  const body = { topicNames: [name], topics: [], timeoutMs: TIMEOUT_MS }
  const { responses } = await wire.ask(DeleteTopics, DELETE_TOPICS_VERSION, body)
  for (const { errorCode } of responses) refuse(`DeleteTopics ${name}`, errorCode)
}

async function leaders(wire: Wire, name: string): Promise<readonly number[]> {
  const { topics } = await wire.ask(Metadata, METADATA_VERSION, { topics: [{ name }], allowAutoTopicCreation: false })
  return topics[0]?.partitions.map(({ leaderId }) => leaderId) ?? []
}

function refuse(what: string, errorCode: number, message: string | null = null): void {
  if (errorCode === 0) return
  throw new Error(`${what}: ${errorName(errorCode) ?? errorCode}${message === null ? '' : ` (${message})`}`)
}
