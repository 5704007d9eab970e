// One partition that this broker leads: the partition-log machine, its writer and its cached tail. It leads as soon as it is
// opened; the machine loads at first use, from the newest snapshot and the batches after it.

import {
  applyBatch,
  applyDurable,
  applySnapshot,
  applyTrim,
  decideAppend,
  decideMarker,
  expectSequence,
  expireMemberships,
  expireProducers,
  invariant,
  NO_PRODUCER_ID,
  NO_TIMESTAMP,
  validateProduced,
  type AppendRules,
  type Marker,
  type PartitionLogState,
  type RecordFault,
  type RefusedBatch,
} from '@jackdaw/core'
import {
  encodeControlBatch,
  setBaseOffset,
  setPartitionLeaderEpoch,
  stampLogAppendTime,
  viewBatch,
  type BatchView,
} from '@jackdaw/protocol'

import { DurableQueue } from './durable-queue.ts'
import { loadPartitionLog, type PartitionIdentity } from './load-partition-log.ts'
import { LogWriter, type LossReason } from './log-writer.ts'
import type { Storage } from './storage.ts'
import { LogTail } from './tail-cache.ts'
import { TransactionGate, type Coordinator } from './transaction-gate.ts'
import type { Failure, Unavailable } from './unavailable.ts'

export type ProduceResult =
  | { readonly error: 'NONE'; readonly at: number; readonly logAppendTime: number; readonly logStart: number }
  | { readonly error: Failure; readonly message: string; readonly recordErrors?: readonly RecordFault[] }

/** What became of a transaction marker. */
export type MarkerResult = { readonly error: 'NONE' } | Unavailable

const lossErrors: Readonly<Record<LossReason, Failure>> = {
  FENCED: 'NOT_LEADER_OR_FOLLOWER',
  OVERTAKEN: 'NOT_LEADER_OR_FOLLOWER',
  CONFLICT: 'NOT_LEADER_OR_FOLLOWER',
  FULL: 'KAFKA_STORAGE_ERROR',
  MISSING: 'KAFKA_STORAGE_ERROR',
}

/** A loss that reading the storage again cannot mend. */
const finalLosses: ReadonlySet<LossReason> = new Set(['OVERTAKEN', 'MISSING'])
const REOPEN_AFTER_MS = 250
const SNAPSHOT_EVERY_BYTES = 16 * 1024 * 1024

/** A batch as the machine's user stored it. */
export interface StoredBatch {
  readonly at: number
  readonly next: number
}

type Watcher = (bytes: number) => void

export class Partition {
  readonly identity: PartitionIdentity
  readonly tail = new LogTail()
  readonly gate = new TransactionGate()
  readonly #storage: Storage
  readonly #waiting = new DurableQueue()
  readonly #watchers = new Set<Watcher>()
  #undurable: BatchView[] = []
  /** Batches of idempotent producers that could not be stored since the machine was last loaded, the first of each. */
  #refused = new Map<number, RefusedBatch>()
  #writer: LogWriter | undefined
  #state: PartitionLogState | undefined
  #loading: Promise<PartitionLogState | Unavailable> | undefined
  #unavailable: Unavailable | undefined
  #reopenAt = 0
  #queued = 0
  #snapshotAt = -1
  /** Called with each loss, so that a machine above can drop what it believed. */
  onLost: ((reason: Unavailable) => void) | undefined

  constructor(identity: PartitionIdentity, storage: Storage) {
    this.identity = identity
    this.#storage = storage
  }

  /** The machine's state where it is loaded; undefined before first use and after a loss. */
  get state(): Readonly<PartitionLogState> | undefined {
    return this.#state
  }

  /** Whether the machine is loaded and everything that it decided is stored. */
  get settled(): boolean {
    return this.#state !== undefined && this.#state.durable === this.#state.end
  }

  /** Whether it will never serve again here. */
  get isOver(): boolean {
    return this.#reopenAt === Infinity
  }

  /** Loads the machine if need be. */
  ready(): Promise<Readonly<PartitionLogState> | Unavailable> {
    if (this.#state !== undefined) return Promise.resolve(this.#state)
    if (this.#unavailable !== undefined && this.#storage.clock.monotonic() < this.#reopenAt) {
      return Promise.resolve(this.#unavailable)
    }
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #load(): Promise<PartitionLogState | Unavailable> {
    const loaded = await loadPartitionLog(this.identity, this.#storage)
    if (this.#unavailable !== undefined && this.#reopenAt === Infinity) return this.#unavailable // closed meanwhile
    if ('error' in loaded) return this.#become(loaded, loaded.final)
    this.#unavailable = undefined
    this.#writer = new LogWriter({
      log: this.identity.log,
      epoch: this.identity.leaderEpoch,
      opening: loaded.opening,
      largestEntry: this.#storage.store.supports.largestEntry,
      flusher: this.#storage.flusher,
      opener: this.#storage.opener,
      clock: this.#storage.clock,
      events: { durable: (next) => this.#durable(next), lost: (reason, detail) => this.#lost(reason, detail) },
    })
    for (const batch of this.#refused.values())
      expectSequence(loaded.state.producers, batch, this.#storage.clock.wall())
    this.#refused.clear()
    this.#state = loaded.state
    return loaded.state
  }

  #refuse(batch: BatchView): void {
    const { producerId, producerEpoch, baseSequence } = batch
    const known = this.#refused.get(producerId)
    if (
      producerId === NO_PRODUCER_ID ||
      baseSequence < 0 ||
      (known !== undefined && known.producerEpoch >= producerEpoch)
    )
      return
    this.#refused.set(producerId, { producerId, producerEpoch, baseSequence })
  }

  /**
   * A client's records for this partition. Resolves when they are stored, or with the reason why not; never rejects. Batches of
   * a transaction need the word of its `coordinator`.
   */
  produce(records: Buffer, rules: AppendRules, coordinator?: Coordinator): Promise<ProduceResult> {
    const state = this.#state
    if (state === undefined || this.#queued > 0) return this.#produceWhenReady(records, rules, coordinator)
    const wall = this.#storage.clock.wall()
    const batch = validateProduced(records, rules, wall)
    if ('error' in batch) return Promise.resolve(batch)
    return this.#appendOrAsk(state, batch, rules, coordinator)
  }

  async #produceWhenReady(
    records: Buffer,
    rules: AppendRules,
    coordinator: Coordinator | undefined,
  ): Promise<ProduceResult> {
    this.#queued++
    const ready = await this.ready()
    this.#queued--
    const wall = this.#storage.clock.wall()
    const batch = validateProduced(records, rules, wall)
    if ('error' in batch) return batch
    if ('error' in ready || this.#state === undefined) {
      this.#refuse(batch)
      return 'error' in ready ? ready : (this.#unavailable ?? lostWhileWaiting)
    }
    return this.#appendOrAsk(this.#state, batch, rules, coordinator)
  }

  #appendOrAsk(
    state: PartitionLogState,
    batch: BatchView,
    rules: AppendRules,
    coordinator: Coordinator | undefined,
  ): Promise<ProduceResult> {
    const startsAtZero = coordinator?.epochPerTransaction ?? false
    const append = (): Promise<ProduceResult> => this.#appendOrAnswer(state, batch, rules, startsAtZero)
    if (!batch.isTransactional || coordinator === undefined) return append()
    return this.gate.pass(state, batch, coordinator, async (failure) => {
      if (this.#state === state) return failure ?? append()
      this.#refuse(batch)
      return this.#unavailable ?? lostWhileWaiting
    })
  }

  /** Writes a transaction marker, unless the transaction has ended here already. Resolves when that is stored. */
  async writeMarker(marker: Marker): Promise<MarkerResult> {
    const ready = await this.ready()
    if ('error' in ready) return ready
    const state = this.#state
    if (state === undefined) return this.#unavailable ?? lostWhileWaiting
    const decision = decideMarker(state.producers, marker)
    if (decision.kind === 'REFUSE') return this.#answer({ error: decision.error, message: decision.message })
    const at = state.end
    if (decision.kind === 'WRITE') {
      const type = marker.committed ? 'commit' : 'abort'
      const timestamp = this.#storage.clock.wall()
      const batch = viewBatch(encodeControlBatch({ ...marker, type, timestamp }))
      invariant(typeof batch !== 'string', 'a marker that was encoded here can be read here')
      this.#store(state, batch, timestamp)
    }
    return this.#answer({ error: 'NONE', at, logAppendTime: NO_TIMESTAMP, logStart: state.start })
  }

  #appendOrAnswer(
    state: PartitionLogState,
    batch: BatchView,
    rules: AppendRules,
    startsAtZero: boolean,
  ): Promise<ProduceResult> {
    const wall = this.#storage.clock.wall()
    const decision = decideAppend(state, batch, startsAtZero)
    if (decision.kind === 'REFUSE') return this.#answer({ error: decision.error, message: decision.message })
    const logStart = state.start
    if (decision.kind === 'DUPLICATE') {
      return this.#answer({ error: 'NONE', at: decision.at, logAppendTime: decision.logAppendTime, logStart })
    }
    const stamped = rules.timestampType === 'LogAppendTime'
    if (stamped) stampLogAppendTime(batch, wall)
    this.#store(state, batch, wall)
    return this.#answer({ error: 'NONE', at: decision.at, logAppendTime: stamped ? wall : NO_TIMESTAMP, logStart })
  }

  /** Releases `result` when all that was decided before it is durable. */
  #answer(result: ProduceResult): Promise<ProduceResult> {
    return new Promise((resolve) => {
      this.afterDurable(
        () => resolve(result),
        (reason) => resolve(reason),
      )
    })
  }

  /** Stores a batch of the broker's own (a coordinator's records). Only while `state` is loaded. */
  append(batch: BatchView): StoredBatch {
    const state = this.#state as PartitionLogState
    const at = state.end
    this.#store(state, batch, this.#storage.clock.wall())
    return { at, next: state.end }
  }

  #store(state: PartitionLogState, batch: BatchView, wall: number): void {
    setBaseOffset(batch.bytes, 0, state.end)
    setPartitionLeaderEpoch(batch.bytes, 0, state.leaderEpoch)
    applyBatch(state, batch, wall)
    this.#undurable.push(batch)
    this.#writer?.push(batch.baseOffset, state.end, batch.maxTimestamp, batch.bytes)
  }

  /** Runs `release` when everything decided so far is stored (at once where it is), or `fail` when that cannot be known. */
  afterDurable(release: () => void, fail: (reason: Unavailable) => void): void {
    const state = this.#state
    if (state === undefined) return fail(this.#unavailable ?? lostWhileWaiting)
    const allowed = (): void => (this.#storage.leads() ? release() : fail(noLongerLeading))
    if (state.durable === state.end) return allowed()
    this.#waiting.push({ until: state.end, release: allowed, fail: fail as (reason: unknown) => void })
  }

  /** Calls `watcher` with the bytes that became visible, and with Infinity when the partition stops serving. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Moves the log start forward. */
  async trim(before: number): Promise<Unavailable | undefined> {
    const ready = await this.ready()
    if ('error' in ready) return ready
    const writer = this.#writer as LogWriter
    const [outcome] = await this.#storage.store.trim([{ log: this.identity.log, opening: writer.opening, before }])
    if (outcome?.kind !== 'DONE')
      return { error: 'KAFKA_STORAGE_ERROR', message: `Trimming ended as ${outcome?.kind}.` }
    if (this.#state !== undefined) applyTrim(this.#state, before)
    return undefined
  }

  /** The partition is no longer served here (deleted, or led elsewhere): all that waits is answered with `reason`. */
  close(reason: Unavailable): void {
    this.#become(reason, true)
    this.#fail(reason)
  }

  /** Forgets producers that have been silent for too long, and keeps what is known of the others. */
  async tidy(producerExpirationMs: number): Promise<void> {
    const state = this.#state
    if (state === undefined || state.producers.size === 0) return
    expireMemberships(state.transactions)
    expireProducers(state.producers, this.#storage.clock.wall(), producerExpirationMs)
    await this.saveSnapshot()
  }

  /** Waits until everything that was decided is stored or lost, and saves a snapshot. */
  async rest(): Promise<void> {
    if (this.#state === undefined) return
    await new Promise<void>((resolve) => this.afterDurable(resolve, () => resolve()))
    await this.saveSnapshot()
  }

  /** Keeps what has been learned since the last snapshot, so that the next start need not read it again. */
  async saveSnapshot(): Promise<void> {
    const state = this.#state
    if (state === undefined || state.durable !== state.end || state.unsnapshotted === 0) return
    if (this.#snapshotAt === state.end) return
    this.#snapshotAt = state.end
    applySnapshot(state)
    await this.#storage.saveSnapshot(this.identity.log, (this.#writer as LogWriter).opening, state)
  }

  #durable(next: number): void {
    const state = this.#state
    if (state === undefined) return
    applyDurable(state, next)
    let bytes = 0
    let stored = 0
    for (const batch of this.#undurable) {
      if (batch.lastOffset >= next) break
      stored++
      bytes += batch.sizeInBytes
      this.#storage.tails.add(this.tail, { at: batch.baseOffset, next: batch.lastOffset + 1, bytes: batch.bytes })
    }
    this.#undurable.splice(0, stored)
    this.#waiting.releaseUpTo(next)
    for (const watcher of this.#watchers) watcher(bytes)
    if (state.unsnapshotted > SNAPSHOT_EVERY_BYTES) void this.saveSnapshot()
  }

  #lost(reason: LossReason, detail: string): void {
    const { log } = this.identity
    this.#storage.log.warn({ log: log.name, reason, detail }, 'a log can no longer be written')
    const unavailable = { error: lossErrors[reason], message: `${log.name}: ${reason}, ${detail}.` }
    this.#become(unavailable, finalLosses.has(reason))
    this.#fail(unavailable)
  }

  #become(unavailable: Unavailable, final: boolean): Unavailable {
    this.#writer?.close()
    this.#writer = undefined
    this.#state = undefined
    for (const batch of this.#undurable) this.#refuse(batch)
    this.#undurable = []
    this.tail.clear()
    this.#unavailable = unavailable
    this.#reopenAt = final ? Infinity : this.#storage.clock.monotonic() + REOPEN_AFTER_MS
    return unavailable
  }

  #fail(reason: Unavailable): void {
    this.#waiting.failAll(reason)
    for (const watcher of this.#watchers) watcher(Infinity)
    this.onLost?.(reason)
  }
}

const lostWhileWaiting: Unavailable = {
  error: 'NOT_LEADER_OR_FOLLOWER',
  message: 'The partition stopped being led here while the request waited.',
}

const noLongerLeading: Unavailable = {
  error: 'NOT_LEADER_OR_FOLLOWER',
  message: 'This broker no longer holds its role; another may have taken over.',
}
