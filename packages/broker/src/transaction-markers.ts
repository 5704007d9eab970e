// Writes the markers of decided transactions into their partitions, until every one of them is stored, and then tells the
// coordinator. What is owed is found again after a crash, so nothing of this is remembered anywhere.

import type { Marker, WriteMarkers } from '@jackdaw/core'
import type { Clock } from '@jackdaw/ports'

import { MetadataGone, type Cluster } from './cluster.ts'
import type { Groups } from './groups.ts'
import { CONSUMER_OFFSETS } from './internal-topics.ts'
import type { Logger } from './log.ts'
import type { MarkerResult } from './runtime/partition.ts'
import type { Partitions } from './runtime/partitions.ts'
import type { Failure, Unavailable } from './runtime/unavailable.ts'

export interface TransactionMarkersOptions {
  readonly cluster: Cluster
  readonly partitions: Partitions
  readonly groups: Groups
  readonly clock: Clock
  readonly log: Logger
}

const notThere: Unavailable = { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: 'The partition is not led here.' }

const RETRY_MS = 100

/** Whoever has written there since knows better: this marker is not missed. */
const SUPERSEDED: ReadonlySet<Failure> = new Set(['INVALID_PRODUCER_EPOCH', 'TRANSACTION_COORDINATOR_FENCED'])

export class TransactionMarkers {
  readonly #options: TransactionMarkersOptions
  /** By transactional id: a transaction's markers are written by one at a time, also when its coordinator is loaded again. */
  readonly #writing = new Map<string, Promise<void>>()
  #closed = false

  constructor(options: TransactionMarkersOptions) {
    this.#options = options
  }

  /** Resolves when the markers that are being written for this id are, and its coordinator knows. */
  written(transactionalId: string): Promise<void> | undefined {
    return this.#writing.get(transactionalId)
  }

  /** `tell` gives the coordinator its word, and what came of that. */
  write(owed: WriteMarkers, coordinatorEpoch: number, tell: () => Promise<Unavailable | undefined>): void {
    const { transactionalId } = owed
    if (this.#writing.has(transactionalId)) return
    const work = this.#writeAll(owed, coordinatorEpoch, tell).finally(() => this.#writing.delete(transactionalId))
    this.#writing.set(transactionalId, work)
  }

  /** Nothing is tried again from here on. */
  close(): void {
    this.#closed = true
  }

  async #writeAll(
    owed: WriteMarkers,
    coordinatorEpoch: number,
    tell: () => Promise<Unavailable | undefined>,
  ): Promise<void> {
    const { partitions, ...marker } = owed
    const all = partitions.flatMap(({ topic, partitionIds }) => partitionIds.map((index) => ({ topic, index })))
    await Promise.all(
      all.map(({ topic, index }) =>
        this.#untilDone(() => this.writeOne(topic, index, { ...marker, coordinatorEpoch })),
      ),
    )
    await this.#untilDone(async () => (await tell()) ?? { error: 'NONE' })
  }

  /** One marker into one partition. A partition that is not there any more needs none. */
  async writeOne(topic: string, index: number, marker: Marker): Promise<MarkerResult> {
    const { cluster, partitions, groups, log } = this.#options
    const found = cluster.topic(topic)
    const partition = found === undefined ? undefined : partitions.get(found.id, index)
    if (partition === undefined) return notThere
    const result =
      topic === CONSUMER_OFFSETS ? await groups.writeMarker(index, marker) : await partition.writeMarker(marker)
    if (result.error !== 'NONE' && SUPERSEDED.has(result.error))
      log.warn({ topic, index, ...marker, reason: result.message }, 'a transaction marker came too late')
    return result
  }

  async #untilDone(work: () => Promise<MarkerResult>): Promise<void> {
    const { cluster, clock, log } = this.#options
    while (!this.#closed) {
      try {
        if (cluster.loading !== undefined) await cluster.loading
        const { error } = await work()
        if (error === 'NONE' || error === 'UNKNOWN_TOPIC_OR_PARTITION' || SUPERSEDED.has(error)) return
        log.debug({ error }, 'a transaction marker could not be written yet')
      } catch (cause) {
        if (!(cause instanceof MetadataGone)) log.error({ cause }, 'a transaction marker could not be written')
      }
      await new Promise<void>((resolve) => {
        clock.after(RETRY_MS, resolve)
      })
    }
  }
}
