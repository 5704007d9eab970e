// One request at a time against a group in a given state: what it is answered, and what it does to the state.

import { describe, expect, test } from 'vitest'

import type { Coordinator, Request } from './support.ts'
import { beat, coordinator, join, leave, stable, stateOf, subscription, sync } from './support.ts'

/** Groups in each state, each with the member 'a', of generation 1 where there is one. */
const GIVEN: Record<string, () => Coordinator> = {
  nothing: () => coordinator(),

  Empty: () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a' })])
    on.ask(leave('a'))
    return on
  },

  PreparingRebalance: () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a' })])
    on.send(join({ newMemberId: 'b' }))
    return on
  },

  CompletingRebalance: () => {
    const on = coordinator()
    on.send(join({ newMemberId: 'a' }))
    on.advance(3_000)
    return on
  },

  Stable: () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a' })])
    return on
  },
}

const member = { memberId: 'a', generationId: 1 }
const joined = { ...member, groupInstanceId: null }
const syncing = {
  type: 'syncGroup',
  groupId: 'g',
  ...joined,
  protocolType: null,
  protocolName: null,
  assignments: [],
} as const
const other = [{ name: 'other', metadata: Buffer.from('o') }]

const CASES: [given: string, name: string, request: Request, error: string][] = [
  ['nothing', 'a new member joins without a group id', join({ groupId: '' }), 'INVALID_GROUP_ID'],
  [
    'nothing',
    'a member with a session below the minimum joins',
    join({ sessionTimeoutMs: 5_999 }),
    'INVALID_SESSION_TIMEOUT',
  ],
  [
    'nothing',
    'a member with a session above the maximum joins',
    join({ sessionTimeoutMs: 1_800_001 }),
    'INVALID_SESSION_TIMEOUT',
  ],
  ['nothing', 'a member that was here once joins', join({ memberId: 'a' }), 'UNKNOWN_MEMBER_ID'],
  ['nothing', 'a member without protocols joins', join({ protocols: [] }), 'INCONSISTENT_GROUP_PROTOCOL'],
  ['nothing', 'a member without a protocol type joins', join({ protocolType: '' }), 'INCONSISTENT_GROUP_PROTOCOL'],
  ['nothing', 'a member syncs', syncing, 'UNKNOWN_MEMBER_ID'],
  ['nothing', 'a member syncs without a group id', { ...syncing, groupId: '' }, 'INVALID_GROUP_ID'],
  ['nothing', 'a member sends a heartbeat', beat(member), 'UNKNOWN_MEMBER_ID'],
  ['nothing', 'a member sends a heartbeat without a group id', { ...beat(member), groupId: '' }, 'INVALID_GROUP_ID'],
  ['Empty', 'a member that left joins', join({ memberId: 'a' }), 'UNKNOWN_MEMBER_ID'],
  ['Empty', 'a member that left syncs', syncing, 'UNKNOWN_MEMBER_ID'],
  ['Empty', 'a member that left sends a heartbeat', beat(member), 'UNKNOWN_MEMBER_ID'],
  ['PreparingRebalance', 'a member syncs', syncing, 'REBALANCE_IN_PROGRESS'],
  ['PreparingRebalance', 'a member sends a heartbeat', beat(member), 'REBALANCE_IN_PROGRESS'],
  [
    'PreparingRebalance',
    'a member of another type joins',
    join({ protocolType: 'connect' }),
    'INCONSISTENT_GROUP_PROTOCOL',
  ],
  ['CompletingRebalance', 'a member sends a heartbeat', beat(member), 'NONE'],
  ['CompletingRebalance', 'a member missed its answer and joins again', join({ memberId: 'a' }), 'NONE'],
  [
    'CompletingRebalance',
    'a member of another generation syncs',
    { ...syncing, generationId: 2 },
    'ILLEGAL_GENERATION',
  ],
  ['CompletingRebalance', 'a stranger syncs', { ...syncing, memberId: 'x' }, 'UNKNOWN_MEMBER_ID'],
  [
    'CompletingRebalance',
    'a member syncs for another protocol',
    { ...syncing, protocolName: 'other' },
    'INCONSISTENT_GROUP_PROTOCOL',
  ],
  [
    'CompletingRebalance',
    'a member syncs for another type',
    { ...syncing, protocolType: 'connect' },
    'INCONSISTENT_GROUP_PROTOCOL',
  ],
  [
    'CompletingRebalance',
    'the leader syncs and names its protocol',
    { ...syncing, protocolType: 'consumer', protocolName: 'range' },
    'NONE',
  ],
  ['Stable', 'a member sends a heartbeat', beat(member), 'NONE'],
  [
    'Stable',
    'a member of another generation sends a heartbeat',
    beat({ ...member, generationId: 0 }),
    'ILLEGAL_GENERATION',
  ],
  ['Stable', 'an unknown instance sends a heartbeat', beat(member, 'i'), 'UNKNOWN_MEMBER_ID'],
  ['Stable', 'a member syncs again', syncing, 'NONE'],
  ['Stable', 'a new member has no protocol in common', join({ protocols: other }), 'INCONSISTENT_GROUP_PROTOCOL'],
  [
    'Stable',
    'the only member changes to another protocol',
    join({ memberId: 'a', protocols: other }),
    'INCONSISTENT_GROUP_PROTOCOL',
  ],
  ['Stable', 'a stranger joins', join({ memberId: 'x' }), 'UNKNOWN_MEMBER_ID'],
]

test.each(CASES)('%s: %s', (given, _name, request, error) => {
  const on = GIVEN[given]?.() as Coordinator
  expect(on.ask(request)).toMatchObject({ error })
})

describe('a member of a stable group that joins again', () => {
  const pair = () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'leader' }), join({ newMemberId: 'follower' })])
    return on
  }

  test('starts a rebalance if it leads', () => {
    const on = pair()
    on.send(join({ memberId: 'leader' }))
    expect(stateOf(on)).toBe('PreparingRebalance')
  })

  test('learns the current generation if it follows and nothing has changed', () => {
    const on = pair()
    expect(on.ask(join({ memberId: 'follower' }))).toMatchObject({
      error: 'NONE',
      generationId: 1,
      leader: 'leader',
      members: [],
    })
    expect(stateOf(on)).toBe('Stable')
  })

  test('starts a rebalance if it follows and reads other topics now', () => {
    const on = pair()
    on.send(join({ memberId: 'follower', protocols: [{ name: 'range', metadata: subscription('more') }] }))
    expect(stateOf(on)).toBe('PreparingRebalance')
  })

  test('and asks twice: the first request is answered too, so that it holds up nothing behind it', () => {
    const on = pair()
    const first = on.send(join({ memberId: 'leader' }))
    const second = on.send(join({ memberId: 'leader' }))
    expect(on.answer('joinGroup', first).error).toBe('REBALANCE_IN_PROGRESS')
    on.send(join({ memberId: 'follower' }))
    expect(on.answer('joinGroup', second)).toMatchObject({ error: 'NONE', generationId: 2 })
  })
})

describe('the protocol of a generation', () => {
  const offering = (newMemberId: string, ...names: string[]) =>
    join({ newMemberId, protocols: names.map((name) => ({ name, metadata: Buffer.from(`${newMemberId} ${name}`) })) })
  const chosen = (...members: ReturnType<typeof offering>[]) => stable(coordinator(), members)[0]?.protocolName

  test('is one that all members support, though most prefer another', () => {
    expect(chosen(offering('a', 'sticky', 'range'), offering('b', 'sticky', 'range'), offering('c', 'range'))).toBe(
      'range',
    )
  })

  test('is the one that most members prefer', () => {
    expect(chosen(offering('a', 'x', 'y'), offering('b', 'y', 'x'), offering('c', 'y', 'x'))).toBe('y')
  })

  test('gives the leader the metadata that belongs to it', () => {
    const [leader] = stable(coordinator(), [offering('a', 'x', 'y'), offering('b', 'y')])
    expect(leader?.members.map(({ metadata }) => metadata.toString())).toEqual(['a y', 'b y'])
  })
})

test('a protocol that is offered twice counts once, as it was said first', () => {
  const on = coordinator()
  const twice = ['first', 'second'].map((text) => ({ name: 'range', metadata: Buffer.from(text) }))
  const [leader] = stable(on, [join({ newMemberId: 'a', protocols: twice }), join({ newMemberId: 'b' })])
  expect(leader?.members[0]?.metadata.toString()).toBe('first')
  on.ask(leave('a'))
  expect(on.ask(join({ protocols: [{ name: 'other', metadata: Buffer.alloc(0) }] })).error).toBe(
    'INCONSISTENT_GROUP_PROTOCOL',
  )
})

test('what a request brought is copied: its bytes may be used again', () => {
  const on = coordinator()
  const metadata = subscription('events')
  const expected = Buffer.from(metadata)
  const to = on.send(join({ newMemberId: 'a', protocols: [{ name: 'range', metadata }] }))
  metadata.fill(0)
  on.advance(3_000)
  const joined = on.answer('joinGroup', to)
  expect(joined.members[0]?.metadata).toEqual(expected)
  const request = sync(joined, { a: 'all' })
  on.ask(request)
  request.assignments[0]?.assignment.fill(0)
  expect(on.ask(sync(joined)).assignment.toString()).toBe('all')
})

describe('the size of a group', () => {
  test('is limited: who comes too late stays out', () => {
    const on = coordinator({ maxSize: 2 })
    stable(on, [join({ newMemberId: 'a' }), join({ newMemberId: 'b' })])
    expect(on.ask(join())).toMatchObject({ error: 'GROUP_MAX_SIZE_REACHED', memberId: '' })
    expect(stateOf(on)).toBe('Stable')
  })

  test('is limited by what its record may take: a larger assignment is refused to all, and the group joins again', () => {
    const on = coordinator({ maxMessageBytes: 10_000 })
    const a = on.send(join({ newMemberId: 'a' }))
    const b = on.send(join({ newMemberId: 'b' }))
    on.advance(6_000)
    const waiting = on.send(sync(on.answer('joinGroup', b)))
    expect(on.ask(sync(on.answer('joinGroup', a), { a: 'x'.repeat(10_000) })).error).toBe('UNKNOWN_SERVER_ERROR')
    expect(on.answer('syncGroup', waiting).error).toBe('UNKNOWN_SERVER_ERROR')
    expect(stateOf(on)).toBe('PreparingRebalance')
    expect(on.log).toEqual([])
  })
})

describe('leaving', () => {
  test('has an error for each member', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a' }), join({ newMemberId: 'b' })])
    const left = on.ask(leave('a', 'x'))
    expect(left.error).toBe('NONE')
    expect(left.members.map(({ memberId, error }) => [memberId, error])).toEqual([
      ['a', 'NONE'],
      ['x', 'UNKNOWN_MEMBER_ID'],
    ])
    expect(stateOf(on)).toBe('PreparingRebalance')
  })

  test('of a group that is not there is an error of each member', () => {
    expect(coordinator().ask(leave('a')).members).toMatchObject([{ error: 'UNKNOWN_MEMBER_ID' }])
  })

  test('by one that was only told its id disturbs nobody', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a' })])
    on.ask(join({ apiVersion: 5, newMemberId: 'told' }))
    expect(on.ask(leave('told')).members).toMatchObject([{ error: 'NONE' }])
    expect(stateOf(on)).toBe('Stable')
  })

  test('while one waits to join answers the wait', () => {
    const on = coordinator()
    const to = on.send(join({ newMemberId: 'a' }))
    on.ask(leave('a'))
    expect(on.answer('joinGroup', to).error).toBe('UNKNOWN_MEMBER_ID')
  })

  test('while one waits for its assignment answers the wait', () => {
    const on = coordinator()
    on.send(join({ newMemberId: 'a' }))
    const b = on.send(join({ newMemberId: 'b' }))
    on.advance(6_000)
    const waiting = on.send(sync(on.answer('joinGroup', b)))
    on.ask(leave('b'))
    expect(on.answer('syncGroup', waiting).error).toBe('UNKNOWN_MEMBER_ID')
  })

  test('of the member that everybody waited for lets the others go on', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a' }), join({ newMemberId: 'b' })])
    const again = on.send(join({ memberId: 'a' }))
    on.ask(leave('b'))
    expect(on.answer('joinGroup', again)).toMatchObject({ error: 'NONE', generationId: 2 })
  })
})

test('a coordinator is loaded before it is asked, and once', () => {
  const on = coordinator()
  expect(() => on.event({ type: 'loaded' })).toThrow(/broken law: a coordinator is loaded once/)
})
