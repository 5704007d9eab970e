// Finding topics and partitions for requests, and creating topics that are wanted without having been asked for.

import { visiblePartitions, type NewTopic, type PartitionState, type Topic } from '@jackdaw/core'
import type { Random } from '@jackdaw/ports'

import type { Cluster } from './cluster.ts'
import type { Partition } from './runtime/partition.ts'
import type { Partitions } from './runtime/partitions.ts'
import type { Failure, Unavailable } from './runtime/unavailable.ts'

/** How a request names a topic: by id where its version has ids, else by name. */
export interface TopicReference {
  readonly name?: string
  readonly id?: string
}

const CHECK_NO_EPOCH = -1

export class Topics {
  readonly #cluster: Cluster
  readonly #partitions: Partitions
  readonly #brokerId: number
  readonly #random: Random
  readonly #creating = new Map<string, Promise<Unavailable | undefined>>()

  constructor(options: { cluster: Cluster; partitions: Partitions; brokerId: number; random: Random }) {
    this.#cluster = options.cluster
    this.#partitions = options.partitions
    this.#brokerId = options.brokerId
    this.#random = options.random
  }

  /** An id as Kafka makes them: never one that begins with '-', which command lines take for an option. */
  newId(): string {
    for (;;) {
      const id = Buffer.from(this.#random.bytes(16)).toString('base64url')
      if (!id.startsWith('-')) return id
    }
  }

  find({ name, id }: TopicReference): Topic | Failure {
    if (id !== undefined) return this.#cluster.topicById(id) ?? 'UNKNOWN_TOPIC_ID'
    return this.#cluster.topic(name ?? '') ?? 'UNKNOWN_TOPIC_OR_PARTITION'
  }

  /** The partition, if this broker leads it in the epoch that the client believes in (-1: it does not say). */
  partition(topic: Topic | Failure, index: number, currentLeaderEpoch: number): Partition | Failure {
    if (typeof topic === 'string') return topic
    const known = visiblePartitions(topic)[index]
    if (known === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
    const led = known.leader === this.#brokerId ? this.#partitions.get(topic.id, index) : undefined
    if (led === undefined) return 'NOT_LEADER_OR_FOLLOWER'
    return epochFault(known, currentLeaderEpoch) ?? led
  }

  /** Creates a topic with the broker's defaults, unless it is there. Requests that want it at once share the work. */
  async ensure(
    name: string,
    options: Partial<Pick<NewTopic, 'numPartitions' | 'configs'>> = {},
  ): Promise<Unavailable | undefined> {
    if (this.#cluster.topic(name) !== undefined) return undefined
    let creating = this.#creating.get(name)
    if (creating === undefined) {
      creating = this.#create(name, options).finally(() => this.#creating.delete(name))
      this.#creating.set(name, creating)
    }
    return creating
  }

  async #create(name: string, options: Partial<NewTopic>): Promise<Unavailable | undefined> {
    const topic: NewTopic = {
      name,
      id: this.newId(),
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [],
      configs: [],
      ...options,
    }
    const [result] = await this.#cluster.createTopics([topic], false)
    const { error = 'UNKNOWN_SERVER_ERROR', message = null } = result ?? {}
    if (error === 'NONE' || error === 'TOPIC_ALREADY_EXISTS') return undefined
    return { error, message: message ?? error }
  }
}

const epochFault = ({ leaderEpoch }: PartitionState, current: number): Failure | undefined => {
  if (current === CHECK_NO_EPOCH || current === leaderEpoch) return undefined
  return current < leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH'
}
