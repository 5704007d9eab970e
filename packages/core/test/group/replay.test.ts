// Whatever clients do, in whatever order: the log says what the coordinator believes, every request is answered once (the
// machine asserts its other laws itself), and a coordinator that takes over leads each stable group on.

import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Coordinator, Request } from './support.ts'
import { commit, coordinator, join, kept, replay } from './support.ts'

const GROUPS = ['g', 'h']

/** A client knows what it was last told. */
interface Actor {
  readonly groupId: string
  readonly groupInstanceId: string | null
  memberId: string
  generationId: number
  /** What a well-behaved client does next. */
  next: 'join' | 'sync' | 'heartbeat'
  waiting: { type: 'joinGroup' | 'syncGroup' | 'heartbeat'; to: number }[]
}

const action = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('proceed') },
    { weight: 8, arbitrary: fc.constantFrom('advance', 'advance', 'join', 'sync', 'heartbeat', 'commit') },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'leave',
        'simpleCommit',
        'abandon',
        'delete',
        'offsetDelete',
        'topicsDeleted',
        'reload',
      ),
    },
  ),
  actor: fc.nat(5),
  /** Now and then a client errs in what it is. */
  stray: fc.nat(9).map((chance) => chance === 0),
  apiVersion: fc.constantFrom(0, 3, 5, 9),
  protocol: fc.constantFrom('range', 'range', 'roundrobin'),
  ms: fc.constantFrom(0, 100, 3_000, 3_000, 7_000, 61_000, 8 * 24 * 3_600_000),
  forget: fc.nat(7).map((chance) => chance === 0),
})

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

/** Four members of one group, the first two of which claim to be the same instance, and two of another. */
function cast(): Actor[] {
  return Array.from({ length: 6 }, (_, i) => ({
    groupId: i < 4 ? 'g' : 'h',
    groupInstanceId: i < 2 ? 'i1' : i === 2 ? 'i2' : null,
    memberId: '',
    generationId: -1,
    next: 'join',
    waiting: [],
  }))
}

function hear(on: Coordinator, actor: Actor): void {
  for (const { type, to } of actor.waiting.filter(({ to }) => on.answered(to))) {
    const answer = on.answer(type, to)
    if (answer.error === 'UNKNOWN_MEMBER_ID') actor.memberId = ''
    if ('memberId' in answer && (answer.error === 'NONE' || answer.error === 'MEMBER_ID_REQUIRED')) {
      actor.memberId = answer.memberId
      actor.generationId = answer.generationId
    }
    if (answer.error !== 'NONE') actor.next = 'join'
    else actor.next = type === 'joinGroup' ? 'sync' : 'heartbeat'
  }
  actor.waiting = actor.waiting.filter(({ to }) => !on.answered(to))
}

function requestOf(on: Coordinator, actor: Actor, chosen: Action): Request | undefined {
  const { stray, apiVersion, protocol, forget } = chosen
  const kind = chosen.kind === 'proceed' ? actor.next : chosen.kind
  const { memberId, generationId } = actor
  const groupId = stray ? 'g' : actor.groupId
  const groupInstanceId = stray ? 'i1' : actor.groupInstanceId
  const member = { groupId, memberId, generationId, groupInstanceId }
  const memberIds = [...(on.state.volatile.live.get(groupId)?.members.keys() ?? [])]
  const assignments = memberIds.map((id) => ({ memberId: id, assignment: Buffer.from(id) }))
  if (kind === 'join') {
    const protocols = [...new Set([protocol, 'range'])].map((name) => ({ name, metadata: Buffer.from(name) }))
    return join({
      groupId,
      memberId: forget ? '' : memberId,
      groupInstanceId,
      apiVersion,
      protocols,
      sessionTimeoutMs: 6_000,
    })
  }
  if (kind === 'sync') return { type: 'syncGroup', ...member, protocolType: null, protocolName: null, assignments }
  if (kind === 'heartbeat') return { type: 'heartbeat', ...member }
  if (kind === 'leave') return { type: 'leaveGroup', groupId, members: [{ memberId, groupInstanceId }] }
  if (kind === 'commit') return commit(generationId, member)
  if (kind === 'simpleCommit') return commit(1, { groupId, retentionTimeMs: forget ? 1_000 : -1 })
  if (kind === 'delete') return { type: 'deleteGroups', groupIds: GROUPS }
  if (kind !== 'offsetDelete') return undefined
  return { type: 'offsetDelete', groupId, topics: [{ name: 'events', partitions: [{ partitionIndex: 0 }] }] }
}

function act(on: Coordinator, actors: readonly Actor[], chosen: Action): void {
  const actor = actors[chosen.actor] as Actor
  if (chosen.kind === 'proceed' && actor.waiting.length > 0) return
  if (chosen.kind === 'advance') return on.advance(chosen.ms)
  if (chosen.kind === 'topicsDeleted')
    return on.event({ type: 'topicsDeleted', topics: [{ name: 'events', topicId: 'any' }] })
  if (chosen.kind === 'reload') {
    for (const one of actors) one.waiting = []
    return on.reload()
  }
  if (chosen.kind === 'abandon') {
    const [first] = actor.waiting
    actor.waiting = actor.waiting.slice(1)
    for (const groupId of first === undefined ? [] : GROUPS)
      on.event({ type: 'abandoned', groupId, request: first?.to ?? 0 })
    return
  }
  const request = requestOf(on, actor, chosen)
  if (request === undefined) return
  const to = on.send(request)
  const { type } = request
  if (type === 'joinGroup' || type === 'syncGroup' || type === 'heartbeat') actor.waiting.push({ type, to })
}

function checkTakeOver(on: Coordinator): void {
  const states = [...on.state.volatile.live].map(([groupId, { state, generation, leader }]) => ({
    groupId,
    state,
    generation,
    leader,
  }))
  on.reload()
  for (const { groupId, state, generation, leader } of states) {
    if (state === 'Stable') expect(on.state.volatile.live.get(groupId)).toMatchObject({ state, generation, leader })
  }
}

test('the log says what the coordinator believes, after every command', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 120, size: 'max' }), fc.boolean(), (actions, small) => {
      const on = coordinator(small ? { maxSize: 2, initialRebalanceDelayMs: 0 } : {})
      const actors: Actor[] = cast()
      for (const chosen of actions) {
        act(on, actors, chosen)
        for (const actor of actors) hear(on, actor)
        expect(kept(replay(on.log))).toEqual(kept(on.state))
      }
      // No wait is for ever: members that say nothing more are gone when their time is over, and their requests are answered.
      on.advance(3_600_000)
      for (const actor of actors) hear(on, actor)
      expect(actors.flatMap(({ waiting }) => waiting)).toEqual([])
      expect([...on.state.volatile.live.keys()]).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('a coordinator that takes over leads every stable group on', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 10, maxLength: 80, size: 'max' }), (actions) => {
      const on = coordinator({ initialRebalanceDelayMs: 0 })
      const actors: Actor[] = cast()
      for (const chosen of actions) {
        act(on, actors, chosen)
        for (const actor of actors) hear(on, actor)
      }
      checkTakeOver(on)
    }),
    { numRuns: 100 },
  )
})
