// Whole stories, as clients of different kinds live them.

import { describe, expect, test } from 'vitest'

import { beat, commit, committed, coordinator, join, leave, stable, stateOf, sync } from './support.ts'

const alive = { error: 'NONE' }

test('two members share a group: one leads and assigns, both learn their part', () => {
  const on = coordinator()
  const first = on.send(join({ newMemberId: 'a' }))
  on.advance(1_000)
  const second = on.send(join({ newMemberId: 'b' }))
  expect(on.answered(first)).toBe(false)
  on.advance(10_000)
  const leader = on.answer('joinGroup', first)
  const follower = on.answer('joinGroup', second)
  expect(leader).toMatchObject({ error: 'NONE', generationId: 1, leader: 'a', memberId: 'a', protocolName: 'range' })
  expect(leader.members.map(({ memberId }) => memberId)).toEqual(['a', 'b'])
  expect(follower).toMatchObject({ error: 'NONE', generationId: 1, leader: 'a', memberId: 'b', members: [] })

  const early = on.send(sync(follower))
  expect(on.answered(early)).toBe(false)
  expect(stateOf(on)).toBe('CompletingRebalance')
  const assigned = on.ask(sync(leader, { a: 'p0 p1', b: 'p2' }))
  expect(assigned.assignment.toString()).toBe('p0 p1')
  expect(on.answer('syncGroup', early).assignment.toString()).toBe('p2')
  expect(stateOf(on)).toBe('Stable')
  expect(on.ask(beat(leader))).toEqual(alive)
  expect(on.ask(beat(follower))).toEqual(alive)
})

test('members that come one by one are gathered by the initial delay, which grows no longer than the rebalance timeout', () => {
  const on = coordinator()
  const joins: number[] = []
  for (let i = 0; i < 4; i++) {
    joins.push(on.send(join({ newMemberId: `m${i}`, rebalanceTimeoutMs: 7_000 })))
    on.advance(2_000)
  }
  const generations = joins.map((to) => on.answered(to) && on.answer('joinGroup', to).generationId)
  expect(generations).toEqual([1, 1, 1, 1])
  expect(on.now()).toBe(9_000)
})

test('four members over a rebalance: a fifth comes, all join again, the partitions move', () => {
  const on = coordinator()
  const members = stable(
    on,
    ['a', 'b', 'c', 'd'].map((newMemberId) => join({ newMemberId })),
  )
  const newcomer = on.send(join({ newMemberId: 'e' }))
  for (const member of members) expect(on.ask(beat(member))).toEqual({ error: 'REBALANCE_IN_PROGRESS' })
  const again = members.map(({ memberId }) => on.send(join({ memberId })))
  expect(on.answer('joinGroup', newcomer)).toMatchObject({ error: 'NONE', generationId: 2, leader: 'a' })
  expect(on.answer('joinGroup', again[0] as number).members).toHaveLength(5)
})

test('a kafkajs member (JoinGroup 5) is first told its id, and joins with it', () => {
  const on = coordinator()
  const told = on.ask(join({ apiVersion: 5, newMemberId: 'kafkajs-1' }))
  expect(told).toMatchObject({ error: 'MEMBER_ID_REQUIRED', memberId: 'kafkajs-1', generationId: -1 })
  const to = on.send(join({ apiVersion: 5, memberId: told.memberId }))
  on.advance(3_000)
  expect(on.answer('joinGroup', to)).toMatchObject({ error: 'NONE', memberId: 'kafkajs-1', leader: 'kafkajs-1' })
})

test('a member that was told its id and never came back holds up nobody for longer than its session', () => {
  const on = coordinator()
  const [leader] = stable(on, [join({ newMemberId: 'a', sessionTimeoutMs: 60_000 })])
  on.ask(join({ apiVersion: 5, newMemberId: 'lost', sessionTimeoutMs: 6_000 }))
  const again = on.send(join({ memberId: leader?.memberId as string, sessionTimeoutMs: 60_000 }))
  on.advance(5_999)
  expect(on.answered(again)).toBe(false)
  on.advance(1)
  expect(on.answer('joinGroup', again)).toMatchObject({ error: 'NONE', generationId: 2 })
})

test('a kafka-go member (JoinGroup 1, SyncGroup 0) joins at once, and one of version 0 has no rebalance timeout of its own', () => {
  const on = coordinator({ initialRebalanceDelayMs: 0 })
  const to = on.send(join({ apiVersion: 1, newMemberId: 'go' }))
  on.advance(0)
  const joined = on.answer('joinGroup', to)
  expect(on.ask(sync(joined, { go: 'all' })).assignment.toString()).toBe('all')
  on.send(join({ apiVersion: 0, newMemberId: 'old', rebalanceTimeoutMs: -1, sessionTimeoutMs: 30_000 }))
  const again = on.send(join({ apiVersion: 1, memberId: 'go' }))
  expect(on.answer('joinGroup', again).members).toHaveLength(2)
  expect(on.state.volatile.live.get('g')?.members.get('old')?.rebalanceTimeoutMs).toBe(30_000)
})

test('a leader that dies before it assigned is replaced: the others join again under a new one', () => {
  const on = coordinator()
  const a = on.send(join({ newMemberId: 'a' }))
  const b = on.send(join({ newMemberId: 'b' }))
  on.advance(6_000)
  expect(on.answer('joinGroup', a).leader).toBe('a')
  const waiting = on.send(sync(on.answer('joinGroup', b)))
  on.advance(9_999)
  expect(on.answered(waiting)).toBe(false)
  on.advance(1)
  expect(on.answer('syncGroup', waiting).error).toBe('REBALANCE_IN_PROGRESS')
  const again = on.send(join({ memberId: 'b' }))
  expect(on.answer('joinGroup', again)).toMatchObject({ generationId: 2, leader: 'b' })
})

test('a slow member is left behind when the rebalance timeout has passed, and finds out', () => {
  const on = coordinator()
  const members = stable(on, [
    join({ newMemberId: 'a', sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 20_000 }),
    join({ newMemberId: 'slow', sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 20_000 }),
  ])
  const again = on.send(join({ memberId: 'a', sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 20_000 }))
  on.advance(19_999)
  expect(on.answered(again)).toBe(false)
  on.advance(1)
  expect(on.answer('joinGroup', again).members.map(({ memberId }) => memberId)).toEqual(['a'])
  expect(on.ask(beat(members[1] as { memberId: string; generationId: number }))).toEqual({ error: 'UNKNOWN_MEMBER_ID' })
})

test('members that do not ask for their assignment are removed when the rebalance timeout has passed', () => {
  const on = coordinator()
  const a = on.send(join({ newMemberId: 'a', rebalanceTimeoutMs: 15_000, sessionTimeoutMs: 20_000 }))
  const b = on.send(join({ newMemberId: 'b', rebalanceTimeoutMs: 15_000, sessionTimeoutMs: 20_000 }))
  on.advance(6_000)
  const leader = on.answer('joinGroup', a)
  on.ask(sync(leader, { a: 'all', b: 'nothing' }))
  expect(stateOf(on)).toBe('Stable')
  on.advance(14_999)
  expect(on.ask(beat(leader))).toEqual(alive)
  on.advance(1)
  expect(on.ask(beat(leader))).toEqual({ error: 'REBALANCE_IN_PROGRESS' })
  expect(on.ask(beat(on.answer('joinGroup', b)))).toEqual({ error: 'UNKNOWN_MEMBER_ID' })
})

test('the last member to leave makes the group empty in a generation of its own, which is kept', () => {
  const on = coordinator()
  const members = stable(on, [join({ newMemberId: 'a' }), join({ newMemberId: 'b' })])
  on.ask(commit(7, { memberId: 'a', generationId: members[0]?.generationId ?? 0 }))
  on.ask(leave('a', 'b'))
  expect(stateOf(on)).toBe('Empty')
  on.reload()
  expect(stateOf(on)).toBe('Empty')
  expect(committed(on)).toBe(7)
  const next = on.send(join({ newMemberId: 'c' }))
  on.advance(3_000)
  expect(on.answer('joinGroup', next).generationId).toBe(3)
})

describe('static members', () => {
  const instance = (groupInstanceId: string, newMemberId: string, apiVersion = 9) =>
    join({ apiVersion, groupInstanceId, newMemberId, sessionTimeoutMs: 60_000 })

  test('one that restarts takes over the place of its former self without a rebalance', () => {
    const on = coordinator()
    const [one, two] = stable(on, [instance('i1', 'i1-x'), instance('i2', 'i2-x')])
    const back = on.ask(instance('i2', 'i2-y'))
    expect(back).toMatchObject({
      error: 'NONE',
      generationId: 1,
      memberId: 'i2-y',
      leader: 'i1-x',
      skipAssignment: false,
    })
    const assigned = on.ask({ ...sync(back), groupInstanceId: 'i2' })
    expect(assigned.assignment.toString()).toBe('for i2-x')
    expect(on.ask(beat(one as NonNullable<typeof one>, 'i1'))).toEqual(alive)
    expect(on.ask(beat(two as NonNullable<typeof two>, 'i2'))).toEqual({ error: 'FENCED_INSTANCE_ID' })
    on.reload()
    expect(on.ask(beat(back, 'i2'))).toEqual(alive)
  })

  test('a leader that restarts is told to skip the assignment, or, if it is old, that it does not lead', () => {
    const on = coordinator()
    stable(on, [instance('i1', 'i1-x'), instance('i2', 'i2-x')])
    const back = on.ask(instance('i1', 'i1-y', 9))
    expect(back).toMatchObject({ leader: 'i1-y', memberId: 'i1-y', skipAssignment: true })
    expect(back.members.map(({ memberId }) => memberId).toSorted()).toEqual(['i1-y', 'i2-x'])
    const old = on.ask(instance('i1', 'i1-z', 5))
    expect(old).toMatchObject({ leader: 'i1-y', memberId: 'i1-z', skipAssignment: false, members: [] })
  })

  test('one that comes back while the leader assigns starts a new rebalance', () => {
    const on = coordinator()
    const a = on.send(instance('i1', 'i1-x'))
    on.send(instance('i2', 'i2-x'))
    on.advance(6_000)
    const back = on.send(instance('i2', 'i2-y'))
    expect(stateOf(on)).toBe('PreparingRebalance')
    const again = on.send({ ...join({ memberId: 'i1-x' }), groupInstanceId: 'i1' })
    expect(on.answer('joinGroup', a).generationId).toBe(1)
    expect(on.answer('joinGroup', again).generationId).toBe(2)
    expect(on.answer('joinGroup', back)).toMatchObject({ error: 'NONE', memberId: 'i2-y', generationId: 2 })
  })

  test('one whose former self still waits fences it', () => {
    const on = coordinator()
    const former = on.send(instance('i1', 'i1-x'))
    const latter = on.send(instance('i1', 'i1-y'))
    expect(on.answer('joinGroup', former)).toMatchObject({ error: 'FENCED_INSTANCE_ID', memberId: 'i1-x' })
    on.advance(3_000)
    expect(on.answer('joinGroup', latter)).toMatchObject({ error: 'NONE', memberId: 'i1-y', leader: 'i1-y' })
  })

  test('one that is away stays in the group through a rebalance, and keeps its part', () => {
    const on = coordinator()
    const times = { rebalanceTimeoutMs: 20_000, sessionTimeoutMs: 120_000 }
    stable(on, [
      { ...instance('i1', 'i1-x'), ...times },
      { ...instance('i2', 'i2-x'), ...times },
    ])
    const again = on.send({ ...join({ memberId: 'i1-x', ...times }), groupInstanceId: 'i1' })
    on.advance(19_999)
    expect(on.answered(again)).toBe(false)
    on.advance(1)
    const members = on.answer('joinGroup', again).members.map(({ groupInstanceId }) => groupInstanceId)
    expect(members).toEqual(['i1', 'i2'])
  })

  test('alone in a group that somebody else left are waited for until their sessions end', () => {
    const on = coordinator()
    const times = { rebalanceTimeoutMs: 20_000, sessionTimeoutMs: 120_000 }
    stable(on, [{ ...instance('i1', 'i1-x'), ...times }, join({ newMemberId: 'd', ...times })])
    on.ask(leave('d'))
    on.advance(100_000)
    expect(stateOf(on)).toBe('PreparingRebalance')
    const back = on.ask({ ...instance('i1', 'i1-y'), ...times })
    expect(back).toMatchObject({ error: 'NONE', generationId: 2, leader: 'i1-y' })
  })

  test('one that would no longer fit in the record of the group starts a rebalance', () => {
    const on = coordinator({ maxMessageBytes: 1_500 })
    stable(on, [instance('i1', 'i1-x')])
    const records = on.log.length
    on.send(instance('i1', 'y'.repeat(1_500)))
    expect(on.log.length).toBe(records)
    expect(stateOf(on)).not.toBe('Stable')
  })

  test('an administrator removes one by its instance id', () => {
    const on = coordinator()
    stable(on, [instance('i1', 'i1-x'), instance('i2', 'i2-x')])
    const members = [
      { memberId: '', groupInstanceId: 'i2' },
      { memberId: '', groupInstanceId: 'nobody' },
    ]
    const left = on.ask({ type: 'leaveGroup', groupId: 'g', members })
    expect(left.members.map(({ error }) => error)).toEqual(['NONE', 'UNKNOWN_MEMBER_ID'])
    expect(stateOf(on)).toBe('PreparingRebalance')
  })
})

test('a round leaves no deadline behind when it is over', () => {
  const on = coordinator()
  const timers = () => on.state.volatile.deadlines.heap.map(({ what }) => what.type).toSorted()
  on.send(join({ newMemberId: 'a' }))
  expect(timers()).toEqual(['join', 'session', 'sweep'])
  on.advance(3_000)
  expect(timers()).toEqual(['session', 'sweep', 'sync'])
  on.send(join({ newMemberId: 'b' }))
  expect(timers()).toEqual(['join', 'session', 'session', 'sweep'])
  expect(on.state.volatile.live.get('g')).toMatchObject({ state: 'PreparingRebalance', pendingSync: 0 })
  const again = on.send(join({ memberId: 'a' }))
  expect(timers()).toEqual(['session', 'session', 'sweep', 'sync'])
  const leader = on.answer('joinGroup', again)
  on.send(sync(leader))
  on.send(sync({ ...leader, memberId: 'b' }))
  expect(timers()).toEqual(['session', 'session', 'sweep'])
  on.ask(leave('a', 'b'))
  expect(timers()).toEqual(['sweep'])
})

describe('a coordinator that takes over', () => {
  test('in a stable group gives every member a full session, and nobody notices', () => {
    const on = coordinator()
    const members = stable(on, [join({ newMemberId: 'a' }), join({ newMemberId: 'b' })])
    on.advance(9_000)
    on.reload()
    on.advance(9_999)
    for (const member of members) expect(on.ask(beat(member))).toEqual(alive)
    const assigned = on.ask(sync(members[1] as NonNullable<(typeof members)[1]>))
    expect(assigned.assignment.toString()).toBe('for b')
  })

  test('while members of a new group join knows nothing of them', () => {
    const on = coordinator()
    on.send(join({ newMemberId: 'a' }))
    on.reload()
    expect(on.ask(join({ memberId: 'a' }))).toMatchObject({ error: 'UNKNOWN_MEMBER_ID' })
    expect(stateOf(on)).toBe('Dead')
  })

  test('while an old group prepares a rebalance finds the generation before, stable', () => {
    const on = coordinator()
    const members = stable(on, [join({ newMemberId: 'a' }), join({ newMemberId: 'b' })])
    on.send(join({ newMemberId: 'c' }))
    expect(stateOf(on)).toBe('PreparingRebalance')
    on.reload()
    expect(stateOf(on)).toBe('Stable')
    for (const member of members) expect(on.ask(beat(member))).toEqual(alive)
    expect(on.ask(join({ memberId: 'c' })).error).toBe('UNKNOWN_MEMBER_ID')
  })

  test('between join and assignment finds the generation before, and sends the members of the next one back to join', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a' })])
    const newcomer = on.send(join({ newMemberId: 'b' }))
    const again = on.send(join({ memberId: 'a' }))
    const leader = on.answer('joinGroup', again)
    expect(leader.generationId).toBe(2)
    expect(on.answered(newcomer)).toBe(true)
    on.reload()
    expect(on.ask(sync(leader, { a: 'x' })).error).toBe('ILLEGAL_GENERATION')
    expect(on.ask(sync(on.answer('joinGroup', newcomer))).error).toBe('UNKNOWN_MEMBER_ID')
    const rejoined = on.send(join({ memberId: 'a' }))
    expect(on.answer('joinGroup', rejoined)).toMatchObject({ error: 'NONE', generationId: 2 })
  })

  test('of a group that is larger than is allowed now calls its members to join again', () => {
    const on = coordinator({ maxSize: 2 })
    const large = coordinator()
    stable(large, [join({ newMemberId: 'a' }), join({ newMemberId: 'b' }), join({ newMemberId: 'c' })])
    on.log.push(...large.log)
    on.reload()
    expect(stateOf(on)).toBe('PreparingRebalance')
    const joins = ['a', 'b', 'c'].map((memberId) => on.send(join({ memberId })))
    expect(on.answer('joinGroup', joins[2] as number).error).toBe('GROUP_MAX_SIZE_REACHED')
    expect(on.answer('joinGroup', joins[0] as number).members).toHaveLength(2)
  })
})

describe('a connection that closes while its request waits', () => {
  test('gets no reply; its member stays until its session ends', () => {
    const on = coordinator({ initialRebalanceDelayMs: 0 })
    const gone = on.send(join({ newMemberId: 'a', sessionTimeoutMs: 6_000 }))
    on.event({ type: 'abandoned', groupId: 'g', request: gone })
    const stays = on.send(join({ newMemberId: 'b' }))
    on.advance(0)
    expect(on.answered(gone)).toBe(false)
    expect(on.answer('joinGroup', stays)).toMatchObject({ error: 'NONE', generationId: 1, leader: 'a' })
    on.advance(6_000)
    expect(on.ask(beat(on.answer('joinGroup', stays)))).toEqual({ error: 'REBALANCE_IN_PROGRESS' })
  })

  test('leaves before the next generation if its session ends first', () => {
    const on = coordinator()
    const patient = { sessionTimeoutMs: 30_000 }
    stable(on, [join({ newMemberId: 'a', ...patient }), join({ newMemberId: 'b', ...patient })])
    const waits = on.send(join({ newMemberId: 'ghost', sessionTimeoutMs: 6_000 }))
    on.event({ type: 'abandoned', groupId: 'g', request: waits })
    const again = on.send(join({ memberId: 'a', ...patient }))
    on.advance(6_000)
    on.send(join({ memberId: 'b', ...patient }))
    expect(on.answer('joinGroup', again).members.map(({ memberId }) => memberId)).toEqual(['a', 'b'])
  })

  test('is not waited for when it was a member before', () => {
    const on = coordinator()
    const patient = { sessionTimeoutMs: 30_000 }
    const joins = ['a', 'b', 'c'].map((newMemberId) => join({ newMemberId, ...patient }))
    stable(on, joins)
    const again = on.send(join({ memberId: 'a', ...patient }))
    const gone = on.send(join({ memberId: 'b', sessionTimeoutMs: 6_000 }))
    on.event({ type: 'abandoned', groupId: 'g', request: gone })
    on.advance(6_000)
    on.send(join({ memberId: 'c', ...patient }))
    expect(on.answer('joinGroup', again).members.map(({ memberId }) => memberId)).toEqual(['a', 'c'])
  })
})

test('a new member waits five minutes at most, because nobody could know that it has given up', () => {
  const on = coordinator()
  const patient = { sessionTimeoutMs: 1_800_000, rebalanceTimeoutMs: 1_800_000 }
  stable(on, [join({ newMemberId: 'away', ...patient })])
  const waits = on.send(join({ newMemberId: 'new', ...patient }))
  on.advance(299_999)
  expect(on.answered(waits)).toBe(false)
  on.advance(1)
  expect(on.answer('joinGroup', waits).error).toBe('UNKNOWN_MEMBER_ID')
})
