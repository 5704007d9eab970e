// A member of a group of the consumer protocol (KIP-848): one heartbeat after the other, in which it says what it holds and hears
// what it shall hold. It gives up at once what it is not given any more, and like members of classic groups it leaves, dies,
// dozes, and commits late.
import type { SeededRandom } from '@jackdaw/testing'
import type { Client } from '../client/client.ts'
import { nameOf, type PartitionRef, type TaggedOffset } from '../history.ts'
import type { Stage } from '../stage.ts'
import type { MemberOptions } from './member.ts'
import { knowsTopics } from './producer.ts'
import { Positions, readOn } from './reader.ts'

const HEARTBEAT_EVERY_MS = 400
const DOZE_MAX_MS = 5000
/** Member epochs in commits, ids of topics in Metadata. */
const VERSIONS = { commit: 9, metadata: 10 }
const LEAVE = -1
const LEAVE_FOR_NOW = -2

const partitionOf = (name: string): PartitionRef => {
  const cut = name.lastIndexOf('-')
  return { topic: name.slice(0, cut), partition: Number(name.slice(cut + 1)) }
}

export class ConsumerMember {
  readonly #stage: Stage
  readonly #options: MemberOptions
  readonly #client: Client
  readonly #random: SeededRandom
  #memberId = ''
  #epoch = 0
  #starts = 0
  /** What it was given, by name. */
  #held: readonly string[] = []
  /** Of that, what it has found its positions for. */
  #ready = new Set<string>()
  #positions = new Positions()
  #committed = new Positions()
  #commits = 0

  constructor(stage: Stage, options: MemberOptions) {
    this.#stage = stage
    this.#options = options
    this.#client = stage.client(options.who, VERSIONS)
    this.#random = stage.random.fork(options.who)
  }

  get who(): string {
    return this.#options.who
  }

  get group(): string {
    return this.#options.group
  }

  /** The epoch in which it works, or -1. */
  get generation(): number {
    return this.#epoch > 0 ? this.#epoch : -1
  }

  get assigned(): readonly PartitionRef[] {
    return this.#epoch > 0 ? this.#held.map(partitionOf) : []
  }

  /** It has read and committed all that anybody knows of its partitions. */
  get done(): boolean {
    const done = (at: PartitionRef) =>
      this.#ready.has(nameOf(at)) &&
      this.#positions.of(at) >= this.#stage.endOf(at) &&
      this.#committed.of(at) === this.#positions.of(at)
    return this.#epoch > 0 && this.assigned.every(done)
  }

  async run(): Promise<void> {
    while (!this.#stage.over) {
      if (await this.#enter()) await this.#work()
      else await this.#stage.sleep(this.#random.between(50, 400))
    }
  }

  async #enter(): Promise<boolean> {
    if (!(await knowsTopics(this.#stage, this.#client))) return false
    const found = await this.#client.call('findCoordinator', { group: this.group })
    if (found?.error !== 'NONE') return false
    if (this.#memberId === '') this.#memberId = `${this.who}.${++this.#starts}`
    this.#epoch = 0
    this.#hold([])
    return this.#beat(0)
  }

  async #work(): Promise<void> {
    let beatAt = this.#stage.clock.monotonic() + HEARTBEAT_EVERY_MS
    let going = true
    while (going && !this.#stage.over) {
      if (await this.#misbehaves()) break
      await this.#findPositions()
      const reading = this.#held.filter((name) => this.#ready.has(name)).map(partitionOf)
      if (reading.length > 0) await readOn(this.#stage, this.#client, reading, this.#positions)
      await this.#stage.sleep(this.#random.between(0, 150))
      if (this.#random.chance(0.4)) going = await this.#commit(this.#epoch)
      if (this.#random.chance(0.03) && this.#epoch > 1) await this.#commit(this.#epoch - 1)
      if (going && this.#stage.clock.monotonic() >= beatAt) {
        beatAt = this.#stage.clock.monotonic() + HEARTBEAT_EVERY_MS
        going = await this.#beat(this.#epoch)
      }
    }
    this.#epoch = 0
  }

  /** Sends a heartbeat with this epoch; whether to go on as a member. */
  async #beat(epoch: number): Promise<boolean> {
    const { group, instance } = this.#options
    const topics = epoch === 0 || this.#random.chance(0.1) ? this.#stage.profile.topics.map(({ name }) => name) : null
    const args = { group, member: this.#memberId, epoch, instance, topics, owned: this.#held }
    const answer = await this.#client.call('consumerHeartbeat', args)
    // Nobody knows what became of it: the same again, or from the start.
    if (answer === undefined) return epoch !== 0
    if (answer.error !== 'NONE') {
      if (PASSING.has(answer.error)) return epoch !== 0
      if (answer.error === 'FENCED_INSTANCE_ID' || answer.error === 'UNRELEASED_INSTANCE_ID') this.#memberId = ''
      return false
    }
    this.#memberId = answer.member
    this.#epoch = answer.epoch
    if (answer.partitions !== null) this.#hold(answer.partitions)
    return true
  }

  #hold(partitions: readonly string[]): void {
    for (const name of this.#ready) if (!partitions.includes(name)) this.#ready.delete(name)
    this.#held = partitions
  }

  async #findPositions(): Promise<void> {
    const unknown = this.#held.filter((name) => !this.#ready.has(name)).map(partitionOf)
    if (unknown.length === 0) return
    const offsets = await this.#client.call('committed', { group: this.group, partitions: unknown })
    for (const one of offsets ?? []) {
      if (one.error !== 'NONE') continue
      this.#positions.set(one, Math.max(0, one.offset))
      this.#committed.set(one, one.offset)
      this.#ready.add(nameOf(one))
    }
  }

  async #commit(generation: number): Promise<boolean> {
    const { group, instance } = this.#options
    const late = generation !== this.#epoch
    const offsets = [...this.#ready].map(partitionOf).map((at): TaggedOffset => {
      const tag = `${this.who}#${++this.#commits}`
      return { ...at, offset: this.#positions.of(at), tag }
    })
    if (offsets.length === 0) return true
    const answers = await this.#client.call('commit', { group, member: this.#memberId, generation, instance, offsets })
    for (const answer of answers ?? []) {
      const sent = offsets.find((one) => nameOf(one) === nameOf(answer))
      if (answer.error === 'NONE' && sent) this.#committed.set(answer, sent.offset)
    }
    const error = answers?.find((answer) => answer.error !== 'NONE')?.error
    return late || error === undefined || error === 'STALE_MEMBER_EPOCH' || PASSING.has(error)
  }

  /** Whether it left or died: then it comes back as somebody new. */
  async #misbehaves(): Promise<boolean> {
    const { member } = this.#stage.profile
    const leaves = this.#random.chance(member.leaves)
    const crashes = this.#random.chance(member.crashes)
    const dozes = this.#random.chance(member.dozes)
    if (this.#stage.calm) return false
    if (leaves) await this.#leave()
    else if (crashes) this.#crash()
    else if (dozes) await this.#doze()
    if (leaves || crashes) await this.#stage.sleep(this.#random.between(0, 2000))
    return leaves || crashes
  }

  async #leave(): Promise<void> {
    const { group, instance } = this.#options
    const epoch = instance !== undefined && this.#random.chance(0.7) ? LEAVE_FOR_NOW : LEAVE
    this.#hold([])
    const args = { group, member: this.#memberId, epoch, instance, topics: null, owned: null }
    await this.#client.call('consumerHeartbeat', args)
    this.#memberId = ''
  }

  #crash(): void {
    const silently = this.#random.chance(0.3)
    this.#stage.history.note(this.who, 'crashes', { member: this.#memberId, silently })
    this.#client.crash(silently)
    this.#memberId = ''
  }

  async #doze(): Promise<void> {
    const ms = this.#random.int(500, DOZE_MAX_MS)
    this.#stage.history.note(this.who, 'dozes', { ms })
    await this.#stage.sleep(ms)
  }
}

/** The coordinator has trouble of its own: the same again later. */
const PASSING = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'KAFKA_STORAGE_ERROR',
  'REQUEST_TIMED_OUT',
])
