// Runs a machine over the log of a partition: take a command, decide, apply, append, and let the replies go when everything
// that was applied before them is durable. A machine that loses its log is dropped with what it believed; the next command
// loads it again.

import { type Batch, type Decision, invariant, type Machine } from '@jackdaw/core'
import type { Cancel } from '@jackdaw/ports'
import {
  decodeControlRecord,
  decodeRecords,
  encodeBatch,
  encodeControlBatch,
  viewBatch,
  type BatchView,
} from '@jackdaw/protocol'

import type { Partition } from './partition.ts'
import { batchesFrom } from './stored-batches.ts'
import type { Storage } from './storage.ts'
import type { Unavailable } from './unavailable.ts'

/** How a machine's records lie in its log. */
export interface RecordCodec<Rec> {
  encode(record: Rec): { readonly key: Uint8Array | null; readonly value: Uint8Array | null }
  /** Undefined for a record of a kind that this version does not know. */
  decode(key: Buffer | null, value: Buffer | null): Rec | undefined
}

export type Submitted<Response> =
  | { readonly ok: true; readonly response: Response }
  | ({ readonly ok: false } & Unavailable)

export interface MachineShellOptions<State, Command, Rec, Response, Effect> {
  readonly machine: Machine<State, Command, Rec, Response, Effect>
  readonly codec: RecordCodec<Rec>
  readonly partition: Partition
  readonly storage: Storage
  /** The command that tells the machine that time has passed. */
  readonly tick?: () => Command
  /** Called when the machine was dropped; it loads again at the next command, or by `load`. */
  readonly onDropped?: () => void
  /** The command that a machine gets once it is loaded, before any other. */
  readonly loaded?: () => Command
  /** Called with what the state owes, whenever something became durable that may have changed it. */
  readonly perform?: (effects: Iterable<Effect>, durable: number) => void
  /** `perform` is called also while later decisions are not stored yet: each effect says by which offset it was decided. */
  readonly performsUnsettled?: boolean
}

/** A request whose client may leave before the answer. */
export interface Waiting<Command> {
  readonly gone: AbortSignal
  readonly abandoned: (to: number) => Command
}

/** Records of a machine are small; one batch holds what one decision made. */
const LARGEST_RECORDS_BYTES = 100 * 1024 * 1024

export class MachineShell<State, Command, Rec, Response, Effect = never> {
  readonly #options: MachineShellOptions<State, Command, Rec, Response, Effect>
  readonly #open = new Map<number, (result: Submitted<Response>) => void>()
  #state: State | undefined
  #loading: Promise<Unavailable | undefined> | undefined
  #nextId = 1
  #queued = 0
  #alarm: { readonly at: number; readonly cancel: Cancel } | undefined

  constructor(options: MachineShellOptions<State, Command, Rec, Response, Effect>) {
    this.#options = options
    options.partition.onLost = (reason) => this.#drop(reason)
  }

  /** Whether its log will never serve again here. */
  get isOver(): boolean {
    return this.#options.partition.isOver
  }

  /** What has been applied; undefined until it is loaded. Readers that answer clients go through `submit`. */
  get state(): Readonly<State> | undefined {
    return this.#state
  }

  /**
   * Puts a request to the machine. Answered exactly once, also when the machine is dropped; never rejects. When `gone` aborts
   * first, nobody waits any more, and the machine is told so by `abandoned`.
   */
  async submit(command: (to: number) => Command, waiting?: Waiting<Command>): Promise<Submitted<Response>> {
    const failure = await this.#whenLoaded()
    if (failure !== undefined) return { ok: false, ...failure }
    const to = this.#nextId++
    const abandon = (): void => this.#abandon(to, waiting as Waiting<Command>)
    waiting?.gone.addEventListener('abort', abandon)
    const result = await new Promise<Submitted<Response>>((resolve) => {
      this.#open.set(to, resolve)
      this.#run(command(to))
    })
    waiting?.gone.removeEventListener('abort', abandon)
    return result
  }

  /** Tells the machine something that has no answer. Resolves when what it changed is durable. */
  async post(command: Command): Promise<Unavailable | undefined> {
    const failure = await this.#whenLoaded()
    if (failure !== undefined) return failure
    this.#run(command)
    return whenDurable(this.#options.partition)
  }

  /** Undefined at once where nothing has to be waited for: commands run in the order in which they came. */
  #whenLoaded(): Promise<Unavailable | undefined> | undefined {
    return this.#state !== undefined && this.#queued === 0 ? undefined : this.#loadFirst()
  }

  async #loadFirst(): Promise<Unavailable | undefined> {
    this.#queued++
    const failure = await this.load()
    this.#queued--
    return failure ?? (this.#state === undefined ? dropped : undefined)
  }

  #abandon(to: number, { abandoned }: Waiting<Command>): void {
    const resolve = this.#open.get(to)
    if (resolve === undefined) return
    this.#open.delete(to)
    resolve({ ok: false, ...nobodyWaits })
    if (this.#state !== undefined) this.#run(abandoned(to))
  }

  /** Reads the machine's log, if that has not been done. */
  load(): Promise<Unavailable | undefined> {
    if (this.#state !== undefined) return Promise.resolve(undefined)
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #load(): Promise<Unavailable | undefined> {
    const { machine, partition, storage, loaded } = this.#options
    const ready = await partition.ready()
    if ('error' in ready) return ready
    const unsettled = await whenDurable(partition)
    if (unsettled !== undefined) return unsettled
    const state = machine.initial()
    try {
      for await (const batch of batchesFrom(storage.store, partition.identity.log, ready.start, ready.end)) {
        machine.apply(state, this.#decode(batch), batch.baseOffset)
      }
    } catch (cause) {
      storage.log.error({ log: partition.identity.log.name, cause }, 'a coordinator could not be loaded')
      return {
        error: 'KAFKA_STORAGE_ERROR',
        message: `${partition.identity.log.name} could not be loaded: ${String(cause)}`,
      }
    }
    if (partition.state !== ready) return dropped
    this.#state = state
    if (loaded !== undefined) this.#run(loaded())
    this.#perform()
    return undefined
  }

  #decode(batch: BatchView): Batch<Rec> {
    const producer = batch.isTransactional ? { id: batch.producerId, epoch: batch.producerEpoch } : undefined
    const raw = decodeRecords(batch, { maxDecompressedBytes: LARGEST_RECORDS_BYTES })
    if (batch.isControl) {
      const marker = raw[0] === undefined ? undefined : decodeControlRecord(raw[0])
      if (marker === undefined || marker.type === 'other') return { records: [] }
      return { producer, control: { type: marker.type, coordinatorEpoch: marker.coordinatorEpoch }, records: [] }
    }
    const records: Rec[] = []
    for (const { key, value } of raw) {
      const record = this.#options.codec.decode(key, value)
      if (record !== undefined) records.push(record)
    }
    return { producer, records }
  }

  #run(command: Command): void {
    const { machine, storage } = this.#options
    const { clock } = storage
    const state = this.#state as State
    let decision: Decision<Rec, Response>
    try {
      decision = machine.decide(state, command, { wall: clock.wall(), monotonic: clock.monotonic() })
      this.#apply(state, decision)
    } catch (fault) {
      storage.log.error(
        { log: this.#options.partition.identity.log.name, fault },
        'a machine broke its own law and is dropped',
      )
      return this.#drop({ error: 'UNKNOWN_SERVER_ERROR', message: String(fault) })
    }
    this.#release(decision)
    this.#setAlarm(state)
  }

  #apply(state: State, { batches, volatile }: Decision<Rec, Response>): void {
    const { machine, partition } = this.#options
    for (const batch of batches) {
      const { at } = partition.append(this.#encode(batch))
      machine.apply(state, batch, at)
    }
    if (volatile.length > 0) machine.apply(state, { records: volatile }, -1)
  }

  #encode({ records, producer, control }: Batch<Rec>): BatchView {
    const timestamp = this.#options.storage.clock.wall()
    if (producer !== undefined && control !== undefined)
      return viewed(
        encodeControlBatch({ ...control, producerId: producer.id, producerEpoch: producer.epoch, timestamp }),
      )
    return viewed(
      encodeBatch({
        records: records.map((record) => ({ ...this.#options.codec.encode(record), timestamp, headers: [] })),
        ...(producer === undefined
          ? {}
          : { producerId: producer.id, producerEpoch: producer.epoch, isTransactional: true }),
      }),
    )
  }

  #release({ batches, replies }: Decision<Rec, Response>): void {
    if (replies.length === 0 && batches.length === 0) return
    const state = this.#state
    this.#options.partition.afterDurable(
      () => {
        if (this.#state !== state) return // dropped meanwhile: all that was open has been answered
        for (const { to, response } of replies) this.#answer(to, { ok: true, response })
        if (batches.length > 0) this.#perform()
      },
      (reason) => {
        if (this.#state !== state) return
        for (const { to } of replies) this.#answer(to, { ok: false, ...reason })
      },
    )
  }

  /** What is owed is done only from what is durable; the reply that makes more so calls this again. */
  #perform(): void {
    const { machine, perform, partition, performsUnsettled = false } = this.#options
    if (perform === undefined || this.#state === undefined || !(performsUnsettled || partition.settled)) return
    perform(machine.owed(this.#state), partition.state?.durable ?? 0)
  }

  #answer(to: number, result: Submitted<Response>): void {
    const resolve = this.#open.get(to) // absent where the request was abandoned
    this.#open.delete(to)
    resolve?.(result)
  }

  #setAlarm(state: State): void {
    const { machine, tick, storage } = this.#options
    const at = machine.deadline(state)
    if (tick === undefined || at === this.#alarm?.at) return
    this.#alarm?.cancel()
    this.#alarm = undefined
    if (at === undefined) return
    const wait = Math.max(0, at - storage.clock.monotonic())
    const cancel = storage.clock.after(wait, () => {
      this.#alarm = undefined
      if (this.#state !== undefined) this.#run(tick())
    })
    this.#alarm = { at, cancel }
  }

  #drop(reason: Unavailable): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
    this.#state = undefined
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const resolve of open) resolve({ ok: false, ...reason })
    this.#options.onDropped?.()
  }
}

const viewed = (bytes: Buffer): BatchView => {
  const view = viewBatch(bytes)
  invariant(typeof view !== 'string', 'a batch that was encoded here can be read here')
  return view
}

const whenDurable = (partition: Partition): Promise<Unavailable | undefined> =>
  new Promise((resolve) => {
    partition.afterDurable(() => resolve(undefined), resolve)
  })

const nobodyWaits: Unavailable = { error: 'NETWORK_EXCEPTION', message: 'The client has gone.' }

const dropped: Unavailable = {
  error: 'NOT_COORDINATOR',
  message: 'The coordinator lost its log while the request waited.',
}
