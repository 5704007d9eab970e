// Groups of the consumer protocol over real sockets: joins of both versions, partitions that come, configs of groups, what
// administrators see, and a coordinator that starts again.

import { MemoryDisk } from '@jackdaw/adapter-memory'
import {
  ApiVersions,
  ConsumerGroupDescribe,
  ConsumerGroupHeartbeat,
  type ConsumerGroupHeartbeatResponse,
  CreatePartitions,
  CreateTopics,
  DeleteGroups,
  DeleteTopics,
  errorName,
  FindCoordinator,
  IncrementalAlterConfigs,
  ListGroups,
  OffsetCommit,
  OffsetFetch,
  ZERO_UUID,
} from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { startTestBroker, type TestBrokerOptions, type TestClient } from './support.ts'

const GROUP = 'readers'
const TOPIC = 'events'
const GROUP_RESOURCE = 32

const start = async (options: TestBrokerOptions = {}) => {
  const configs = {
    'offsets.topic.num.partitions': '2',
    'group.consumer.assignment.interval.ms': '0',
    ...options.configs,
  }
  const started = await startTestBroker({ ...options, configs })
  const client = await started.connect()
  const found = await client.send(FindCoordinator, 4, { keyType: 0, coordinatorKeys: [GROUP] })
  expect(found.coordinators[0]?.errorCode).toBe(0)
  return { client, broker: started.broker }
}

const createTopic = async (client: TestClient, name = TOPIC, numPartitions = 3): Promise<string> => {
  const topic = { name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }
  const { topics } = await client.send(CreateTopics, 7, { topics: [topic], timeoutMs: 5_000, validateOnly: false })
  return topics[0]?.topicId ?? ZERO_UUID
}

const joining = (memberId: string) => ({
  groupId: GROUP,
  memberId,
  memberEpoch: 0,
  rebalanceTimeoutMs: 10_000,
  subscribedTopicNames: [TOPIC],
  subscribedTopicRegex: null,
  topicPartitions: [],
})

const beating = ({ memberId, memberEpoch, assignment }: ConsumerGroupHeartbeatResponse) => ({
  groupId: GROUP,
  memberId: memberId ?? '',
  memberEpoch,
  subscribedTopicRegex: null,
  topicPartitions: assignment?.topicPartitions ?? null,
})

const error = (response: { readonly errorCode: number }) => errorName(response.errorCode)

test('a member of version 0 is given an id, one of version 1 brings its own', async () => {
  const { client } = await start()
  const topicId = await createTopic(client)
  const { subscribedTopicRegex: _none, ...old } = joining('')
  const first = await client.send(ConsumerGroupHeartbeat, 0, old)
  expect(first).toMatchObject({ errorCode: 0, memberEpoch: 1, heartbeatIntervalMs: 5_000 })
  expect(first.memberId).toMatch(/^[\w-]{22}$/)
  expect(first.assignment?.topicPartitions).toEqual([{ topicId, partitions: [0, 1, 2] }])
  expect(error(await client.send(ConsumerGroupHeartbeat, 1, joining('')))).toBe('INVALID_REQUEST')
  expect(await client.send(ConsumerGroupHeartbeat, 1, joining('mine'))).toMatchObject({
    errorCode: 0,
    memberId: 'mine',
    memberEpoch: 2,
    assignment: { topicPartitions: [] },
  })
})

test('members learn of partitions and topics that come and go', async () => {
  const { client } = await start()
  const topicId = await createTopic(client)
  const joined = await client.send(ConsumerGroupHeartbeat, 1, { ...joining('a'), subscribedTopicRegex: 'ev.*|late.*' })
  const grown = { topics: [{ name: TOPIC, count: 4, assignments: null }], timeoutMs: 5_000, validateOnly: false }
  await client.send(CreatePartitions, 3, grown)
  const later = await createTopic(client, 'later', 1)
  const next = await client.send(ConsumerGroupHeartbeat, 1, beating(joined))
  expect(next.memberEpoch).toBeGreaterThan(joined.memberEpoch)
  expect(next.assignment?.topicPartitions).toEqual([
    { topicId, partitions: [0, 1, 2, 3] },
    { topicId: later, partitions: [0] },
  ])
  await client.send(DeleteTopics, 6, { topics: [{ name: TOPIC, topicId: ZERO_UUID }], timeoutMs: 5_000 })
  const told = await client.send(ConsumerGroupHeartbeat, 1, beating(next))
  expect(told.assignment?.topicPartitions).toEqual([{ topicId: later, partitions: [0] }])
})

test('a group has configs of its own', async () => {
  const { client } = await start()
  await createTopic(client)
  const configs = [{ name: 'consumer.heartbeat.interval.ms', configOperation: 0, value: '7000' }]
  const resources = [{ resourceType: GROUP_RESOURCE, resourceName: GROUP, configs }]
  const altered = await client.send(IncrementalAlterConfigs, 1, { resources, validateOnly: false })
  expect(altered.responses[0]?.errorCode).toBe(0)
  expect(await client.send(ConsumerGroupHeartbeat, 1, joining('a'))).toMatchObject({ heartbeatIntervalMs: 7_000 })
})

test('administrators see who has what, and delete a group when all have left', async () => {
  const { client } = await start()
  const topicId = await createTopic(client)
  const joined = await client.send(ConsumerGroupHeartbeat, 1, joining('a'))
  const described = await client.send(ConsumerGroupDescribe, 1, {
    groupIds: [GROUP, 'nobody'],
    includeAuthorizedOperations: false,
  })
  const assignment = { topicPartitions: [{ topicId, topicName: TOPIC, partitions: [0, 1, 2] }] }
  expect(described.groups[0]).toMatchObject({
    errorCode: 0,
    groupState: 'Stable',
    groupEpoch: 1,
    assignmentEpoch: 1,
    assignorName: 'uniform',
    members: [
      { memberId: 'a', memberEpoch: 1, memberType: 1, clientId: 'test', assignment, targetAssignment: assignment },
    ],
  })
  expect(described.groups.map(error)).toEqual(['NONE', 'GROUP_ID_NOT_FOUND'])
  const listed = await client.send(ListGroups, 5, { statesFilter: [], typesFilter: ['Consumer'] })
  expect(listed.groups).toEqual([
    { groupId: GROUP, protocolType: 'consumer', groupState: 'Stable', groupType: 'consumer' },
  ])
  expect((await client.send(DeleteGroups, 2, { groupsNames: [GROUP] })).results.map(error)).toEqual(['NON_EMPTY_GROUP'])
  const leaving = { ...beating(joined), memberEpoch: -1, topicPartitions: null }
  expect(await client.send(ConsumerGroupHeartbeat, 1, leaving)).toMatchObject({ errorCode: 0, memberEpoch: -1 })
  expect((await client.send(DeleteGroups, 2, { groupsNames: [GROUP] })).results.map(error)).toEqual(['NONE'])
})

test('offsets are committed and fetched by members in their epoch, with topics by name and by id', async () => {
  const { client } = await start()
  const topicId = await createTopic(client)
  await client.send(ConsumerGroupHeartbeat, 1, joining('a'))
  const commit = async (version: number, generationIdOrMemberEpoch: number, topic: object) => {
    const partitions = [{ partitionIndex: 0, committedOffset: 5 + version, committedMetadata: null }]
    const request = { groupId: GROUP, memberId: 'a', generationIdOrMemberEpoch, topics: [{ ...topic, partitions }] }
    const { topics } = await client.send(OffsetCommit, version, request)
    return errorName(topics[0]?.partitions[0]?.errorCode ?? -1)
  }
  expect(await commit(9, 1, { name: TOPIC })).toBe('NONE')
  expect(await commit(9, 2, { name: TOPIC })).toBe('STALE_MEMBER_EPOCH')
  expect(await commit(10, 1, { topicId })).toBe('NONE')
  expect(await commit(8, 1, { name: TOPIC })).toBe('UNSUPPORTED_VERSION')
  const fetch = async (memberEpoch: number) => {
    const topics = [{ topicId, partitionIndexes: [0] }]
    const groups = [{ groupId: GROUP, memberId: 'a', memberEpoch, topics }]
    return (await client.send(OffsetFetch, 10, { groups, requireStable: true })).groups[0]
  }
  expect((await fetch(1))?.topics[0]?.partitions[0]).toMatchObject({ committedOffset: 15, errorCode: 0 })
  expect(errorName((await fetch(0))?.errorCode ?? -1)).toBe('STALE_MEMBER_EPOCH')
})

test('a group goes on after its coordinator has started again', async () => {
  const disk = new MemoryDisk()
  const first = await start({ disk })
  const topicId = await createTopic(first.client)
  const joined = await first.client.send(ConsumerGroupHeartbeat, 1, joining('a'))
  await first.broker.close()
  const { client } = await start({ disk })
  const next = await client.send(ConsumerGroupHeartbeat, 1, beating(joined))
  expect(next).toMatchObject({ errorCode: 0, memberEpoch: 1, assignment: null })
  const full = { ...beating(joined), rebalanceTimeoutMs: 10_000, subscribedTopicNames: [TOPIC] }
  const asked = await client.send(ConsumerGroupHeartbeat, 1, full)
  expect(asked.assignment?.topicPartitions).toEqual([{ topicId, partitions: [0, 1, 2] }])
})

test('clients are told that the protocol is there, those of version 3 without what they would stop at', async () => {
  const { client } = await start()
  const named = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
  const newest = await client.send(ApiVersions, 4, named)
  expect(newest.supportedFeatures).toContainEqual({ name: 'group.version', minVersion: 0, maxVersion: 1 })
  expect(newest.finalizedFeatures).toContainEqual({ name: 'group.version', maxVersionLevel: 1, minVersionLevel: 1 })
  expect(newest.finalizedFeaturesEpoch).toBe(0)
  const older = await client.send(ApiVersions, 3, named)
  expect(older.supportedFeatures.filter(({ minVersion }) => minVersion === 0)).toEqual([])
})

test('a broker that is to serve the classic protocol alone lets no member of the other in', async () => {
  const { client } = await start({ configs: { 'group.coordinator.rebalance.protocols': 'classic' } })
  expect(error(await client.send(ConsumerGroupHeartbeat, 1, joining('a')))).toBe('UNSUPPORTED_VERSION')
})
