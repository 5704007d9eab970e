// Every version that is advertised is asked once and has to come back readable.

import { apis, errorCode, ZERO_UUID, type Api } from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { handlers } from '../src/handlers/index.ts'
import { batchOf, startTestBroker } from './support.ts'

/** A request of each API that says something, where an empty one would say nothing. */
const samples: Readonly<Record<string, (version: number) => object>> = {
  Produce: (version) => ({
    acks: -1,
    timeoutMs: 5000,
    topicData: [{ ...topicRef(version >= 13), partitionData: [{ index: 0, records: batchOf(['one']) }] }],
  }),
  Fetch: (version) => ({
    maxWaitMs: 0,
    minBytes: 0,
    topics: [
      {
        ...(version >= 13 ? { topicId } : { topic: 'sample' }),
        partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }],
      },
    ],
  }),
  ListOffsets: () => ({
    replicaId: -1,
    topics: [{ name: 'sample', partitions: [-1, -2, -3, 0].map((timestamp) => ({ partitionIndex: 0, timestamp })) }],
  }),
  Metadata: (version) => ({
    topics: [version >= 12 ? { topicId, name: null } : { name: 'sample', topicId: ZERO_UUID }],
  }),
  FindCoordinator: (version) => (version >= 4 ? { coordinatorKeys: ['group'] } : { key: 'group' }),
  ApiVersions: (version) => (version >= 3 ? { clientSoftwareName: 'test', clientSoftwareVersion: '1' } : {}),
  CreateTopics: (version) => ({
    topics: [{ name: `created-in-${version}`, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
  }),
  DeleteTopics: (version) =>
    version >= 6
      ? { topics: [{ name: 'nowhere', topicId: ZERO_UUID }], timeoutMs: 1000 }
      : { topicNames: ['nowhere'], timeoutMs: 1000 },
  AddPartitionsToTxn: (version) => {
    const topics = [{ name: 'sample', partitions: [0] }]
    if (version >= 4)
      return { transactions: [{ transactionalId: 't', producerId: 1, producerEpoch: 0, verifyOnly: true, topics }] }
    return {
      v3AndBelowTransactionalId: 't',
      v3AndBelowProducerId: 1,
      v3AndBelowProducerEpoch: 0,
      v3AndBelowTopics: topics,
    }
  },
  AddOffsetsToTxn: () => ({ transactionalId: 't', producerId: 1, producerEpoch: 0, groupId: 'other' }),
  EndTxn: () => ({ transactionalId: 't', producerId: 1, producerEpoch: 0, committed: true }),
  WriteTxnMarkers: () => ({
    markers: [
      {
        producerId: 1,
        producerEpoch: 0,
        transactionResult: false,
        topics: [{ name: 'sample', partitionIndexes: [0, 7] }],
        coordinatorEpoch: 0,
      },
    ],
  }),
  TxnOffsetCommit: () => ({
    transactionalId: 't',
    groupId: 'other',
    producerId: 1,
    producerEpoch: 0,
    memberId: '',
    topics: [{ name: 'sample', partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }] }],
  }),
  DescribeTransactions: () => ({ transactionalIds: ['t', ''] }),
  ListTransactions: () => ({ stateFilters: ['Ongoing', 'nothing'], producerIdFilters: [] }),
  InitProducerId: () => ({ transactionalId: null, transactionTimeoutMs: 1000 }),
  OffsetForLeaderEpoch: () => ({ topics: [{ topic: 'sample', partitions: [{ partition: 0, leaderEpoch: 0 }] }] }),
  DescribeConfigs: () => ({
    resources: [
      { resourceType: 2, resourceName: 'sample', configurationKeys: null },
      { resourceType: 4, resourceName: '1', configurationKeys: null },
    ],
  }),
  CreatePartitions: () => ({
    topics: [{ name: 'nowhere', count: 3, assignments: null }],
    timeoutMs: 1000,
    validateOnly: false,
  }),
  IncrementalAlterConfigs: () => ({
    resources: [
      { resourceType: 2, resourceName: 'sample', configs: [{ name: 'retention.ms', configOperation: 0, value: '9' }] },
    ],
    validateOnly: true,
  }),
  DescribeCluster: () => ({ includeClusterAuthorizedOperations: false }),
  DescribeTopicPartitions: () => ({ topics: [{ name: 'sample' }] }),
  JoinGroup: (version) => ({
    groupId: `group-${version}`,
    sessionTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  }),
  SyncGroup: () => ({ groupId: 'group', generationId: 1, memberId: 'nobody', assignments: [] }),
  Heartbeat: () => ({ groupId: 'group', generationId: 1, memberId: 'nobody' }),
  LeaveGroup: (version) =>
    version >= 3 ? { groupId: 'group', members: [{ memberId: 'nobody' }] } : { groupId: 'group', memberId: 'nobody' },
  OffsetCommit: (version) => ({
    groupId: 'other',
    generationIdOrMemberEpoch: -1,
    memberId: '',
    topics: [
      {
        ...topicRef(version >= 10),
        partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: 'm' }],
      },
    ],
  }),
  OffsetFetch: (version) => {
    if (version >= 8)
      return { groups: [{ groupId: 'other', topics: [{ ...topicRef(version >= 10), partitionIndexes: [0] }] }] }
    return { groupId: 'other', topics: [{ name: 'sample', partitionIndexes: [0] }] }
  },
  OffsetDelete: () => ({ groupId: 'other', topics: [{ name: 'sample', partitions: [{ partitionIndex: 1 }] }] }),
  ListGroups: () => ({}),
  DescribeGroups: () => ({ groups: ['other', 'nothing'] }),
  DeleteGroups: () => ({ groupsNames: ['nothing'] }),
  DeleteRecords: () => ({
    topics: [{ name: 'sample', partitions: [{ partitionIndex: 1, offset: -1 }] }],
    timeoutMs: 1000,
  }),
  DescribeAcls: () => aclFilter,
  CreateAcls: () => ({
    creations: [
      { resourceType: 2, resourceName: 'sample', principal: 'User:u', host: '*', operation: 2, permissionType: 3 },
    ],
  }),
  DeleteAcls: () => ({ filters: [aclFilter] }),
  AlterConfigs: () => ({
    resources: [{ resourceType: 2, resourceName: 'sample', configs: [{ name: 'retention.ms', value: '9' }] }],
    validateOnly: true,
  }),
  DescribeLogDirs: () => ({ topics: [{ topic: 'sample', partitions: [0, 1] }] }),
  ElectLeaders: () => ({ topicPartitions: [{ topic: 'sample', partitions: [0] }] }),
  AlterPartitionReassignments: () => ({
    topics: [{ name: 'sample', partitions: [{ partitionIndex: 0, replicas: [1] }] }],
  }),
  ListPartitionReassignments: () => ({ topics: [{ name: 'sample', partitionIndexes: [0] }] }),
  DescribeClientQuotas: () => ({ components: [{ entityType: 'user', matchType: 2, match: null }], strict: false }),
  AlterClientQuotas: () => ({
    entries: [
      {
        entity: [{ entityType: 'client-id', entityName: 'c' }],
        ops: [{ key: 'producer_byte_rate', value: 1e9, remove: false }],
      },
    ],
    validateOnly: false,
  }),
  DescribeUserScramCredentials: () => ({ users: [{ name: 'nobody' }] }),
  DescribeQuorum: () => ({ topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] }),
  UpdateFeatures: () => ({ featureUpdates: [{ feature: 'nothing', maxVersionLevel: 1 }] }),
  DescribeProducers: () => ({ topics: [{ name: 'sample', partitionIndexes: [0] }] }),
  UnregisterBroker: () => ({ brokerId: 7 }),
  ConsumerGroupHeartbeat: (version) => ({
    groupId: 'new',
    memberId: version >= 1 ? 'member' : '',
    memberEpoch: 0,
    rebalanceTimeoutMs: 10_000,
    subscribedTopicNames: ['sample'],
    topicPartitions: [],
  }),
  ConsumerGroupDescribe: () => ({ groupIds: ['new', 'nothing'] }),
  ListConfigResources: () => ({}),
}

const aclFilter = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
}

let topicId = ''
const topicRef = (byId: boolean) => (byId ? { topicId } : { name: 'sample' })

test('every served version of every API is answered in its own words', async () => {
  const { connect } = await startTestBroker({ configs: { 'offsets.topic.num.partitions': '2' } })
  const client = await connect()
  const byName = (name: string) => apis.find((api) => api.name === name) as Api
  const created = (await client.send(byName('CreateTopics'), 7, {
    topics: [{ name: 'sample', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
  })) as { topics: { topicId: string; errorCode: number }[] }
  expect(created.topics[0]?.errorCode).toBe(errorCode('NONE'))
  topicId = created.topics[0]?.topicId as string
  await client.send(byName('FindCoordinator'), 4, { coordinatorKeys: ['group'] })
  for (const { api, versions } of handlers) {
    const sample = samples[api.name]
    expect(sample, `a sample request of ${api.name}`).toBeDefined()
    for (let version = versions.min; version <= versions.max; version++) {
      await client.send(api, version, sample?.(version) as object)
    }
  }
})

test('nothing is served that the protocol does not know or marks as unfinished', () => {
  for (const { api, versions } of handlers) {
    expect(versions.min).toBeGreaterThanOrEqual(api.versions.min)
    expect(versions.max).toBeLessThanOrEqual(api.latestVersionUnstable ? api.versions.max - 1 : api.versions.max)
  }
})

test('handlers stand in key order, one for each key', () => {
  const keys = handlers.map(({ api }) => api.key)
  expect(keys).toEqual([...new Set(keys)].toSorted((a, b) => a - b))
})
