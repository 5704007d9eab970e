// What administrators ask of a cluster with several nodes, answered by one.

import { MemoryDisk } from '@jackdaw/adapter-memory'
import {
  AlterPartitionReassignments,
  CreateAcls,
  DeleteAcls,
  DescribeAcls,
  DescribeCluster,
  DescribeQuorum,
  DescribeUserScramCredentials,
  ElectLeaders,
  errorCode,
  IncrementalAlterConfigs,
  ListConfigResources,
  ListPartitionReassignments,
  UnregisterBroker,
  UpdateFeatures,
  type ErrorName,
} from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { features } from '../../src/features.ts'
import { startTestBroker } from '../support.ts'
import { createTopic } from '../topics.ts'

describe('one node', () => {
  test('an election is not needed, and says so only of partitions that were named', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders', 2)
    const named = await client.send(ElectLeaders, 2, {
      electionType: 0,
      topicPartitions: [{ topic: 'orders', partitions: [1, 4] }],
    })
    expect(named.replicaElectionResults[0]?.partitionResult).toMatchObject([
      { partitionId: 1, errorCode: errorCode('ELECTION_NOT_NEEDED') },
      { partitionId: 4, errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION') },
    ])
    const all = await client.send(ElectLeaders, 2, { electionType: 1, topicPartitions: null })
    expect(all).toMatchObject({ errorCode: 0, replicaElectionResults: [] })
    const neither = await client.send(ElectLeaders, 2, { electionType: 2, topicPartitions: null })
    expect(neither.errorCode).toBe(errorCode('INVALID_REQUEST'))
  })

  test('the present assignment is done at once, and any other refused', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    const cases: readonly (readonly [number, readonly number[] | null, ErrorName])[] = [
      [0, [1], 'NONE'],
      [0, null, 'NO_REASSIGNMENT_IN_PROGRESS'],
      [0, [], 'INVALID_REPLICA_ASSIGNMENT'],
      [0, [1, 1], 'INVALID_REPLICA_ASSIGNMENT'],
      [0, [2], 'INVALID_REPLICA_ASSIGNMENT'],
      [3, [1], 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]
    for (const [partitionIndex, replicas, error] of cases) {
      const partitions = [{ partitionIndex, replicas: replicas === null ? null : [...replicas] }]
      const { responses } = await client.send(AlterPartitionReassignments, 1, {
        topics: [{ name: 'orders', partitions }],
      })
      expect(responses[0]?.partitions[0]?.errorCode, String(replicas)).toBe(errorCode(error))
    }
    expect((await client.send(ListPartitionReassignments, 0, { topics: null })).topics).toEqual([])
  })

  test('the metadata log has one voter, which is this broker', async () => {
    const client = await (await startTestBroker()).connect()
    const partitions = [{ partitionIndex: 0 }]
    const { topics, nodes } = await client.send(DescribeQuorum, 2, {
      topics: [
        { topicName: '__cluster_metadata', partitions },
        { topicName: 'orders', partitions },
      ],
    })
    const [log] = topics[0]?.partitions ?? []
    expect(log).toMatchObject({ errorCode: 0, leaderId: 1, observers: [], currentVoters: [{ replicaId: 1 }] })
    expect(log?.highWatermark).toBeGreaterThan(0)
    expect(log?.currentVoters[0]?.logEndOffset).toBe(log?.highWatermark)
    expect(topics[1]?.partitions[0]?.errorCode).toBe(errorCode('UNKNOWN_TOPIC_OR_PARTITION'))
    expect(nodes).toMatchObject([{ nodeId: 1, listeners: [{ name: 'PLAINTEXT', host: '127.0.0.1' }] }])
  })

  test('features stay at the level that is in force', async () => {
    const client = await (await startTestBroker()).connect()
    const update = async (feature: string, maxVersionLevel: number) => {
      const featureUpdates = [{ feature, maxVersionLevel }]
      const { errorCode: error, results } = await client.send(UpdateFeatures, 1, { featureUpdates })
      expect(results.map((one) => [one.feature, one.errorCode])).toEqual([[feature, error]])
      return error
    }
    const invalid = errorCode('INVALID_UPDATE_VERSION')
    expect(await update('no.such.version', 1)).toBe(invalid)
    expect(features.length).toBeGreaterThan(0)
    for (const { name, level, minVersion, maxVersion } of features) {
      expect(await update(name, level)).toBe(0)
      expect(await update(name, maxVersion + 1)).toBe(invalid)
      if (minVersion !== level) expect(await update(name, minVersion)).toBe(invalid)
    }
    expect((await client.send(UpdateFeatures, 2, { featureUpdates: [] })).errorCode).toBe(0)
  })

  test('a broker that is gone is forgotten, one that runs is not', async () => {
    const disk = new MemoryDisk()
    const first = await startTestBroker({ disk, configs: { 'node.id': '7' } })
    await first.broker.close()
    const client = await (await startTestBroker({ disk, configs: { 'node.id': '1' } })).connect()
    const ids = async () =>
      (await client.send(DescribeCluster, 0, { includeClusterAuthorizedOperations: false })).brokers.map(
        ({ brokerId }) => brokerId,
      )
    expect(await ids()).toEqual([1, 7])
    const unregister = async (brokerId: number) => (await client.send(UnregisterBroker, 0, { brokerId })).errorCode
    expect(await unregister(1)).toBe(errorCode('INVALID_REQUEST'))
    expect(await unregister(9)).toBe(errorCode('BROKER_ID_NOT_REGISTERED'))
    expect(await unregister(7)).toBe(errorCode('NONE'))
    expect(await ids()).toEqual([1])
  })

  test('a broker on which partitions still wait is not forgotten', async () => {
    const disk = new MemoryDisk()
    const first = await startTestBroker({ disk, configs: { 'node.id': '7' } })
    await createTopic(await first.connect(), 'orders')
    await first.broker.close()
    const client = await (await startTestBroker({ disk })).connect()
    const refused = await client.send(UnregisterBroker, 0, { brokerId: 7 })
    expect(refused.errorCode).toBe(errorCode('INVALID_REQUEST'))
    expect(refused.errorMessage).toContain("'orders'")
  })

  test('without an authorizer access rules are disabled, for each that was asked', async () => {
    const client = await (await startTestBroker()).connect()
    const disabled = errorCode('SECURITY_DISABLED')
    const what = { operation: 2, permissionType: 3 }
    const rule = { resourceType: 2, resourceName: 'orders', principal: 'User:u', host: '*', ...what }
    const filter = { resourceTypeFilter: 1, resourceNameFilter: null, principalFilter: null, hostFilter: null, ...what }
    expect(await client.send(DescribeAcls, 3, filter)).toMatchObject({ errorCode: disabled, resources: [] })
    const created = await client.send(CreateAcls, 3, { creations: [rule, rule] })
    expect(created.results.map((one) => one.errorCode)).toEqual([disabled, disabled])
    const deleted = await client.send(DeleteAcls, 3, { filters: [filter] })
    expect(deleted.filterResults).toMatchObject([{ errorCode: disabled, matchingAcls: [] }])
  })

  test('nobody has SCRAM credentials', async () => {
    const client = await (await startTestBroker()).connect()
    expect(await client.send(DescribeUserScramCredentials, 0, { users: null })).toMatchObject({
      errorCode: 0,
      results: [],
    })
    const { results } = await client.send(DescribeUserScramCredentials, 0, { users: [{ name: 'anna' }] })
    expect(results).toMatchObject([{ user: 'anna', errorCode: errorCode('RESOURCE_NOT_FOUND') }])
  })

  test('config resources are listed by type', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    await client.send(IncrementalAlterConfigs, 1, {
      resources: [
        {
          resourceType: 32,
          resourceName: 'readers',
          configs: [{ name: 'consumer.session.timeout.ms', configOperation: 0, value: '50000' }],
        },
      ],
      validateOnly: false,
    })
    const list = (version: number, resourceTypes: number[]) =>
      client.send(ListConfigResources, version, { resourceTypes })
    expect((await list(1, [])).configResources).toEqual([
      { resourceName: 'orders', resourceType: 2 },
      { resourceName: '1', resourceType: 4 },
      { resourceName: 'readers', resourceType: 32 },
    ])
    expect((await list(1, [32])).configResources).toEqual([{ resourceName: 'readers', resourceType: 32 }])
    expect((await list(0, [])).configResources).toEqual([])
    expect((await list(1, [3])).errorCode).toBe(errorCode('UNSUPPORTED_VERSION'))
  })
})
