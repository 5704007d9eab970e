// Topics where the storage has room for few logs.

import { CreateTopics, errorCode } from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { startTestBroker } from '../support.ts'

test('a topic is refused that would fill the storage, whose first log holds cluster metadata', async () => {
  const { connect } = await startTestBroker({ supports: { maxLogs: 4 } })
  const client = await connect()
  const create = async (name: string, numPartitions: number) => {
    const topic = { name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }
    const { topics } = await client.send(CreateTopics, 7, { topics: [topic], timeoutMs: 5000, validateOnly: false })
    return topics[0]?.errorCode
  }
  expect(await create('too-large', 4)).toBe(errorCode('POLICY_VIOLATION'))
  expect(await create('just-fits', 3)).toBe(errorCode('NONE'))
  expect(await create('too-late', 1)).toBe(errorCode('POLICY_VIOLATION'))
})
