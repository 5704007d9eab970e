// Configs of the broker that are changed while it runs.

import { MemoryDisk } from '@jackdaw/adapter-memory'
import { DescribeConfigs, errorCode, IncrementalAlterConfigs } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { batchOf, startTestBroker, type TestClient } from './support.ts'
import { createTopic, produceTo } from './topics.ts'

const BROKER = 4
const [SET, DELETE] = [0, 1]

const alter = async (client: TestClient, resourceName: string, name: string, value: string | null) => {
  const configs = [{ name, value, configOperation: value === null ? DELETE : SET }]
  const resources = [{ resourceType: BROKER, resourceName, configs }]
  const { responses } = await client.send(IncrementalAlterConfigs, 1, { resources, validateOnly: false })
  return responses[0]?.errorCode
}

const large = batchOf(['x'.repeat(500)])
const errorOf = async (client: TestClient, topic: string) =>
  (await produceTo(client, topic, Buffer.from(large)))?.errorCode
const tooLarge = errorCode('MESSAGE_TOO_LARGE')

describe('a broker config that is dynamic', () => {
  test('holds for topics that do not set it themselves, at once and after a restart', async () => {
    const disk = new MemoryDisk()
    const first = await startTestBroker({ disk, configs: { 'message.max.bytes': '100000' } })
    const client = await first.connect()
    await createTopic(client, 'orders')
    await createTopic(client, 'own', 1, { 'max.message.bytes': '100000' })
    expect(await errorOf(client, 'orders')).toBe(0)
    expect(await alter(client, '', 'message.max.bytes', '300')).toBe(0)
    expect(await errorOf(client, 'orders')).toBe(tooLarge)
    expect(await errorOf(client, 'own')).toBe(0)
    await first.broker.close()
    const again = await (await startTestBroker({ disk, configs: { 'message.max.bytes': '100000' } })).connect()
    expect(await errorOf(again, 'orders')).toBe(tooLarge)
    expect(await alter(again, '', 'message.max.bytes', null)).toBe(0)
    expect(await errorOf(again, 'orders')).toBe(0)
  })

  test('of this broker is stronger than that of all', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    expect(await alter(client, '', 'message.max.bytes', '300')).toBe(0)
    expect(await alter(client, '1', 'message.max.bytes', '100000')).toBe(0)
    expect(await errorOf(client, 'orders')).toBe(0)
    expect(await alter(client, '1', 'message.max.bytes', null)).toBe(0)
    expect(await errorOf(client, 'orders')).toBe(tooLarge)
  })

  test('is what lists begin with that are appended to', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    expect(await alter(client, '', 'log.cleanup.policy', 'compact')).toBe(0)
    const appended = [{ name: 'cleanup.policy', configOperation: 2, value: 'delete' }]
    const resources = [{ resourceType: 2, resourceName: 'orders', configs: appended }]
    await client.send(IncrementalAlterConfigs, 1, { resources, validateOnly: false })
    const asked = [{ resourceType: 2, resourceName: 'orders', configurationKeys: ['cleanup.policy'] }]
    const { results } = await client.send(DescribeConfigs, 4, { resources: asked })
    expect(results[0]?.configs).toMatchObject([{ value: 'compact,delete' }])
  })
})

test('max.connections holds for connections that come after it was changed', async () => {
  const { connect } = await startTestBroker()
  const client = await connect()
  expect(await alter(client, '', 'max.connections', '1')).toBe(0)
  expect(await (await connect()).next()).toBeUndefined()
  expect(await alter(client, '', 'max.connections', null)).toBe(0)
  const another = await connect()
  expect(await alter(another, '', 'max.connections', null)).toBe(0)
})

test('a broker config that is read at start only cannot be changed', async () => {
  const client = await (await startTestBroker()).connect()
  expect(await alter(client, '1', 'num.partitions', '3')).toBe(errorCode('INVALID_CONFIG'))
})

test('the throttles of reassignment tools can be deleted though they were never set', async () => {
  const client = await (await startTestBroker()).connect()
  for (const side of ['leader', 'follower']) {
    expect(await alter(client, '1', `${side}.replication.throttled.rate`, null)).toBe(0)
  }
})
