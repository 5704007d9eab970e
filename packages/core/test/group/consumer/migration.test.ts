// Groups with members that change their protocol, both ways, while their members read on.

import { decodeAssignment, encodeAssignment, encodeSubscription } from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import type { JoinGroup, JoinGroupResult } from '../../../src/group/commands.ts'
import { commit, coordinator, type Coordinator, join, kept, replay, stateOf } from '../support.ts'
import { joinOf, TestMember, told } from './support.ts'

const subscribing = (ownedPartitions: { topic: string; partitions: number[] }[] = []) => [
  { name: 'cooperative-sticky', metadata: encodeSubscription({ topics: ['events'], ownedPartitions }) },
]

const classic = (fields: Partial<JoinGroup> = {}) => join({ apiVersion: 9, protocols: subscribing(), ...fields })

const assign = (partitions: number[]) =>
  encodeAssignment({ assignedPartitions: partitions.length === 0 ? [] : [{ topic: 'events', partitions }] })

/** A stable classic group of these members, with four partitions shared out evenly. */
function classicGroup(on: Coordinator, memberIds: readonly string[]): void {
  const joins = memberIds.map((newMemberId) => on.send(join({ newMemberId, protocols: subscribing() })))
  on.advance(1)
  const joined = joins.map((to) => on.answer('joinGroup', to))
  const share = 4 / memberIds.length
  const assignments = memberIds.map((memberId, i) => ({
    memberId,
    assignment: assign([0, 1, 2, 3].slice(i * share, (i + 1) * share)),
  }))
  for (const { memberId, generationId, leader } of joined) {
    const mine = memberId === leader ? assignments : []
    on.send({
      type: 'syncGroup',
      groupId: 'g',
      generationId,
      memberId,
      groupInstanceId: null,
      protocolType: null,
      protocolName: null,
      assignments: mine,
    })
  }
  expect(stateOf(on)).toBe('Stable')
}

/** A member of the classic protocol in a consumer group, as a cooperative client behaves. */
class ClassicMember {
  readonly on: Coordinator
  memberId: string
  generationId: number
  held: number[]

  constructor(on: Coordinator, memberId: string, generationId = -1, held: number[] = []) {
    this.on = on
    this.memberId = memberId
    this.generationId = generationId
    this.held = held
  }

  join(fields: Partial<JoinGroup> = {}): JoinGroupResult {
    const owned = this.held.length === 0 ? [] : [{ topic: 'events', partitions: this.held }]
    const joined = this.on.ask(classic({ memberId: this.memberId, protocols: subscribing(owned), ...fields }))
    if (joined.error === 'NONE' || joined.error === 'MEMBER_ID_REQUIRED') this.memberId = joined.memberId
    if (joined.error === 'NONE') this.generationId = joined.generationId
    return joined
  }

  sync(): string {
    const { memberId, generationId } = this
    const fields = {
      groupId: 'g',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: null,
      assignments: [],
    }
    const { error, assignment } = this.on.ask({ type: 'syncGroup', memberId, generationId, ...fields })
    if (error === 'NONE') {
      const { assignedPartitions } = decodeAssignment(assignment)
      this.held = assignedPartitions.flatMap(({ partitions }) => partitions)
    }
    return error
  }

  beat(): string {
    const { memberId, generationId } = this
    return this.on.ask({ type: 'heartbeat', groupId: 'g', memberId, generationId, groupInstanceId: null }).error
  }
}

const start = (changes = {}): Coordinator => {
  const on = coordinator({ initialRebalanceDelayMs: 0, ...changes })
  told(on, { events: 4 })
  return on
}

/** Lets a mixed group come to rest. */
function settleAll(classics: readonly ClassicMember[], members: readonly TestMember[]): void {
  for (let round = 0; round < 12; round++) {
    for (const member of members) member.beat()
    for (const member of classics) {
      if (member.beat() === 'NONE') continue
      expect(member.join().error).toBe('NONE')
      member.sync()
    }
  }
}

const heldBy = (...members: TestMember[]) =>
  members.flatMap(({ held }) => held.map((key) => Number(key.slice(key.lastIndexOf('-') + 1))))

test('a classic group becomes a consumer group with the first member of that protocol, and nobody loses its partitions', () => {
  const on = start()
  classicGroup(on, ['a', 'b'])
  const c = new TestMember(on, 'c')
  expect(c.join()).toMatchObject({ error: 'NONE', memberEpoch: 2, assignment: [] })
  expect(on.state.groups.size).toBe(0)
  const a = new ClassicMember(on, 'a', 1, [0, 1])
  const b = new ClassicMember(on, 'b', 1, [2, 3])
  expect(a.beat()).toBe('REBALANCE_IN_PROGRESS')
  settleAll([a, b], [c])
  const all = [...a.held, ...b.held, ...heldBy(c)]
  expect(all.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
  expect(a.held.length).toBeGreaterThan(0)
  expect([0, 1]).toEqual(expect.arrayContaining(a.held))
  expect(c.held).toHaveLength(1)
  const [group] = on.ask({ type: 'consumerGroupDescribe', groupIds: ['g'] }).groups
  expect(group).toMatchObject({ groupState: 'Stable' })
  expect(group?.members.map(({ memberId, memberType }) => [memberId, memberType])).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 1],
  ])
  expect(kept(replay(on.log))).toEqual(kept(on.state))
})

test('it becomes classic again when the last member of the consumer protocol leaves', () => {
  const on = start()
  classicGroup(on, ['a', 'b'])
  const c = new TestMember(on, 'c')
  c.join()
  const [a, b] = [new ClassicMember(on, 'a', 1, [0, 1]), new ClassicMember(on, 'b', 1, [2, 3])]
  settleAll([a, b], [c])
  const epoch = c.epoch
  c.leave()
  expect(on.state.consumers.size).toBe(0)
  expect(stateOf(on)).toBe('PreparingRebalance')
  const joins = [a, b].map(({ memberId }) => on.send(classic({ memberId })))
  const joined = joins.map((to) => on.answer('joinGroup', to))
  expect(joined.map(({ error, generationId }) => [error, generationId])).toEqual([
    ['NONE', epoch + 2],
    ['NONE', epoch + 2],
  ])
  expect(kept(replay(on.log))).toEqual(kept(on.state))
})

test.each([
  ['the session of the last one ends', (on: Coordinator) => on.advance(45_001)],
  [
    'the last one is taken out by its instance id',
    (on: Coordinator) =>
      on.ask({ type: 'leaveGroup', groupId: 'g', members: [{ memberId: '', groupInstanceId: 'i' }] }),
  ],
])('it becomes classic again when %s', (_when, go) => {
  const on = start()
  const c = new TestMember(on, 'c', { instanceId: 'i' })
  c.join()
  const a = new ClassicMember(on, '')
  expect(a.join().error).toBe('MEMBER_ID_REQUIRED')
  expect(a.join({ sessionTimeoutMs: 60_000, rebalanceTimeoutMs: 120_000 })).toMatchObject({ error: 'NONE', leader: '' })
  a.sync()
  expect(on.state.consumers.get('g')?.members.size).toBe(2)
  go(on)
  expect(on.state.consumers.size).toBe(0)
  expect(stateOf(on)).toBe('PreparingRebalance')
})

test('members that wait in a classic group are sent to join again when it changes', () => {
  const on = start({ initialRebalanceDelayMs: 3_000 })
  const waiting = on.send(join({ newMemberId: 'a', protocols: subscribing() }))
  expect(on.answered(waiting)).toBe(false)
  expect(on.ask(joinOf('c'))).toMatchObject({ error: 'NONE' })
  expect(on.answer('joinGroup', waiting)).toMatchObject({ error: 'REBALANCE_IN_PROGRESS', memberId: 'a' })
  const a = new ClassicMember(on, 'a')
  expect(a.join()).toMatchObject({ error: 'NONE' })
  expect(a.sync()).toBe('NONE')
})

test.each([
  ['disabled', 'GROUP_ID_NOT_FOUND'],
  ['downgrade', 'GROUP_ID_NOT_FOUND'],
  ['upgrade', 'NONE'],
] as const)(
  'with the policy %s a member of the consumer protocol gets %s from a classic group',
  (migrationPolicy, error) => {
    const on = start({ migrationPolicy })
    classicGroup(on, ['a', 'b'])
    const before = on.log.length
    expect(on.ask(joinOf('c')).error).toBe(error)
    if (error !== 'NONE') expect(on.log).toHaveLength(before)
  },
)

test('with the policy upgrade a group stays what it has become', () => {
  const on = start({ migrationPolicy: 'upgrade' })
  classicGroup(on, ['a'])
  const c = new TestMember(on, 'c')
  c.join()
  const a = new ClassicMember(on, 'a', 1, [0, 1, 2, 3])
  settleAll([a], [c])
  c.leave()
  expect(on.state.consumers.has('g')).toBe(true)
  settleAll([a], [])
  expect(a.held.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
})

test('a group whose leader keeps data of its own in assignments cannot change', () => {
  const on = start()
  const joining = on.send(join({ newMemberId: 'a', protocols: subscribing() }))
  on.advance(1)
  const joined = on.answer('joinGroup', joining)
  const assignment = encodeAssignment({ assignedPartitions: [], userData: Buffer.from('mine') })
  on.ask({
    type: 'syncGroup',
    groupId: 'g',
    generationId: joined.generationId,
    memberId: 'a',
    groupInstanceId: null,
    protocolType: null,
    protocolName: null,
    assignments: [{ memberId: 'a', assignment }],
  })
  expect(on.ask(joinOf('c'))).toMatchObject({ error: 'GROUP_ID_NOT_FOUND' })
  expect(stateOf(on)).toBe('Stable')
})

test('a group without members takes either protocol, and its epochs go on', () => {
  const on = start()
  const c = new TestMember(on, 'c')
  c.join()
  on.ask(commit(7, { apiVersion: 9, memberId: 'c', generationId: 1 }))
  c.leave()
  const joining = on.send(join({ protocols: subscribing() }))
  on.advance(1)
  const joined = on.answer('joinGroup', joining)
  expect(joined).toMatchObject({ error: 'NONE', generationId: 3 })
  expect(on.state.consumers.size).toBe(0)
  on.ask({ type: 'leaveGroup', groupId: 'g', members: [{ memberId: joined.memberId, groupInstanceId: null }] })
  expect(on.ask(joinOf('c'))).toMatchObject({ error: 'NONE', memberEpoch: 5 })
  expect(on.state.groups.size).toBe(0)
  expect(on.state.offsets.get('g')?.get('events')?.get(0)?.offset).toBe(7)
})

test('a classic member that does not join again, or does not sync, in time is out', () => {
  const on = start()
  const c = new TestMember(on, 'c')
  c.join()
  const long = { sessionTimeoutMs: 600_000, rebalanceTimeoutMs: 20_000 }
  const a = new ClassicMember(on, '')
  a.join(long)
  a.join(long)
  on.advance(20_001)
  c.beat()
  expect(on.state.consumers.get('g')?.members.has(a.memberId)).toBe(false)
  const b = new ClassicMember(on, '')
  b.join(long)
  b.join(long)
  expect(b.sync()).toBe('NONE')
  told(on, { events: 5 })
  c.beat()
  expect(b.beat()).toBe('REBALANCE_IN_PROGRESS')
  on.advance(10_000)
  expect(b.beat()).toBe('REBALANCE_IN_PROGRESS')
  on.advance(10_001)
  expect(b.beat()).toBe('UNKNOWN_MEMBER_ID')
})

test('classic members of a consumer group have to be what they say', () => {
  const on = start()
  new TestMember(on, 'c').join()
  expect(on.ask(classic({ protocolType: 'connect' })).error).toBe('INCONSISTENT_GROUP_PROTOCOL')
  expect(on.ask(classic({ protocols: [] })).error).toBe('INCONSISTENT_GROUP_PROTOCOL')
  expect(on.ask(classic({ protocols: [{ name: 'p', metadata: Buffer.from('?') }] })).error).toBe(
    'INCONSISTENT_GROUP_PROTOCOL',
  )
  const a = new ClassicMember(on, 'a')
  expect(a.join().error).toBe('NONE')
  expect(on.ask(classic({ memberId: 'b', protocols: [{ ...subscribing()[0]!, name: 'other' }] })).error).toBe(
    'INCONSISTENT_GROUP_PROTOCOL',
  )
  a.generationId = 9
  expect(a.beat()).toBe('ILLEGAL_GENERATION')
  expect(a.sync()).toBe('ILLEGAL_GENERATION')
  expect(new ClassicMember(on, 'c', 1).beat()).toBe('UNKNOWN_MEMBER_ID')
  const leaving = { memberId: 'c', groupInstanceId: null }
  expect(on.ask({ type: 'leaveGroup', groupId: 'g', members: [leaving] }).members[0]?.error).toBe('UNKNOWN_MEMBER_ID')
})

test('the last static member of the consumer protocol is replaced by a classic one: the group is classic', () => {
  const on = start()
  const c = new TestMember(on, 'c', { instanceId: 'i' })
  c.join()
  expect(on.ask(classic({ groupInstanceId: 'i' })).error).toBe('UNRELEASED_INSTANCE_ID')
  c.leave(-2)
  const joined = on.ask(classic({ groupInstanceId: 'i' }))
  expect(joined).toMatchObject({ error: 'NONE', leader: joined.memberId })
  expect(on.state.consumers.size).toBe(0)
})
