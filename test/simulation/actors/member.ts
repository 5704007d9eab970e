// A member of a classic group, as a consumer behaves that was written with little care: it joins, takes its partitions, reads
// and commits, and in between leaves, dies, or dozes until the group has gone on without it.
import type { SeededRandom } from '@jackdaw/testing'
import type { Client } from '../client/client.ts'
import { nameOf, type PartitionRef, type TaggedOffset } from '../history.ts'
import type { Stage } from '../stage.ts'
import { knowsTopics } from './producer.ts'
import { Positions, readOn } from './reader.ts'

const HEARTBEAT_EVERY_MS = 400
const DOZE_MAX_MS = 5000
/** Static membership and the versions that speak of it. */
const STATIC = { join: 5, sync: 3, heartbeat: 3, leave: 3, commit: 7 }

const partitionOf = (name: string): PartitionRef => {
  const cut = name.lastIndexOf('-')
  return { topic: name.slice(0, cut), partition: Number(name.slice(cut + 1)) }
}

export interface MemberOptions {
  readonly who: string
  readonly group: string
  /** Makes it a static member. */
  readonly instance?: string
}

type Membership = {
  readonly group: string
  readonly member: string
  readonly generation: number
  readonly instance?: string
}

export class Member {
  readonly #stage: Stage
  readonly #options: MemberOptions
  readonly #client: Client
  readonly #random: SeededRandom
  #memberId = ''
  /** What a static member was called before it came back under another id. */
  #formerId = ''
  #generation = -1
  #assigned: readonly PartitionRef[] = []
  #positions = new Positions()
  #committed = new Positions()
  #commits = 0
  #working = false

  constructor(stage: Stage, options: MemberOptions) {
    this.#stage = stage
    this.#options = options
    this.#client = stage.client(options.who, options.instance === undefined ? undefined : STATIC)
    this.#random = stage.random.fork(options.who)
  }

  get who(): string {
    return this.#options.who
  }

  get group(): string {
    return this.#options.group
  }

  /** The generation in which it works, or -1. */
  get generation(): number {
    return this.#working ? this.#generation : -1
  }

  get assigned(): readonly PartitionRef[] {
    return this.#working ? this.#assigned : []
  }

  /** It has read and committed all that anybody knows of its partitions. */
  get done(): boolean {
    const done = (at: PartitionRef) =>
      this.#positions.of(at) >= this.#stage.endOf(at) && this.#committed.of(at) === this.#positions.of(at)
    return this.#working && this.#assigned.every(done)
  }

  async run(): Promise<void> {
    while (!this.#stage.over) {
      if (await this.#enter()) await this.#work()
      else await this.#stage.sleep(this.#random.between(50, 400))
    }
  }

  get #me(): Membership {
    const { group, instance } = this.#options
    return { group, member: this.#memberId, generation: this.#generation, instance }
  }

  async #enter(): Promise<boolean> {
    if (!(await knowsTopics(this.#stage, this.#client))) return false
    const found = await this.#client.call('findCoordinator', { group: this.group })
    return found?.error === 'NONE' && (await this.#join()) && (await this.#takePositions())
  }

  async #join(): Promise<boolean> {
    const topics = this.#stage.profile.topics.map(({ name }) => name)
    const protocols = this.#random.chance(0.9) ? ['roundrobin', 'range'] : ['range', 'roundrobin']
    const joined = await this.#client.call('join', { ...this.#me, generation: -1, protocols, topics })
    if (joined === undefined) return false
    if (joined.error === 'MEMBER_ID_REQUIRED') {
      this.#memberId = joined.member
      return this.#join()
    }
    if (joined.error !== 'NONE') {
      this.#forgetOn(joined.error)
      return false
    }
    this.#memberId = joined.member
    this.#generation = joined.generation
    if (this.#options.instance !== undefined && this.#random.chance(0.5)) await this.#haunt()
    if (this.#random.chance(0.02)) await this.#doze()
    const assignments = joined.leader === joined.member ? this.#divide(joined.members) : {}
    const synced = await this.#client.call('sync', { ...this.#me, protocol: joined.protocol, assignments })
    if (synced?.error !== 'NONE') {
      this.#forgetOn(synced?.error)
      return false
    }
    this.#assigned = synced.partitions.map(partitionOf)
    return true
  }

  /** A heartbeat of the member that it was before: fenced by its successor, it must not pass. */
  async #haunt(): Promise<void> {
    if (this.#formerId === '' || this.#formerId === this.#memberId) return
    await this.#client.call('heartbeat', { ...this.#me, member: this.#formerId })
    this.#formerId = ''
  }

  /** One partition to each member in turn. */
  #divide(members: readonly string[]): Record<string, string[]> {
    const shares: Record<string, string[]> = Object.fromEntries(members.map((member) => [member, []]))
    this.#stage.partitions.forEach((at, i) => shares[members[i % members.length]!]!.push(nameOf(at)))
    return shares
  }

  async #takePositions(): Promise<boolean> {
    if (this.#assigned.length === 0) return true
    const offsets = await this.#client.call('committed', { group: this.group, partitions: this.#assigned })
    if (offsets === undefined || offsets.some(({ error }) => error !== 'NONE')) return false
    for (const one of offsets) {
      this.#positions.set(one, Math.max(0, one.offset))
      this.#committed.set(one, one.offset)
    }
    return true
  }

  async #work(): Promise<void> {
    this.#working = true
    let beatAt = 0
    let going = true
    while (going && !this.#stage.over) {
      if (await this.#misbehaves()) break
      if (this.#assigned.length > 0) await readOn(this.#stage, this.#client, this.#assigned, this.#positions)
      await this.#stage.sleep(this.#random.between(0, 150))
      const beat = this.#stage.clock.monotonic() >= beatAt
      if (beat) beatAt = this.#stage.clock.monotonic() + HEARTBEAT_EVERY_MS
      const commit = this.#random.chance(0.4)
      if (this.#random.chance(0.03)) await this.#commitLate()
      // Both at once, now and then: replies come in the order of requests.
      const outcomes = await Promise.all([beat ? this.#heartbeat() : true, commit ? this.#commit() : true])
      going = outcomes.every(Boolean)
    }
    this.#working = false
  }

  /** Whether it left or died: then it comes back as somebody new. */
  async #misbehaves(): Promise<boolean> {
    const { member } = this.#stage.profile
    const leaves = this.#random.chance(member.leaves)
    const crashes = this.#random.chance(member.crashes)
    const dozes = this.#random.chance(member.dozes)
    if (this.#stage.calm) return false
    if (leaves) {
      await this.#client.call('leave', this.#me)
      this.#memberId = ''
    } else if (crashes) this.#crash()
    else if (dozes) await this.#doze()
    if (leaves || crashes) await this.#stage.sleep(this.#random.between(0, 2000))
    return leaves || crashes
  }

  #crash(): void {
    const silently = this.#random.chance(0.3)
    this.#stage.history.note(this.who, 'crashes', { member: this.#memberId, silently })
    this.#client.crash(silently)
    this.#formerId = this.#memberId
    this.#memberId = ''
  }

  async #doze(): Promise<void> {
    const ms = this.#random.int(500, DOZE_MAX_MS)
    this.#stage.history.note(this.who, 'dozes', { ms })
    await this.#stage.sleep(ms)
  }

  /** A commit of the generation before this one, as if it had been under way all the time. It must not count any more. */
  async #commitLate(): Promise<void> {
    const offsets = this.#assigned.map((at): TaggedOffset => ({ ...at, offset: 0, tag: this.#tag() }))
    if (offsets.length === 0 || this.#generation < 2) return
    await this.#client.call('commit', { ...this.#me, generation: this.#generation - 1, offsets })
  }

  async #heartbeat(): Promise<boolean> {
    const answer = await this.#client.call('heartbeat', this.#me)
    return this.#goesOn(answer?.error)
  }

  async #commit(): Promise<boolean> {
    const offsets = this.#assigned.map((at): TaggedOffset => ({
      ...at,
      offset: this.#positions.of(at),
      tag: this.#tag(),
    }))
    if (offsets.length === 0) return true
    const answers = await this.#client.call('commit', { ...this.#me, offsets })
    for (const answer of answers ?? []) {
      const sent = offsets.find((one) => nameOf(one) === nameOf(answer))
      if (answer.error === 'NONE' && sent) this.#committed.set(answer, sent.offset)
    }
    return this.#goesOn(answers?.find(({ error }) => error !== 'NONE')?.error ?? (answers && 'NONE'))
  }

  #tag(): string {
    return `${this.who}#${++this.#commits}`
  }

  /** Whether to go on as a member of this generation after such an answer, or none. */
  #goesOn(error: string | undefined): boolean {
    if (error === undefined || error === 'NONE' || PASSING.has(error)) return true
    this.#forgetOn(error)
    return false
  }

  #forgetOn(error: string | undefined): void {
    if (error === 'UNKNOWN_MEMBER_ID' || error === 'FENCED_INSTANCE_ID') this.#memberId = ''
  }
}

/** The coordinator has trouble of its own: the same again later. */
const PASSING = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'REQUEST_TIMED_OUT',
])
