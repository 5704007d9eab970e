// Whatever members of both protocols do in one group, in whatever order: the log says what the coordinator believes, no partition is
// held by two members, and once everybody behaves the group comes to rest with every partition in somebody's hands.

import { decodeAssignment, encodeSubscription } from '@jackdaw/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { JoinGroupResult } from '../../../src/group/commands.ts'
import { commit, coordinator, type Coordinator, join, kept, replay } from '../support.ts'
import { idOf, TestMember, told } from './support.ts'

const action = fc.record({
  kind: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom('proceed', 'proceed', 'lazy') },
    { weight: 3, arbitrary: fc.constantFrom('join', 'leave', 'advance', 'topics', 'resubscribe', 'stale') },
    { weight: 1, arbitrary: fc.constantFrom('reload', 'delete', 'commit') },
  ),
  actor: fc.nat(5),
  ms: fc.constantFrom(0, 1, 4_000, 11_000, 46_000),
  partitions: fc.nat(6),
  regex: fc.constantFrom('', 'e.*', 'l.*', '.*'),
})

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

/** A cooperative member of the classic protocol that takes part in whatever the group is. */
class Classic {
  readonly #on: Coordinator
  readonly #name: string
  #starts = 0
  memberId = ''
  generationId = -1
  held: readonly { readonly topic: string; readonly partitions: readonly number[] }[] = []
  joining: number | undefined
  syncing: number | undefined

  constructor(on: Coordinator, name: string) {
    this.#on = on
    this.#name = name
  }

  /** The next thing that a client would do. */
  proceed(): void {
    this.#hear()
    if (this.joining !== undefined || this.syncing !== undefined) return
    if (this.generationId < 0) return this.join()
    const { memberId, generationId } = this
    const error = this.#on.ask({ type: 'heartbeat', groupId: 'g', memberId, generationId, groupInstanceId: null }).error
    if (error !== 'NONE') this.#lose(error)
  }

  join(): void {
    const metadata = encodeSubscription({ topics: ['events'], ownedPartitions: [...this.held] })
    const { memberId } = this
    const newMemberId = `${this.#name}${++this.#starts}`
    const protocols = [{ name: 'cooperative-sticky', metadata }]
    this.joining = this.#on.send(join({ apiVersion: 3, newMemberId, memberId, protocols }))
    this.#hear()
  }

  leave(): void {
    const leaving = { memberId: this.memberId, groupInstanceId: null }
    this.#on.ask({ type: 'leaveGroup', groupId: 'g', members: [leaving] })
    this.restart()
  }

  restart(): void {
    this.memberId = ''
    this.generationId = -1
    this.held = []
    this.joining = undefined
    this.syncing = undefined
  }

  #hear(): void {
    if (this.joining !== undefined && this.#on.answered(this.joining)) {
      const joined = this.#on.answer('joinGroup', this.joining)
      this.joining = undefined
      if (joined.error === 'NONE') this.#sync(joined)
      else this.#lose(joined.error)
    }
    if (this.syncing === undefined || !this.#on.answered(this.syncing)) return
    const synced = this.#on.answer('syncGroup', this.syncing)
    this.syncing = undefined
    if (synced.error !== 'NONE') return this.#lose(synced.error)
    this.held = synced.assignment.length === 0 ? [] : [...decodeAssignment(synced.assignment).assignedPartitions]
  }

  #sync({ memberId, generationId, leader, members }: JoinGroupResult): void {
    this.memberId = memberId
    this.generationId = generationId
    // A leader that assigns nothing: who leads is not what is asked here.
    const assignments = leader === memberId ? members.map((one) => ({ ...one, assignment: Buffer.alloc(0) })) : []
    const fields = { groupId: 'g', groupInstanceId: null, protocolType: null, protocolName: null }
    this.syncing = this.#on.send({ type: 'syncGroup', memberId, generationId, ...fields, assignments })
    this.#hear()
  }

  #lose(error: string): void {
    this.generationId = -1
    if (error === 'UNKNOWN_MEMBER_ID') this.restart()
    if (error === 'ILLEGAL_GENERATION') this.held = []
  }
}

const cast = (on: Coordinator) => ({
  members: [
    new TestMember(on, 'a'),
    new TestMember(on, 'b', { instanceId: 'static' }),
    new TestMember(on, 'c', { instanceId: 'static' }),
    new TestMember(on, 'd', { subscribedTopicNames: ['events', 'later'] }),
  ],
  classics: [new Classic(on, 'x'), new Classic(on, 'y')],
})

function proceed(member: TestMember): void {
  const { error } = member.epoch > 0 ? member.beat() : member.join()
  if (error !== 'NONE') member.epoch = 0
}

function act(on: Coordinator, { members, classics }: ReturnType<typeof cast>, chosen: Action): void {
  const { kind, ms, partitions, regex } = chosen
  if (kind === 'advance') return on.advance(ms)
  if (kind === 'topics') return told(on, partitions === 6 ? {} : { events: partitions, later: 2 })
  if (kind === 'delete') return void on.ask({ type: 'deleteGroups', groupIds: ['g'] })
  if (kind === 'reload') {
    on.reload()
    told(on, { events: 4, later: 1 })
    for (const one of classics) one.restart()
    return
  }
  const classic = classics[chosen.actor - members.length]
  if (classic !== undefined)
    return kind === 'leave' ? classic.leave() : kind === 'join' ? classic.restart() : classic.proceed()
  const member = members[chosen.actor] as TestMember
  if (kind === 'join') return void member.join()
  if (kind === 'leave') return void member.leave(chosen.actor === 1 ? -2 : -1)
  if (kind === 'lazy') return void (member.epoch > 0 && member.beat({ topicPartitions: null }))
  if (kind === 'stale') return void member.beat({ memberEpoch: Math.max(1, member.epoch - 1) })
  if (kind === 'resubscribe') return void (member.epoch > 0 && member.beat({ subscribedTopicRegex: regex }))
  if (kind === 'commit')
    return void on.ask(commit(1, { apiVersion: 9, memberId: member.memberId, generationId: member.epoch }))
  proceed(member)
}

/** Nobody but one member holds a partition, as the coordinator knows it and as the members do. */
function checkOwners(on: Coordinator, members: readonly TestMember[]): void {
  const group = on.state.consumers.get('g')
  const owners = new Map<string, string>()
  for (const [memberId, { assigned, revoking }] of group?.currents ?? []) {
    for (const [topicId, epochs] of [...assigned, ...revoking]) {
      for (const partition of epochs.keys()) {
        const key = `${topicId}-${partition}`
        expect(owners.get(key) ?? memberId).toBe(memberId)
        owners.set(key, memberId)
      }
    }
  }
  expect(new Map(group?.owners)).toEqual(owners)
  for (const { memberId, held, epoch } of members) {
    const known = group?.currents.get(memberId)
    if (epoch <= 0 || known === undefined || known.memberEpoch !== epoch) continue
    // What a member in its epoch reads, nobody else can have.
    for (const key of held) if (owners.has(key)) expect(owners.get(key)).toBe(memberId)
  }
}

test('the log says what the coordinator believes, and no partition has two owners, after every command', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 100, size: 'max' }), (actions) => {
      const on = coordinator({ initialRebalanceDelayMs: 0 })
      told(on, { events: 4 })
      const actors = cast(on)
      for (const chosen of actions) {
        act(on, actors, chosen)
        expect(kept(replay(on.log))).toEqual(kept(on.state))
        checkOwners(on, actors.members)
      }
    }),
    { numRuns: 150 },
  )
})

/** Those who are not heard of any more are out; two members of one kind and one of the other go on. */
function expectRest(on: Coordinator, { members, classics }: ReturnType<typeof cast>): void {
  told(on, { events: 4, later: 1 })
  const [a, d, classic] = [members[0] as TestMember, members[3] as TestMember, classics[0] as Classic]
  for (let round = 0; round < 80; round++) {
    on.advance(4_000)
    proceed(a)
    proceed(d)
    classic.proceed()
  }
  const mine = classic.held.flatMap(({ topic, partitions }) => partitions.map((one) => `${idOf(topic)}-${one}`))
  const all = [0, 1, 2, 3].map((partition) => `${idOf('events')}-${partition}`)
  const known = [...a.held, ...d.held, ...mine].filter((key) => all.includes(key))
  expect(known.toSorted()).toEqual(all.toSorted())
  expect([a.held, d.held, mine].every((held) => held.length > 0)).toBe(true)
}

const lives = fc.array(action, { minLength: 1, maxLength: 60, size: 'max' })

test('once its members behave, a group comes to rest with every partition in the hands of one', () => {
  fc.assert(
    fc.property(lives, (actions) => {
      const on = coordinator({ initialRebalanceDelayMs: 0 })
      told(on, { events: 4 })
      const actors = cast(on)
      for (const chosen of actions) act(on, actors, chosen)
      expectRest(on, actors)
    }),
    { numRuns: 40 },
  )
})

test('a log that ends anywhere, also between the records of one decision, is a group that can go on', () => {
  fc.assert(
    fc.property(lives, fc.nat(), (actions, end) => {
      const on = coordinator({ initialRebalanceDelayMs: 0 })
      told(on, { events: 4 })
      const actors = cast(on)
      for (const chosen of actions) act(on, actors, chosen)
      on.log.splice(end % (on.log.length + 1))
      on.reload()
      // What is cut off here was answered, as it never is by a broker: whoever heard of it has to begin anew.
      for (const one of actors.classics) one.restart()
      for (const one of actors.members) one.epoch = 0
      expectRest(on, actors)
    }),
    { numRuns: 60 },
  )
})
