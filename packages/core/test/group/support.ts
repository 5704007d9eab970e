// A coordinator without a broker: commands in, replies out, time by hand. Records go through their bytes, so that what a reload
// finds is what a log would hold.

import { ZERO_UUID } from '@jackdaw/protocol'
import { expect } from 'vitest'

import type {
  GroupCommand,
  GroupEvent,
  GroupRequest,
  GroupResults,
  JoinGroup,
  JoinGroupResult,
  OffsetCommit,
  OffsetFetchResult,
} from '../../src/group/commands.ts'
import type { GroupConfig } from '../../src/group/config.ts'
import type { GroupsState } from '../../src/group/group-state.ts'
import { groupMachine } from '../../src/group/machine.ts'
import { groupCodec, type GroupRec } from '../../src/group/records.ts'
import type { Batch } from '../../src/machine.ts'

export const CONFIG: GroupConfig = {
  minSessionTimeoutMs: 6_000,
  maxSessionTimeoutMs: 1_800_000,
  initialRebalanceDelayMs: 3_000,
  maxSize: 1_000,
  consumerMaxSize: 1_000,
  consumerSessionTimeoutMs: 45_000,
  consumerAssignors: ['uniform', 'range'],
  migrationPolicy: 'bidirectional',
  offsetMetadataMaxBytes: 4_096,
  offsetsRetentionMs: 7 * 24 * 3_600_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  maxMessageBytes: 1_048_588,
}

type Unsent<T> = T extends GroupRequest ? Omit<T, 'to'> : never
export type Request = Unsent<GroupRequest>

export interface Coordinator {
  readonly state: GroupsState
  /** Wall time is monotonic time plus this. */
  readonly epoch: number
  /** Everything that was made durable, as bytes. */
  readonly log: (Pick<Batch<GroupRec>, 'producer' | 'control'> & { key: Buffer; value: Buffer | null })[]
  now(): number
  /** Sends a request and returns its id. */
  send(request: Request): number
  event(event: GroupEvent): void
  /** The answer to the request, which must have come. */
  answer<T extends GroupRequest['type']>(type: T, to: number): GroupResults[T]
  answered(to: number): boolean
  /** Sends a request that is answered at once. */
  ask<R extends Request>(request: R): GroupResults[R['type']]
  /** Lets time pass, with a tick whenever one is due. */
  advance(ms: number): void
  /** Another coordinator takes over: it knows the log, and nobody waits with it. */
  reload(): void
}

export function coordinator(changes: Partial<GroupConfig> = {}): Coordinator {
  const machine = groupMachine({ ...CONFIG, ...changes })
  const answers = new Map<number, GroupResults[GroupRequest['type']]>()
  const log: Coordinator['log'] = []
  const epoch = 1_700_000_000_000
  let state = machine.initial()
  let now = 1_000
  let nextId = 1

  const run = (command: GroupCommand): void => {
    const { batches, volatile, replies } = machine.decide(state, command, { monotonic: now, wall: epoch + now })
    for (const batch of batches) {
      machine.apply(state, batch, log.length)
      const { producer, control } = batch
      if (control !== undefined) log.push({ key: Buffer.alloc(0), value: null, producer, control })
      log.push(...batch.records.map((record) => ({ ...groupCodec.encode(record), producer })))
    }
    machine.apply(state, { records: volatile }, -1)
    for (const { to, response } of replies) {
      expect(answers.has(to), `request ${to} is answered once`).toBe(false)
      answers.set(to, response)
    }
  }

  const self: Coordinator = {
    get state() {
      return state
    },
    epoch,
    log,
    now: () => now,
    send(request) {
      const to = nextId++
      run({ ...request, to })
      return to
    },
    event: run,
    answer(_type, to) {
      const answer = answers.get(to)
      if (answer === undefined) throw new Error(`request ${to} still waits`)
      return answer as never
    },
    answered: (to) => answers.has(to),
    ask(request) {
      return self.answer(request.type, self.send(request)) as never
    },
    advance(ms) {
      const until = now + ms
      for (;;) {
        const due = machine.deadline(state)
        if (due === undefined || due > until) break
        now = Math.max(now, due)
        run({ type: 'tick' })
      }
      now = until
    },
    reload() {
      state = replay(log)
      run({ type: 'loaded' })
    },
  }
  run({ type: 'loaded' })
  return self
}

/** What a coordinator knows that reads this log. */
export function replay(log: Coordinator['log']): GroupsState {
  const machine = groupMachine(CONFIG)
  const state = machine.initial()
  for (const [at, { key, value, producer, control }] of log.entries()) {
    const record = control === undefined ? groupCodec.decode(key, value) : undefined
    if (record !== undefined) machine.apply(state, { producer, records: [record] }, at)
    else if (control !== undefined) machine.apply(state, { producer, control, records: [] }, at)
  }
  return state
}

export function kept(state: GroupsState): Pick<GroupsState, 'groups' | 'consumers' | 'offsets' | 'pending'> {
  return { groups: state.groups, consumers: state.consumers, offsets: state.offsets, pending: state.pending }
}

/** Names in the form of ConsumerProtocolSubscription v0. */
export function subscription(...topics: string[]): Buffer {
  const parts = topics.map((topic) => {
    const name = Buffer.from(topic)
    const length = Buffer.alloc(2)
    length.writeInt16BE(name.length)
    return Buffer.concat([length, name])
  })
  const head = Buffer.alloc(6)
  head.writeInt32BE(topics.length, 2)
  return Buffer.concat([head, ...parts, Buffer.from([0, 0, 0, 0])])
}

let madeIds = 0

export function join(fields: Partial<JoinGroup> = {}): Omit<JoinGroup, 'to'> {
  return {
    type: 'joinGroup',
    apiVersion: 3,
    groupId: 'g',
    memberId: '',
    newMemberId: `client-${++madeIds}`,
    groupInstanceId: null,
    clientId: 'client',
    clientHost: '/10.0.0.1',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 60_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription('events') }],
    ...fields,
  }
}

export function sync(joined: JoinGroupResult, assignments: Record<string, string> = {}, groupId = 'g') {
  return {
    type: 'syncGroup',
    groupId,
    generationId: joined.generationId,
    memberId: joined.memberId,
    groupInstanceId: null,
    protocolType: null,
    protocolName: null,
    assignments: Object.entries(assignments).map(([memberId, given]) => ({ memberId, assignment: Buffer.from(given) })),
  } as const
}

export function beat(
  joined: Pick<JoinGroupResult, 'memberId' | 'generationId'>,
  groupInstanceId: string | null = null,
) {
  const { memberId, generationId } = joined
  return { type: 'heartbeat', groupId: 'g', memberId, generationId, groupInstanceId } as const
}

export function leave(...memberIds: string[]) {
  return {
    type: 'leaveGroup',
    groupId: 'g',
    members: memberIds.map((memberId) => ({ memberId, groupInstanceId: null })),
  } as const
}

export function commit(offset: number, fields: Partial<OffsetCommit> = {}): Omit<OffsetCommit, 'to'> {
  const partition = { partitionIndex: 0, committedOffset: offset, committedLeaderEpoch: -1, committedMetadata: null }
  return {
    type: 'offsetCommit',
    apiVersion: 8,
    groupId: 'g',
    generationId: -1,
    memberId: '',
    groupInstanceId: null,
    retentionTimeMs: -1,
    topics: [{ name: 'events', topicId: ZERO_UUID, partitions: [partition] }],
    ...fields,
  }
}

export function committed(on: Coordinator, topic = 'events', groupId = 'g'): number | undefined {
  const result: OffsetFetchResult = on.ask({ type: 'offsetFetch', requireStable: false, groupId, topics: null })
  return result.topics.find(({ name }) => name === topic)?.partitions[0]?.committedOffset
}

export function stateOf(on: Coordinator, groupId = 'g'): string | undefined {
  return on.ask({ type: 'describeGroups', apiVersion: 5, groupIds: [groupId] }).groups[0]?.groupState
}

/** Members that have joined and synced: a stable group. The first one leads. */
export function stable(on: Coordinator, members: readonly Omit<JoinGroup, 'to'>[]): JoinGroupResult[] {
  const joins = members.map((member) => on.send(member))
  on.advance(CONFIG.initialRebalanceDelayMs * 3)
  const joined = joins.map((to) => on.answer('joinGroup', to))
  const leader = joined.find(({ leader, memberId }) => leader === memberId)
  if (leader === undefined) throw new Error('a generation has a leader')
  const assignments = Object.fromEntries(joined.map(({ memberId }) => [memberId, `for ${memberId}`]))
  for (const member of joined) {
    const instance = members[joined.indexOf(member)]?.groupInstanceId ?? null
    on.send({ ...sync(member, member === leader ? assignments : {}), groupInstanceId: instance })
  }
  return joined
}
