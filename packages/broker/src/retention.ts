// Retention by time and by bytes (cleanup.policy=delete): moves the log start of partitions whose oldest entries are due. It
// looks at entries, never at records, and stops at the first one that stays.

import type { Clock } from '@jackdaw/ports'

import type { Cluster } from './cluster.ts'
import type { Logger } from './log.ts'
import type { Partition } from './runtime/partition.ts'
import type { Partitions } from './runtime/partitions.ts'
import type { Storage } from './runtime/storage.ts'
import type { TopicConfigs } from './topic-configs.ts'

export interface RetentionOptions {
  readonly partitions: Partitions
  readonly cluster: Cluster
  readonly topicConfigs: TopicConfigs
  readonly storage: Storage
  readonly clock: Clock
  readonly log: Logger
  /** log.retention.check.interval.ms */
  readonly checkEveryMs: number
}

const OFF = -1

export class Retention {
  readonly #options: RetentionOptions
  #cancel: () => void = () => undefined
  #closed = false

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#closed) return
    this.#cancel = this.#options.clock.after(this.#options.checkEveryMs, () => {
      void this.check().finally(() => this.start())
    })
  }

  close(): void {
    this.#closed = true
    this.#cancel()
  }

  /** One round over all partitions. */
  async check(): Promise<void> {
    for (const partition of this.#options.partitions.all()) {
      if (this.#closed) return
      try {
        await this.#checkPartition(partition)
      } catch (cause) {
        this.#options.log.warn({ log: partition.identity.log.name, cause }, 'retention could not look at a log')
      }
    }
  }

  async #checkPartition(partition: Partition): Promise<void> {
    const { topicConfigs, clock, log } = this.#options
    const { topicName, log: logId } = partition.identity
    const config = topicConfigs.of(topicName)
    if (!config['cleanup.policy'].includes('delete')) return
    const [retentionMs, retentionBytes] = [config['retention.ms'], config['retention.bytes']]
    if (retentionMs === OFF && retentionBytes === OFF) return
    const oldest = retentionMs === OFF ? -Infinity : clock.wall() - retentionMs
    const before = await this.#firstThatStays(partition, oldest, retentionBytes)
    if (before === undefined) return
    const failure = await partition.trim(before)
    if (failure === undefined) log.info({ log: logId.name, before }, 'old records were dropped')
    else log.warn({ log: logId.name, before, failure }, 'old records could not be dropped')
  }

  /** The offset before which everything is due; undefined where nothing is. */
  async #firstThatStays(partition: Partition, oldest: number, retentionBytes: number): Promise<number | undefined> {
    const { store } = this.#options.storage
    const { log } = partition.identity
    const [ends] = await store.ends([log])
    if (ends === undefined || ends.start === ends.next) return undefined
    let surplus = retentionBytes === OFF ? 0 : ends.bytes - retentionBytes
    let before = ends.start
    for await (const { next, time, size } of store.scan(log, ends.start)) {
      const tooMuch = surplus >= size
      const tooOld = time >= 0 && time < oldest
      if (!tooMuch && !tooOld) break
      surplus -= size
      before = next
    }
    return before > ends.start ? before : undefined
  }
}
