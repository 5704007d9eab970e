// Topics and records for tests that are about something else.

import { CreateTopics, errorCode, Produce } from '@jackdaw/protocol'
import { expect } from 'vitest'

import { batchOf, type TestClient } from './support.ts'

export const createTopic = async (
  client: TestClient,
  name: string,
  numPartitions = 1,
  configs: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const topic = {
    name,
    numPartitions,
    replicationFactor: 1,
    assignments: [],
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  }
  const { topics } = await client.send(CreateTopics, 7, { topics: [topic], timeoutMs: 5000, validateOnly: false })
  expect(topics[0]?.errorCode).toBe(errorCode('NONE'))
  return topics[0]?.topicId as string
}

/** The partition's part of the answer. */
export const produceTo = async (client: TestClient, name: string, records = batchOf(['x']), index = 0) => {
  const topicData = [{ name, partitionData: [{ index, records }] }]
  const { responses } = await client.send(Produce, 9, { acks: -1, timeoutMs: 5000, topicData })
  return responses[0]?.partitionResponses[0]
}
