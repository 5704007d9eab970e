import { AlterConfigs, DescribeConfigs, errorCode } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { startTestBroker, type TestClient } from '../support.ts'
import { createTopic } from '../topics.ts'

const TOPIC = 2
const OWN = 1

const ownConfigs = async (client: TestClient, resourceName: string) => {
  const resources = [{ resourceType: TOPIC, resourceName, configurationKeys: null }]
  const { results } = await client.send(DescribeConfigs, 4, { resources })
  return results[0]?.configs.filter(({ configSource }) => configSource === OWN).map(({ name, value }) => [name, value])
}

const alter = async (
  client: TestClient,
  resourceName: string,
  configs: Readonly<Record<string, string | null>>,
  validateOnly = false,
) => {
  const entries = Object.entries(configs).map(([name, value]) => ({ name, value }))
  const resources = [{ resourceType: TOPIC, resourceName, configs: entries }]
  return (await client.send(AlterConfigs, 2, { resources, validateOnly })).responses[0]
}

describe('AlterConfigs', () => {
  test('sets what is named and returns the rest to its default', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders', 1, { 'retention.ms': '5', 'cleanup.policy': 'compact' })
    expect(await alter(client, 'orders', { 'retention.ms': '7', 'segment.ms': '9' })).toMatchObject({ errorCode: 0 })
    expect(await ownConfigs(client, 'orders')).toEqual([
      ['retention.ms', '7'],
      ['segment.ms', '9'],
    ])
    expect(await alter(client, 'orders', {})).toMatchObject({ errorCode: 0 })
    expect(await ownConfigs(client, 'orders')).toEqual([])
  })

  test('changes nothing when it only validates, or refuses', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders', 1, { 'retention.ms': '5' })
    expect(await alter(client, 'orders', { 'segment.ms': '9' }, true)).toMatchObject({ errorCode: 0 })
    const invalid = errorCode('INVALID_CONFIG')
    expect(await alter(client, 'orders', { 'segment.ms': 'soon' })).toMatchObject({ errorCode: invalid })
    expect(await alter(client, 'orders', { 'no.such.config': '1' })).toMatchObject({ errorCode: invalid })
    expect(await alter(client, 'orders', { 'segment.ms': null })).toMatchObject({
      errorCode: errorCode('INVALID_REQUEST'),
    })
    expect(await alter(client, 'nowhere', {})).toMatchObject({ errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION') })
    expect(await ownConfigs(client, 'orders')).toEqual([['retention.ms', '5']])
  })
})
