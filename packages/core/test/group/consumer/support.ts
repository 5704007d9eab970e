// Members of the consumer protocol, as a client library would be: they remember their epoch and what they hold, give up what they
// are not given any more, and say both with every heartbeat.

import type { ConsumerGroupHeartbeat, ConsumerGroupHeartbeatResult } from '../../../src/group/consumer/commands.ts'
import { topicsView, type TopicsView } from '../../../src/group/consumer/topics-view.ts'
import type { Coordinator } from '../support.ts'

export const SETTINGS = { sessionTimeoutMs: 45_000, heartbeatIntervalMs: 5_000, assignmentIntervalMs: 0 }

/** Topic ids are made of the names, so that they can be told apart in what a test prints. */
export const idOf = (name: string): string => Buffer.from(name.padEnd(16, '.')).toString('base64url')

export const topics = (counts: Readonly<Record<string, number>>): TopicsView =>
  topicsView(Object.entries(counts).map(([name, partitions]) => ({ topicId: idOf(name), name, partitions })))

export type Beat = Omit<ConsumerGroupHeartbeat, 'to'>

export const beatOf = (fields: Partial<Beat> = {}): Beat => ({
  type: 'consumerGroupHeartbeat',
  groupId: 'g',
  memberId: 'a',
  memberEpoch: 0,
  instanceId: null,
  rackId: null,
  rebalanceTimeoutMs: -1,
  subscribedTopicNames: null,
  subscribedTopicRegex: null,
  serverAssignor: null,
  topicPartitions: null,
  clientId: 'client',
  clientHost: '/10.0.0.1',
  settings: SETTINGS,
  ...fields,
})

export const joinOf = (memberId: string, fields: Partial<Beat> = {}): Beat =>
  beatOf({
    memberId,
    rebalanceTimeoutMs: 60_000,
    subscribedTopicNames: ['events'],
    topicPartitions: [],
    ...fields,
  })

export class TestMember {
  readonly #on: Coordinator
  readonly #fields: Partial<Beat>
  readonly memberId: string
  epoch = 0
  /** `<topic id>-<partition>` */
  held: readonly string[] = []
  last: ConsumerGroupHeartbeatResult | undefined

  constructor(on: Coordinator, memberId: string, fields: Partial<Beat> = {}) {
    this.#on = on
    this.memberId = memberId
    this.#fields = fields
  }

  join(fields: Partial<Beat> = {}): ConsumerGroupHeartbeatResult {
    this.held = []
    return this.#send(joinOf(this.memberId, { ...this.#fields, ...fields }))
  }

  beat(fields: Partial<Beat> = {}): ConsumerGroupHeartbeatResult {
    const { instanceId = null, groupId = 'g' } = this.#fields
    const topicPartitions = owned(this.held)
    const same = { memberId: this.memberId, memberEpoch: this.epoch, instanceId, groupId, topicPartitions }
    return this.#send(beatOf({ ...same, ...fields }))
  }

  leave(memberEpoch: -1 | -2 = -1): ConsumerGroupHeartbeatResult {
    return this.beat({ memberEpoch, topicPartitions: null })
  }

  #send(beat: Beat): ConsumerGroupHeartbeatResult {
    const answer = this.#on.ask(beat)
    this.last = answer
    if (answer.error !== 'NONE') return answer
    this.epoch = answer.memberEpoch
    if (answer.assignment !== null) this.held = partitionsOf(answer.assignment)
    if (answer.memberEpoch < 0) this.held = []
    return answer
  }
}

export const partitionsOf = (assignment: NonNullable<ConsumerGroupHeartbeatResult['assignment']>): string[] =>
  assignment.flatMap(({ topicId, partitions }) => partitions.map((partition) => `${topicId}-${partition}`))

export function owned(held: readonly string[]): { topicId: string; partitions: number[] }[] {
  const topics = new Map<string, number[]>()
  for (const key of held) {
    const cut = key.lastIndexOf('-')
    const topicId = key.slice(0, cut)
    topics.set(topicId, [...(topics.get(topicId) ?? []), Number(key.slice(cut + 1))])
  }
  return Array.from(topics, ([topicId, partitions]) => ({ topicId, partitions }))
}

/** Heartbeats of all in turn, until nothing changes. */
export function settle(members: readonly TestMember[]): void {
  for (let round = 0; round < 20; round++) {
    const before = JSON.stringify(members.map(({ epoch, held }) => [epoch, held]))
    for (const member of members) member.beat()
    if (JSON.stringify(members.map(({ epoch, held }) => [epoch, held])) === before) return
  }
  throw new Error('the group does not come to rest')
}

export const told = (on: Coordinator, counts: Readonly<Record<string, number>>): void =>
  on.event({ type: 'topicsChanged', topics: topics(counts) })
