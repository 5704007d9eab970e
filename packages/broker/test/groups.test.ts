// Consumer groups over real sockets: members of different ages, offsets by name and by id, what administrators see.

import { MemoryDisk } from '@jackdaw/adapter-memory'
import {
  CreateTopics,
  DeleteGroups,
  DeleteTopics,
  DescribeGroups,
  errorName,
  FindCoordinator,
  Heartbeat,
  JoinGroup,
  type JoinGroupResponse,
  LeaveGroup,
  ListGroups,
  OffsetCommit,
  OffsetDelete,
  OffsetFetch,
  SyncGroup,
  ZERO_UUID,
} from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { startTestBroker, type TestBrokerOptions, type TestClient } from './support.ts'

const GROUP = 'readers'
const TOPIC = 'events'
const CONFIGS = { 'offsets.topic.num.partitions': '2' }

const start = async (options: TestBrokerOptions = {}) => {
  const started = await startTestBroker({ ...options, configs: { ...CONFIGS, ...options.configs } })
  const client = await started.connect()
  const find = { keyType: 0, coordinatorKeys: [GROUP] }
  const found = await client.send(FindCoordinator, 4, find)
  expect(found.coordinators[0]?.errorCode).toBe(0)
  return { client, broker: started.broker, connect: () => started.connect() }
}

const createTopic = async (client: TestClient): Promise<string> => {
  const topic = { name: TOPIC, numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] }
  const { topics } = await client.send(CreateTopics, 7, { topics: [topic], timeoutMs: 5_000, validateOnly: false })
  return topics[0]?.topicId ?? ZERO_UUID
}

/** Version 0 of ConsumerProtocolSubscription for the topic. */
const subscription = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 0, 1, 0, TOPIC.length]),
  Buffer.from(TOPIC),
  Buffer.from([0, 0, 0, 0]),
])

const joining = (memberId: string, groupInstanceId: string | null = null) => ({
  groupId: GROUP,
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 10_000,
  memberId,
  groupInstanceId,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: subscription }],
})

const syncing = (joined: JoinGroupResponse, assignments: Record<string, string> = {}) => ({
  groupId: GROUP,
  generationId: joined.generationId,
  memberId: joined.memberId,
  assignments: Object.entries(assignments).map(([memberId, given]) => ({ memberId, assignment: Buffer.from(given) })),
})

const partition = (offset: number) => ({
  partitionIndex: 0,
  committedOffset: offset,
  committedMetadata: 'here',
})

const error = (response: { readonly errorCode: number }) => errorName(response.errorCode)

test('a member of version 0 joins, syncs, lives and leaves', async () => {
  const { client } = await start()
  const { rebalanceTimeoutMs: _none, ...request } = joining('')
  const joined = await client.send(JoinGroup, 0, request)
  expect(joined).toMatchObject({ errorCode: 0, generationId: 1, leader: joined.memberId, protocolName: 'range' })
  expect(joined.memberId).toMatch(/^test-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const synced = await client.send(SyncGroup, 0, syncing(joined, { [joined.memberId]: 'all' }))
  expect(synced.assignment.toString()).toBe('all')
  const beat = { groupId: GROUP, generationId: joined.generationId, memberId: joined.memberId }
  expect(error(await client.send(Heartbeat, 0, beat))).toBe('NONE')
  expect(error(await client.send(LeaveGroup, 0, { groupId: GROUP, memberId: joined.memberId }))).toBe('NONE')
  expect(error(await client.send(LeaveGroup, 0, { groupId: GROUP, memberId: joined.memberId }))).toBe(
    'UNKNOWN_MEMBER_ID',
  )
})

test('a member whose instance id is as long as can be gets a member id that can be stored', async () => {
  const { client } = await start()
  const groupInstanceId = 'i'.repeat(32_767)
  const joined = await client.send(JoinGroup, 9, joining('', groupInstanceId))
  const request = { ...syncing(joined, { [joined.memberId]: 'all' }), protocolType: 'consumer', protocolName: 'range' }
  expect((await client.send(SyncGroup, 5, { ...request, groupInstanceId })).assignment.toString()).toBe('all')
})

test('members of the newest version are told their ids, share a group, and leave together', async () => {
  const { client, connect } = await start()
  const second = await connect()
  const told = await client.send(JoinGroup, 9, joining(''))
  expect(error(told)).toBe('MEMBER_ID_REQUIRED')
  expect(told.protocolName).toBeNull()
  const first = await client.send(JoinGroup, 9, joining(told.memberId))
  expect(first).toMatchObject({ errorCode: 0, leader: told.memberId, protocolType: 'consumer' })

  const other = await second.send(JoinGroup, 9, joining(''))
  const waits = second.post(JoinGroup, 9, joining(other.memberId))
  const again = await client.send(JoinGroup, 9, joining(told.memberId))
  const followed = await second.receive(JoinGroup, 9, waits)
  expect(again.members.map(({ memberId }) => memberId).toSorted()).toEqual([told.memberId, other.memberId].toSorted())
  expect(followed).toMatchObject({ errorCode: 0, generationId: 2, members: [], leader: told.memberId })

  const named = { protocolType: 'consumer', protocolName: 'range' }
  expect(error(await second.send(SyncGroup, 5, { ...syncing(followed), protocolType: 'consumer' }))).toBe(
    'INCONSISTENT_GROUP_PROTOCOL',
  )
  const follower = second.post(SyncGroup, 5, { ...syncing(followed), ...named })
  const assigned = { [again.memberId]: 'p0', [followed.memberId]: 'p1 p2' }
  const led = await client.send(SyncGroup, 5, { ...syncing(again, assigned), ...named })
  expect(led.assignment.toString()).toBe('p0')
  expect((await second.receive(SyncGroup, 5, follower)).assignment.toString()).toBe('p1 p2')

  const members = [{ memberId: again.memberId }, { memberId: 'nobody' }, { memberId: followed.memberId }]
  const left = await client.send(LeaveGroup, 5, { groupId: GROUP, members })
  expect(left.members.map((member) => error(member))).toEqual(['NONE', 'UNKNOWN_MEMBER_ID', 'NONE'])
})

test('offsets are committed and read back, by name and by id', async () => {
  const { client } = await start()
  const topicId = await createTopic(client)
  const absent = { name: 'absent', partitions: [partition(1)] }
  const topics = [{ name: TOPIC, partitions: [partition(5), { ...partition(6), partitionIndex: 9 }] }, absent]
  const byName = await client.send(OffsetCommit, 9, { groupId: GROUP, memberId: '', topics })
  expect(byName.topics.flatMap(({ partitions }) => partitions.map((one) => error(one)))).toEqual([
    'NONE',
    'UNKNOWN_TOPIC_OR_PARTITION',
    'UNKNOWN_TOPIC_OR_PARTITION',
  ])
  const other = 'AAAAAAAAAAAAAAAAAAAAYQ'
  const ids = [topicId, other].map((id) => ({ topicId: id, partitions: [partition(7)] }))
  const byId = await client.send(OffsetCommit, 10, { groupId: GROUP, memberId: '', topics: ids })
  expect(byId.topics.map(({ partitions }) => partitions.map((one) => error(one)))).toEqual([
    ['NONE'],
    ['UNKNOWN_TOPIC_ID'],
  ])

  const asked = [{ name: TOPIC, partitionIndexes: [0, 1] }]
  for (const version of [1, 2, 5, 7]) {
    const { topics } = await client.send(OffsetFetch, version, { groupId: GROUP, topics: asked })
    expect(topics[0]?.partitions.map(({ committedOffset }) => committedOffset)).toEqual([7, -1])
    expect(topics[0]?.partitions.map(({ metadata }) => metadata)).toEqual(['here', ''])
  }
  const all = await client.send(OffsetFetch, 9, {
    groups: [GROUP, 'none'].map((groupId) => ({ groupId, topics: null })),
  })
  expect(all.groups.map(({ topics }) => topics.map(({ name }) => name))).toEqual([[TOPIC], []])
  const named = [topicId, other].map((topicId) => ({ topicId, partitionIndexes: [0] }))
  const known = await client.send(OffsetFetch, 10, {
    groups: [
      { groupId: GROUP, topics: named },
      { groupId: GROUP, topics: null },
    ],
  })
  expect(known.groups[0]?.topics.map((topic) => [topic.topicId, topic.partitions[0]?.committedOffset])).toEqual([
    [topicId, 7],
    [other, -1],
  ])
  expect(known.groups[0]?.topics[1]?.partitions.map((one) => error(one))).toEqual(['UNKNOWN_TOPIC_ID'])
  expect(known.groups[1]?.topics.map((topic) => topic.topicId)).toEqual([topicId])
})

test('a commit from outside of a group with members is refused', async () => {
  const { client } = await start()
  await createTopic(client)
  const joined = await client.send(JoinGroup, 3, joining(''))
  await client.send(SyncGroup, 3, syncing(joined, { [joined.memberId]: 'all' }))
  const topics = [{ name: TOPIC, partitions: [partition(5)] }]
  const outside = await client.send(OffsetCommit, 8, { groupId: GROUP, memberId: '', topics })
  expect(outside.topics[0]?.partitions.map((one) => error(one))).toEqual(['UNKNOWN_MEMBER_ID'])
  const from = { generationIdOrMemberEpoch: joined.generationId, memberId: joined.memberId }
  const inside = await client.send(OffsetCommit, 8, { groupId: GROUP, ...from, topics })
  expect(inside.topics[0]?.partitions.map((one) => error(one))).toEqual(['NONE'])
  const removal = {
    groupId: GROUP,
    topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0 }, { partitionIndex: 8 }] }],
  }
  const removed = await client.send(OffsetDelete, 0, removal)
  expect(removed.topics[0]?.partitions.map((one) => error(one))).toEqual([
    'GROUP_SUBSCRIBED_TO_TOPIC',
    'UNKNOWN_TOPIC_OR_PARTITION',
  ])
})

test('administrators list, describe and delete groups', async () => {
  const { client } = await start()
  await createTopic(client)
  const joined = await client.send(JoinGroup, 3, joining(''))
  await client.send(SyncGroup, 3, syncing(joined, { [joined.memberId]: 'all' }))
  const simple = { groupId: 'simple', memberId: '', topics: [{ name: TOPIC, partitions: [partition(5)] }] }
  await client.send(OffsetCommit, 8, simple)
  const listed = await client.send(ListGroups, 5, {})
  expect(listed.groups.map(({ groupId, groupState }) => `${groupId} ${groupState}`).toSorted()).toEqual([
    'readers Stable',
    'simple Empty',
  ])
  expect((await client.send(ListGroups, 4, { statesFilter: ['Stable'] })).groups.map(({ groupId }) => groupId)).toEqual(
    [GROUP],
  )

  const described = await client.send(DescribeGroups, 6, { groups: [GROUP, 'nobody'] })
  expect(described.groups[0]).toMatchObject({ errorCode: 0, groupState: 'Stable', protocolData: 'range' })
  expect(described.groups[0]?.members[0]?.clientHost).toMatch(/^\/[0-9a-f.:]+$/)
  expect(described.groups[0]?.members[0]?.memberAssignment.toString()).toBe('all')
  expect(error(described.groups[1] as { errorCode: number })).toBe('GROUP_ID_NOT_FOUND')
  expect((await client.send(DescribeGroups, 0, { groups: ['nobody'] })).groups[0]).toMatchObject({
    errorCode: 0,
    groupState: 'Dead',
  })

  const deleted = await client.send(DeleteGroups, 2, { groupsNames: [GROUP, 'simple', 'simple', 'nobody'] })
  expect(deleted.results.map((one) => [one.groupId, error(one)])).toEqual([
    [GROUP, 'NON_EMPTY_GROUP'],
    ['simple', 'NONE'],
    ['nobody', 'GROUP_ID_NOT_FOUND'],
  ])
})

test('a group and its offsets survive the broker, and its members do not notice', async () => {
  const disk = new MemoryDisk()
  const { client, broker } = await start({ disk })
  await createTopic(client)
  const joined = await client.send(JoinGroup, 3, joining(''))
  await client.send(SyncGroup, 3, syncing(joined, { [joined.memberId]: 'all' }))
  const member = { groupId: GROUP, memberId: joined.memberId }
  const topics = [{ name: TOPIC, partitions: [partition(5)] }]
  const committing = { ...member, generationIdOrMemberEpoch: joined.generationId, topics }
  expect((await client.send(OffsetCommit, 8, committing)).topics[0]?.partitions[0]?.errorCode).toBe(0)
  await broker.close()

  const { client: later } = await start({ disk })
  expect(error(await later.send(Heartbeat, 3, { ...member, generationId: joined.generationId }))).toBe('NONE')
  expect((await later.send(SyncGroup, 3, syncing(joined))).assignment.toString()).toBe('all')
  const asked = [{ name: TOPIC, partitionIndexes: [0] }]
  const fetched = await later.send(OffsetFetch, 5, { groupId: GROUP, topics: asked })
  expect(fetched.topics[0]?.partitions[0]?.committedOffset).toBe(5)
})

test('a member whose connection breaks while it waits leaves nothing behind but its session', async () => {
  const { client, connect } = await start({ configs: { 'group.min.session.timeout.ms': '100' } })
  const leader = await client.send(JoinGroup, 3, joining(''))
  await client.send(SyncGroup, 3, syncing(leader, { [leader.memberId]: 'all' }))
  const gone = await connect()
  gone.post(JoinGroup, 3, { ...joining(''), sessionTimeoutMs: 200 })
  const beat = (joined: JoinGroupResponse) =>
    client.send(Heartbeat, 3, { groupId: GROUP, generationId: joined.generationId, memberId: joined.memberId })
  while (error(await beat(leader)) === 'NONE');
  gone.close()
  let again = await client.send(JoinGroup, 3, joining(leader.memberId))
  while (again.members.length > 1) {
    await client.send(SyncGroup, 3, syncing(again))
    while (error(await beat(again)) === 'NONE');
    again = await client.send(JoinGroup, 3, joining(leader.memberId))
  }
  expect(again).toMatchObject({ errorCode: 0, leader: leader.memberId })
})

test('groups begin anew after the topic of their offsets was deleted', async () => {
  const { client } = await start()
  await createTopic(client)
  const partitions = [{ partitionIndex: 0, committedOffset: 5, committedMetadata: null }]
  const commit = () =>
    client.send(OffsetCommit, 8, {
      groupId: GROUP,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [{ name: TOPIC, partitions }],
    })
  await commit()
  const doomed = { topics: [{ name: '__consumer_offsets', topicId: ZERO_UUID }], timeoutMs: 5_000 }
  await client.send(DeleteTopics, 6, doomed)
  await client.send(FindCoordinator, 4, { keyType: 0, coordinatorKeys: [GROUP] })
  const { topics } = await commit()
  expect(errorName(topics[0]?.partitions[0]?.errorCode ?? -1)).toBe('NONE')
})
