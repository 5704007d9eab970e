// Committed offsets and the groups that own them: who may commit, what is read back, what expires.

import { ZERO_UUID } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import type { Coordinator } from './support.ts'
import { CONFIG, commit, committed, coordinator, join, leave, stable, stateOf, subscription } from './support.ts'

const DAY_MS = 24 * 3_600_000
const ID = 'AAAAAAAAAAAAAAAAAAAAEA'
const OTHER_ID = 'AAAAAAAAAAAAAAAAAAAAIA'

const errorOf = (on: Coordinator, request: ReturnType<typeof commit>) => on.ask(request).topics[0]?.partitions[0]?.error

describe('a commit', () => {
  const given: Record<string, (on: Coordinator) => void> = {
    'no group': () => undefined,
    'an empty group': (on) => {
      stable(on, [join({ newMemberId: 'a' })])
      on.ask(leave('a'))
    },
    'a stable group': (on) => void stable(on, [join({ newMemberId: 'a' })]),
    'a group that prepares a rebalance': (on) => {
      stable(on, [join({ newMemberId: 'a' })])
      on.send(join({ newMemberId: 'b' }))
    },
    'a group that waits for its assignment': (on) => {
      on.send(join({ newMemberId: 'a' }))
      on.advance(3_000)
    },
  }
  const outside = commit(5)
  const fromMember = commit(5, { memberId: 'a', generationId: 1 })

  test.each([
    ['no group', 'from outside', outside, 'NONE'],
    ['no group', 'of a member', fromMember, 'ILLEGAL_GENERATION'],
    ['no group', 'of a member, version 9', { ...fromMember, apiVersion: 9 }, 'GROUP_ID_NOT_FOUND'],
    ['an empty group', 'from outside', outside, 'NONE'],
    ['an empty group', 'of a member that left', fromMember, 'UNKNOWN_MEMBER_ID'],
    ['a stable group', 'from outside', outside, 'UNKNOWN_MEMBER_ID'],
    ['a stable group', 'of a member', fromMember, 'NONE'],
    ['a stable group', 'of a stranger', { ...fromMember, memberId: 'x' }, 'UNKNOWN_MEMBER_ID'],
    ['a stable group', 'of an older generation', { ...fromMember, generationId: 0 }, 'ILLEGAL_GENERATION'],
    ['a stable group', 'of a member without its generation', { ...fromMember, generationId: -1 }, 'ILLEGAL_GENERATION'],
    ['a stable group', 'of an unknown instance', { ...fromMember, groupInstanceId: 'i' }, 'UNKNOWN_MEMBER_ID'],
    ['a group that prepares a rebalance', 'of a member', fromMember, 'NONE'],
    ['a group that waits for its assignment', 'of a member', fromMember, 'REBALANCE_IN_PROGRESS'],
  ])('to %s, %s', (state, _name, request, error) => {
    const on = coordinator()
    given[state]?.(on)
    expect(errorOf(on, request)).toBe(error)
    expect(committed(on)).toBe(error === 'NONE' ? 5 : undefined)
    on.reload()
    expect(committed(on)).toBe(error === 'NONE' ? 5 : undefined)
  })

  test('keeps its member alive', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a', sessionTimeoutMs: 10_000 })])
    on.advance(9_000)
    on.ask(commit(1, { memberId: 'a', generationId: 1 }))
    on.advance(9_000)
    expect(stateOf(on)).toBe('Stable')
  })

  test('whose metadata is too large is refused for that partition alone', () => {
    const on = coordinator({ offsetMetadataMaxBytes: 3 })
    const partition = { committedOffset: 1, committedLeaderEpoch: 4 }
    const partitions = [
      { ...partition, partitionIndex: 0, committedMetadata: 'four' },
      { ...partition, partitionIndex: 1, committedMetadata: 'ok!' },
    ]
    const result = on.ask(commit(0, { topics: [{ name: 'events', topicId: ZERO_UUID, partitions }] }))
    expect(result.topics[0]?.partitions.map(({ error }) => error)).toEqual(['OFFSET_METADATA_TOO_LARGE', 'NONE'])
    const topics = [{ name: 'events', topicId: ZERO_UUID, partitionIndexes: [0, 1] }]
    expect(on.ask({ type: 'offsetFetch', requireStable: false, groupId: 'g', topics }).topics[0]?.partitions).toEqual([
      { partitionIndex: 0, committedOffset: -1, committedLeaderEpoch: -1, metadata: '', error: 'NONE' },
      { partitionIndex: 1, committedOffset: 1, committedLeaderEpoch: 4, metadata: 'ok!', error: 'NONE' },
    ])
  })

  test('of very many partitions is cut into batches that the log takes', () => {
    const on = coordinator({ maxMessageBytes: 10_000 })
    const partitions = Array.from({ length: 500 }, (_, partitionIndex) => ({
      partitionIndex,
      committedOffset: partitionIndex,
      committedLeaderEpoch: -1,
      committedMetadata: null,
    }))
    on.ask(commit(0, { topics: [{ name: 'events', topicId: ZERO_UUID, partitions }] }))
    expect(on.state.offsets.get('g')?.get('events')?.size).toBe(500)
  })
})

describe('offsets of a topic that was made anew', () => {
  const fetch = (on: Coordinator, topicId: string) =>
    on.ask({
      type: 'offsetFetch',
      requireStable: false,
      groupId: 'g',
      topics: [{ name: 'events', topicId, partitionIndexes: [0] }],
    }).topics[0]?.partitions[0]?.committedOffset
  const under = (topicId: string, offset = 5) => ({
    topics: commit(offset).topics.map((topic) => ({ ...topic, topicId })),
  })

  test('are not those of the old one, to who asks by id', () => {
    const on = coordinator()
    on.ask(commit(5, under(ID)))
    expect([fetch(on, ID), fetch(on, OTHER_ID), fetch(on, ZERO_UUID)]).toEqual([5, -1, 5])
  })

  test('go with the topic, and those that were committed under another id stay', () => {
    const on = coordinator()
    on.ask(commit(5, { groupId: 'old', ...under(ID) }))
    on.ask(commit(6, { groupId: 'new', ...under(OTHER_ID, 6) }))
    on.ask(commit(7, { groupId: 'unknown' }))
    on.event({ type: 'topicsDeleted', topics: [{ name: 'events', topicId: ID }] })
    expect(['old', 'new', 'unknown'].map((groupId) => committed(on, 'events', groupId))).toEqual([
      undefined,
      6,
      undefined,
    ])
  })
})

describe('offsets expire', () => {
  const expiring = (on: Coordinator) => on.advance(CONFIG.offsetsRetentionMs + CONFIG.offsetsRetentionCheckIntervalMs)

  test('after their commit, where nobody ever was a member', () => {
    const on = coordinator()
    on.ask(commit(5))
    on.advance(7 * DAY_MS - 1_000)
    expect(committed(on)).toBe(5)
    on.advance(CONFIG.offsetsRetentionCheckIntervalMs + 1_000)
    expect(committed(on)).toBeUndefined()
    expect(stateOf(on)).toBe('Dead')
  })

  test('after the group became empty, and the group goes with them', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a', sessionTimeoutMs: 1_800_000 })])
    on.ask(commit(5, { memberId: 'a', generationId: 1 }))
    on.advance(1_700_000)
    on.ask(leave('a'))
    on.advance(7 * DAY_MS - 1)
    expect(committed(on)).toBe(5)
    on.advance(CONFIG.offsetsRetentionCheckIntervalMs)
    expect(committed(on)).toBeUndefined()
    expect(on.state.groups.size).toBe(0)
    on.reload()
    expect(stateOf(on)).toBe('Dead')
  })

  test('never while members read the topic, but those of topics that they stopped reading do', () => {
    const on = coordinator({ maxSessionTimeoutMs: 20 * DAY_MS })
    stable(on, [join({ newMemberId: 'a', sessionTimeoutMs: 20 * DAY_MS })])
    const topic = (name: string) => commit(5).topics.map((topic) => ({ ...topic, name }))
    on.ask(commit(5, { memberId: 'a', generationId: 1, topics: [...topic('events'), ...topic('former')] }))
    expiring(on)
    expect(committed(on, 'events')).toBe(5)
    expect(committed(on, 'former')).toBeUndefined()
  })

  test('never in a group of another kind, whose subscriptions say nothing to a broker', () => {
    const on = coordinator({ maxSessionTimeoutMs: 20 * DAY_MS })
    stable(on, [join({ newMemberId: 'a', sessionTimeoutMs: 20 * DAY_MS, protocolType: 'connect' })])
    on.ask(commit(5, { memberId: 'a', generationId: 1 }))
    expiring(on)
    expect(committed(on)).toBe(5)
  })

  test('never where a subscription cannot be read', () => {
    const on = coordinator({ maxSessionTimeoutMs: 20 * DAY_MS })
    const protocols = [{ name: 'range', metadata: Buffer.from('0000ffffffff', 'hex') }]
    stable(on, [join({ newMemberId: 'a', sessionTimeoutMs: 20 * DAY_MS, protocols })])
    on.ask(commit(5, { memberId: 'a', generationId: 1 }))
    expiring(on)
    expect(committed(on)).toBe(5)
  })

  test('when a client of old said so', () => {
    const on = coordinator()
    on.ask(commit(5, { retentionTimeMs: 1_000 }))
    on.advance(CONFIG.offsetsRetentionCheckIntervalMs)
    expect(committed(on)).toBeUndefined()
  })

  test.each([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    'as far off as a record can say, when a client of old said %i ms',
    (retentionTimeMs) => {
      const on = coordinator()
      on.ask(commit(5, { retentionTimeMs }))
      expect(committed(on)).toBe(5)
      on.reload()
      expect(committed(on)).toBe(5)
    },
  )

  test('but a group whose next member was just told its id stays', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a', sessionTimeoutMs: 1_800_000 })])
    on.ask(leave('a'))
    on.ask(join({ apiVersion: 5, newMemberId: 'told', sessionTimeoutMs: 1_800_000 }))
    on.advance(CONFIG.offsetsRetentionCheckIntervalMs * 2)
    const to = on.send(join({ apiVersion: 5, memberId: 'told' }))
    on.advance(3_000)
    expect(on.answer('joinGroup', to)).toMatchObject({ error: 'NONE', generationId: 3 })
  })

  test('from many groups, a few at each tick', () => {
    const on = coordinator()
    for (let i = 0; i < 2_500; i++) on.ask(commit(i, { groupId: `g${i}`, retentionTimeMs: 1_000 }))
    const before = on.log.length
    on.advance(CONFIG.offsetsRetentionCheckIntervalMs)
    expect(on.state.offsets.size).toBe(0)
    expect(on.log.length - before).toBe(2_500)
    expect(on.state.volatile.unswept).toEqual([])
  })
})

describe('deleting offsets', () => {
  const remove = (on: Coordinator, name = 'events', groupId = 'g') =>
    on.ask({ type: 'offsetDelete', groupId, topics: [{ name, partitions: [{ partitionIndex: 0 }] }] })

  test('of topics that members read is refused', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a', protocols: [{ name: 'range', metadata: subscription('events', 'more') }] })])
    on.ask(commit(5, { memberId: 'a', generationId: 1 }))
    expect(remove(on).topics[0]?.partitions).toEqual([{ partitionIndex: 0, error: 'GROUP_SUBSCRIBED_TO_TOPIC' }])
    expect(remove(on, 'unread').topics[0]?.partitions).toEqual([{ partitionIndex: 0, error: 'NONE' }])
    expect(committed(on)).toBe(5)
  })

  test('of an empty group is done', () => {
    const on = coordinator()
    on.ask(commit(5))
    expect(remove(on)).toEqual({
      error: 'NONE',
      topics: [{ name: 'events', partitions: [{ partitionIndex: 0, error: 'NONE' }] }],
    })
    expect(committed(on)).toBeUndefined()
  })

  test('of other groups with members, and of none, is refused as a whole', () => {
    const on = coordinator()
    stable(on, [join({ newMemberId: 'a', protocolType: 'connect' })])
    expect(remove(on).error).toBe('NON_EMPTY_GROUP')
    expect(remove(on, 'events', 'nobody').error).toBe('GROUP_ID_NOT_FOUND')
    expect(remove(on, 'events', '').error).toBe('INVALID_GROUP_ID')
  })
})
