// The partitions that this broker leads, by topic id and index.

import type { Topic } from '@jackdaw/core'
import type { LogId } from '@jackdaw/ports'

import { Partition } from './partition.ts'
import type { Storage } from './storage.ts'
import type { Unavailable } from './unavailable.ts'

/** The log of a partition. Its identity holds the topic's id, so a topic that is created again never meets old bytes. */
export const logOf = (topicId: string, topicName: string, index: number): LogId => ({
  id: `${topicId}/${index}`,
  name: `${topicName}-${index}`,
})

export class Partitions {
  readonly #storage: Storage
  readonly #byTopic = new Map<string, Partition[]>()

  constructor(storage: Storage) {
    this.#storage = storage
  }

  get(topicId: string, index: number): Partition | undefined {
    return this.#byTopic.get(topicId)?.[index]
  }

  *all(): Iterable<Partition> {
    for (const partitions of this.#byTopic.values()) yield* partitions.filter((partition) => partition !== undefined)
  }

  /** Leads those partitions of the topic that are stored, led by `brokerId`, and not led here yet. */
  lead(topic: Topic, brokerId: number): readonly Partition[] {
    const led = this.#byTopic.get(topic.id) ?? []
    const added: Partition[] = []
    for (const { index, stored, leader, leaderEpoch } of topic.partitions) {
      if (!stored || leader !== brokerId || led[index] !== undefined) continue
      const log = logOf(topic.id, topic.name, index)
      const identity = { topicId: topic.id, topicName: topic.name, index, log, leaderEpoch }
      added.push((led[index] = new Partition(identity, this.#storage)))
    }
    if (added.length > 0) this.#byTopic.set(topic.id, led)
    return added
  }

  /** Stops serving a topic: whoever waits on it is answered with `reason`. */
  drop(topicId: string, reason: Unavailable): void {
    const led = this.#byTopic.get(topicId) ?? []
    this.#byTopic.delete(topicId)
    for (const partition of led) partition?.close(reason)
  }
}
