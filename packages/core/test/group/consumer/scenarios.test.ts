// What a consumer group does, told as the members live it.

import { expect, test } from 'vitest'

import { commit, committed, coordinator, type Coordinator, join, kept, replay } from '../support.ts'
import { beatOf, idOf, joinOf, settle, TestMember, told } from './support.ts'

const start = (partitions = 4): Coordinator => {
  const on = coordinator({ initialRebalanceDelayMs: 0 })
  told(on, { events: partitions })
  return on
}

const describe = (on: Coordinator, groupId = 'g') => {
  const [group] = on.ask({ type: 'consumerGroupDescribe', groupIds: [groupId] }).groups
  if (group === undefined) throw new Error('a group that is asked for is answered')
  return group
}

const key = (partition: number, topic = 'events') => `${idOf(topic)}-${partition}`

test('the first member gets everything with its first heartbeat', () => {
  const on = start()
  const a = new TestMember(on, 'a')
  expect(a.join()).toMatchObject({ error: 'NONE', memberId: 'a', memberEpoch: 1, heartbeatIntervalMs: 5_000 })
  expect(a.held).toEqual([0, 1, 2, 3].map((partition) => key(partition)))
  expect(a.beat()).toMatchObject({ error: 'NONE', memberEpoch: 1, assignment: null })
  expect(describe(on)).toMatchObject({
    groupState: 'Stable',
    groupEpoch: 1,
    assignmentEpoch: 1,
    assignorName: 'uniform',
  })
})

test('a second member gets partitions only when the first one has given them up', () => {
  const on = start()
  const a = new TestMember(on, 'a')
  const b = new TestMember(on, 'b')
  a.join()
  expect(b.join()).toMatchObject({ error: 'NONE', memberEpoch: 2, assignment: [] })
  expect(describe(on).groupState).toBe('Reconciling')
  const before = a.held
  // Told to give up two, it keeps its epoch until it says that it has.
  expect(a.beat({ topicPartitions: null })).toMatchObject({ memberEpoch: 1 })
  expect(a.held).toHaveLength(2)
  expect(b.beat().assignment).toBeNull()
  a.held = before
  expect(a.beat().memberEpoch).toBe(1)
  expect(b.beat().assignment).toBeNull()
  a.held = before.slice(0, 2)
  expect(a.beat().memberEpoch).toBe(2)
  expect(b.beat().assignment).toMatchObject([{ partitions: [2, 3] }])
  settle([a, b])
  expect(describe(on).groupState).toBe('Stable')
})

test('who does not give up partitions within its rebalance timeout is out, and another has them', () => {
  const on = start()
  const a = new TestMember(on, 'a')
  const b = new TestMember(on, 'b')
  a.join()
  b.join()
  a.beat({ topicPartitions: null })
  for (let i = 0; i < 5; i++) {
    on.advance(11_000)
    expect(a.beat({ topicPartitions: null }).error).toBe('NONE')
    b.beat()
  }
  on.advance(6_000)
  expect(a.beat({ topicPartitions: null }).error).toBe('UNKNOWN_MEMBER_ID')
  settle([b])
  expect(b.held).toHaveLength(4)
})

test('a member that is not heard of is out when its session ends', () => {
  const on = start()
  const a = new TestMember(on, 'a')
  const b = new TestMember(on, 'b')
  a.join()
  b.join()
  settle([a, b])
  on.advance(40_000)
  b.beat()
  on.advance(5_001)
  settle([b])
  expect(b.held).toHaveLength(4)
  expect(a.beat().error).toBe('UNKNOWN_MEMBER_ID')
})

test('a member that leaves frees its partitions at once', () => {
  const on = start()
  const a = new TestMember(on, 'a')
  const b = new TestMember(on, 'b')
  a.join()
  b.join()
  settle([a, b])
  expect(a.leave()).toMatchObject({ error: 'NONE', memberId: 'a', memberEpoch: -1 })
  b.beat()
  expect(b.held).toHaveLength(4)
  expect(a.leave().error).toBe('UNKNOWN_MEMBER_ID')
})

test('a wrong epoch is fenced, the one before is not if the member claims nothing more', () => {
  const on = start()
  const a = new TestMember(on, 'a')
  a.join()
  expect(a.beat({ memberEpoch: 7 })).toMatchObject({ error: 'FENCED_MEMBER_EPOCH' })
  told(on, { events: 6 })
  a.beat()
  expect(a.epoch).toBe(2)
  expect(a.beat({ memberEpoch: 1 })).toMatchObject({ error: 'NONE', memberEpoch: 2 })
  expect(a.beat({ memberEpoch: 1, topicPartitions: null }).error).toBe('FENCED_MEMBER_EPOCH')
  told(on, { events: 8 })
  a.beat()
  expect(a.beat({ memberEpoch: 1 }).error).toBe('FENCED_MEMBER_EPOCH')
  expect(a.join()).toMatchObject({ error: 'NONE', memberEpoch: 3 })
  expect(a.held).toHaveLength(8)
})

test('partitions that come are given out, and those of a deleted topic are taken back', () => {
  const on = start(2)
  const a = new TestMember(on, 'a', { subscribedTopicNames: ['events', 'later'] })
  a.join()
  expect(a.held).toHaveLength(2)
  told(on, { events: 3, later: 1 })
  settle([a])
  expect(a.held).toEqual([key(0), key(1), key(2), key(0, 'later')])
  told(on, { later: 1 })
  settle([a])
  expect(a.held).toEqual([key(0, 'later')])
  expect(describe(on)).toMatchObject({ groupState: 'Stable' })
})

test('a static member that will be back keeps its partitions, and its next process takes them over', () => {
  const on = start()
  const a = new TestMember(on, 'a', { instanceId: 'one' })
  const b = new TestMember(on, 'b', { instanceId: 'two' })
  a.join()
  b.join()
  settle([a, b])
  const again = new TestMember(on, 'c', { instanceId: 'one' })
  expect(again.join().error).toBe('UNRELEASED_INSTANCE_ID')
  const held = a.held
  expect(a.leave(-2)).toMatchObject({ error: 'NONE', memberEpoch: -2 })
  const { groupEpoch } = describe(on)
  expect(again.join()).toMatchObject({ error: 'NONE' })
  expect(again.held).toEqual(held)
  expect(describe(on).groupEpoch).toBe(groupEpoch)
  a.epoch = 2
  expect(a.beat().error).toBe('FENCED_INSTANCE_ID')
})

test('a static member that does not come back is out when its session ends', () => {
  const on = start()
  const a = new TestMember(on, 'a', { instanceId: 'one' })
  a.join()
  a.leave(-2)
  on.advance(45_001)
  expect(describe(on)).toMatchObject({ groupState: 'Empty', members: [] })
})

test.each([
  ['an empty group id', { groupId: '' }, 'INVALID_REQUEST'],
  ['an empty member id', { memberId: '' }, 'INVALID_REQUEST'],
  ['an empty instance id', { instanceId: '' }, 'INVALID_REQUEST'],
  ['an empty rack', { rackId: '' }, 'INVALID_REQUEST'],
  ['an epoch that means nothing', { memberEpoch: -3 }, 'INVALID_REQUEST'],
  ['a static leave without an instance', { memberEpoch: -2 }, 'INVALID_REQUEST'],
  ['a join without a rebalance timeout', { rebalanceTimeoutMs: -1 }, 'INVALID_REQUEST'],
  [
    'a join that claims partitions',
    { topicPartitions: [{ topicId: idOf('events'), partitions: [0] }] },
    'INVALID_REQUEST',
  ],
  ['a join that does not say what it claims', { topicPartitions: null }, 'INVALID_REQUEST'],
  ['a join without a subscription', { subscribedTopicNames: null }, 'INVALID_REQUEST'],
  ['an assignor that nobody has', { serverAssignor: 'best' }, 'UNSUPPORTED_ASSIGNOR'],
  ['an expression that is none', { subscribedTopicRegex: '(' }, 'INVALID_REGULAR_EXPRESSION'],
  ['an expression that looks back', { subscribedTopicRegex: '(a)\\1' }, 'INVALID_REGULAR_EXPRESSION'],
  ['an expression that is too large', { subscribedTopicRegex: '(abcdefgh){999}' }, 'INVALID_REGULAR_EXPRESSION'],
  ['a member of a group that is not there', { memberEpoch: 1 }, 'GROUP_ID_NOT_FOUND'],
  ['a leave of a group that is not there', { memberEpoch: -1 }, 'GROUP_ID_NOT_FOUND'],
] as const)('%s is refused and leaves no trace', (_what, fields, error) => {
  const on = start()
  expect(on.ask(joinOf('a', fields))).toMatchObject({ error })
  expect(on.log).toEqual([])
})

test('a member that says more of itself than a record can hold is refused', () => {
  const on = start()
  const subscribedTopicNames = Array.from({ length: 5_000 }, (_, i) => `topic-${i}-${'x'.repeat(200)}`)
  expect(on.ask(joinOf('a', { subscribedTopicNames }))).toMatchObject({ error: 'INVALID_REQUEST' })
  expect(on.log).toEqual([])
})

test('a group takes no more members than it may have', () => {
  const on = coordinator({ consumerMaxSize: 1 })
  told(on, { events: 1 })
  expect(on.ask(joinOf('a')).error).toBe('NONE')
  expect(on.ask(joinOf('b')).error).toBe('GROUP_MAX_SIZE_REACHED')
  expect(on.ask(joinOf('a')).error).toBe('NONE')
})

test('an expression is matched against whole names, also of topics that come later', () => {
  const on = start()
  told(on, { events: 1, 'events-2': 1, other: 1 })
  const a = new TestMember(on, 'a', { subscribedTopicNames: null, subscribedTopicRegex: 'events.*' })
  a.join()
  expect(a.held.toSorted()).toEqual([key(0), key(0, 'events-2')].toSorted())
  told(on, { events: 1, other: 1, 'events-3': 2, 'more-events': 1 })
  settle([a])
  expect(a.held.toSorted()).toEqual([key(0), key(0, 'events-3'), key(1, 'events-3')].toSorted())
  a.beat({ subscribedTopicRegex: '', subscribedTopicNames: ['other'] })
  settle([a])
  expect(a.held).toEqual([key(0, 'other')])
  expect(on.state.consumers.get('g')?.regexes.size).toBe(0)
})

test('an expression over very many topics is worked at bit by bit', () => {
  const on = start()
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`topic-${i}`, 1]))
  told(on, many)
  const a = new TestMember(on, 'a', { subscribedTopicNames: null, subscribedTopicRegex: 'topic-1.*' })
  expect(a.join().assignment).toEqual([])
  on.advance(1)
  a.beat()
  expect(a.held).toHaveLength(11_111)
})

test('only members in their epoch commit, or anybody while there are none', () => {
  const on = start()
  expect(on.ask(commit(1)).topics[0]?.partitions[0]?.error).toBe('NONE')
  const a = new TestMember(on, 'a')
  a.join()
  const committing = (fields: object) => on.ask(commit(2, { apiVersion: 9, ...fields })).topics[0]?.partitions[0]?.error
  expect(committing({})).toBe('UNKNOWN_MEMBER_ID')
  expect(committing({ memberId: 'b', generationId: 1 })).toBe('UNKNOWN_MEMBER_ID')
  expect(committing({ memberId: 'a', generationId: 2 })).toBe('STALE_MEMBER_EPOCH')
  expect(committing({ memberId: 'a', generationId: 1, apiVersion: 8 })).toBe('UNSUPPORTED_VERSION')
  expect(committing({ memberId: 'a', generationId: 1 })).toBe('NONE')
  expect(committed(on)).toBe(2)
  const fetching = (memberId: string | null, memberEpoch: number) =>
    on.ask({ type: 'offsetFetch', groupId: 'g', memberId, memberEpoch, requireStable: false, topics: null }).error
  expect(fetching('a', 1)).toBe('NONE')
  expect(fetching('a', 0)).toBe('STALE_MEMBER_EPOCH')
  expect(fetching('b', 1)).toBe('UNKNOWN_MEMBER_ID')
  expect(fetching(null, -1)).toBe('NONE')
})

test('offsets in transactions are committed by members in their epoch, or by a producer that does not say who consumes', () => {
  const on = start()
  new TestMember(on, 'a').join()
  const partition = { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: null }
  const committing = (memberId: string, generationId: number) => {
    const topics = [{ name: 'events', topicId: idOf('events'), partitions: [partition] }]
    const producer = { producerId: 1, producerEpoch: 0, groupInstanceId: null }
    const request = { type: 'txnOffsetCommit', groupId: 'g', memberId, generationId, ...producer, topics } as const
    return on.ask(request).topics[0]?.partitions[0]?.error
  }
  expect(committing('', -1)).toBe('NONE')
  expect(committing('a', 1)).toBe('NONE')
  expect(committing('a', 2)).toBe('ILLEGAL_GENERATION')
  expect(committing('b', 1)).toBe('UNKNOWN_MEMBER_ID')
})

test('a member commits under the epoch before for what it still holds, not for what it has given up', () => {
  const on = start()
  const [a, b] = [new TestMember(on, 'a'), new TestMember(on, 'b')]
  a.join()
  b.join()
  settle([a, b])
  expect(a.epoch).toBe(2)
  const committing = (partitionIndex: number, generationId: number) => {
    const partition = { partitionIndex, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: null }
    const topics = [{ name: 'events', topicId: idOf('events'), partitions: [partition] }]
    return on.ask(commit(0, { apiVersion: 9, memberId: 'a', generationId, topics })).topics[0]?.partitions[0]?.error
  }
  expect(committing(0, 1)).toBe('NONE')
  expect(committing(3, 1)).toBe('STALE_MEMBER_EPOCH')
  expect(committing(3, 2)).toBe('NONE')
})

test('administrators see both kinds of groups, and each by its own name', () => {
  const on = start()
  new TestMember(on, 'a').join()
  on.send(join({ groupId: 'old' }))
  const list = (typesFilter: string[]) =>
    on.ask({ type: 'listGroups', statesFilter: [], typesFilter }).groups.map(({ groupId }) => groupId)
  expect(list([])).toEqual(['old', 'g'])
  expect(list(['Classic'])).toEqual(['old'])
  expect(list(['consumer'])).toEqual(['g'])
  expect(describe(on, 'old')).toMatchObject({ error: 'GROUP_ID_NOT_FOUND' })
  const classic = on.ask({ type: 'describeGroups', apiVersion: 6, groupIds: ['g'] }).groups[0]
  expect(classic).toMatchObject({ error: 'GROUP_ID_NOT_FOUND', groupState: 'Dead' })
  expect(on.ask({ type: 'deleteGroups', groupIds: ['g'] }).results[0]?.error).toBe('NON_EMPTY_GROUP')
})

test('a consumer group without members is deleted with its offsets, to the last record', () => {
  const on = start()
  const a = new TestMember(on, 'a', { subscribedTopicRegex: 'e.*' })
  a.join()
  on.ask(commit(1, { apiVersion: 9, memberId: 'a', generationId: 1 }))
  const topics = [{ name: 'events', partitions: [{ partitionIndex: 0 }] }]
  expect(on.ask({ type: 'offsetDelete', groupId: 'g', topics }).topics[0]?.partitions[0]?.error).toBe(
    'GROUP_SUBSCRIBED_TO_TOPIC',
  )
  a.leave()
  expect(on.ask({ type: 'deleteGroups', groupIds: ['g'] }).results[0]?.error).toBe('NONE')
  expect(kept(on.state)).toMatchObject({ groups: new Map(), consumers: new Map(), offsets: new Map() })
  const keys = new Map(on.log.map(({ key, value }) => [key.toString('hex'), value]))
  expect([...keys.values()].every((value) => value === null)).toBe(true)
})

test('an empty consumer group goes with its last offset', () => {
  const on = start()
  const a = new TestMember(on, 'a')
  a.join()
  on.ask(commit(1, { apiVersion: 9, memberId: 'a', generationId: 1 }))
  a.leave()
  on.advance(8 * 24 * 3_600_000)
  expect(on.state.consumers.size).toBe(0)
})

test('a coordinator that takes over knows the group, and gives each member a new session', () => {
  const on = start()
  const members = ['a', 'b', 'c'].map((memberId) => new TestMember(on, memberId))
  for (const member of members) member.join()
  settle(members)
  const before = kept(on.state)
  on.advance(44_000)
  on.reload()
  told(on, { events: 4 })
  expect(kept(on.state)).toEqual(before)
  on.advance(44_000)
  for (const member of members) expect(member.beat()).toMatchObject({ error: 'NONE', assignment: null })
  expect(kept(replay(on.log))).toEqual(kept(on.state))
})

test('assignments are no more frequent than the group wants', () => {
  const on = start()
  const settings = { sessionTimeoutMs: 45_000, heartbeatIntervalMs: 5_000, assignmentIntervalMs: 1_000 }
  expect(on.ask(joinOf('a', { settings }))).toMatchObject({ memberEpoch: 1 })
  expect(on.ask(joinOf('b', { settings }))).toMatchObject({ error: 'NONE', memberEpoch: 1, assignment: [] })
  expect(describe(on)).toMatchObject({ groupState: 'Assigning', groupEpoch: 2, assignmentEpoch: 1 })
  on.advance(1_000)
  expect(on.ask(beatOf({ memberId: 'b', memberEpoch: 1, settings }))).toMatchObject({ memberEpoch: 2 })
})
