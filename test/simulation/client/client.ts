// A simulated client: it learns what the broker speaks, draws one version of each API for its whole life, keeps a connection
// for each of its lanes and writes down every request and answer. It never retries: that is its owner's behaviour.
import { type Api, ApiVersions, type Infer, type MetadataResponse } from '@jackdaw/protocol'
import type { MemoryHost, MemoryNetwork, SeededRandom, VirtualClock } from '@jackdaw/testing'
import type { Endpoint } from '@jackdaw/transport'
import type { History, Op, Operation, Operations } from '../history.ts'
import type { Call, Knowledge } from './call.ts'
import { calls } from './calls.ts'
import { Connection } from './connection.ts'

const CONNECT_TIMEOUT_MS = 5000
/** Longer than any request may take by its own account. */
const REQUEST_TIMEOUT_MS = 20_000
const IDS_IN_METADATA_SINCE = 10

export interface ClientOptions {
  readonly who: string
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly history: History
  readonly random: SeededRandom
  readonly bootstrap: Endpoint
  /** The lowest versions that will do, for a client that needs what they brought. */
  readonly atLeast?: Partial<Record<Operation, number>>
  /** The highest versions of a client that knows no later ones. */
  readonly atMost?: Partial<Record<Operation, number>>
  readonly tamper?: (api: string, body: object) => object
}

type Ranges = ReadonlyMap<number, { readonly min: number; readonly max: number }>

export class Client {
  readonly who: string
  readonly #options: ClientOptions
  readonly #lanes = new Map<string, Promise<Connection | undefined>>()
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #versions = new Map<Operation, number>()
  readonly #topicIds = new Map<string, string>()
  #host: MemoryHost
  #ranges: Ranges | undefined
  static #connections = new WeakMap<History, { next: number }>()

  constructor(options: ClientOptions) {
    this.who = options.who
    this.#options = options
    this.#host = options.network.host(options.who)
  }

  /** Asks, and waits for the answer: undefined where there was none. Requests of one lane share a connection, in order. */
  async call<F extends Operation>(
    f: F,
    args: Operations[F]['args'],
    lane = 'main',
  ): Promise<Operations[F]['result'] | undefined> {
    const connection = await this.#inTurn(lane)
    return connection && this.#ask(connection, f, args)
  }

  /** The same for several requests that are under way at once: all on one connection, or none is sent. */
  async callAll<F extends Operation>(
    f: F,
    all: readonly Operations[F]['args'][],
  ): Promise<(Operations[F]['result'] | undefined)[]> {
    const connection = await this.#inTurn('main')
    if (connection === undefined) return all.map(() => undefined)
    return Promise.all(all.map((args) => this.#ask(connection, f, args)))
  }

  async #ask<F extends Operation>(
    connection: Connection,
    f: F,
    args: Operations[F]['args'],
  ): Promise<Operations[F]['result'] | undefined> {
    const call: Call<F> = calls[f]
    const knowledge: Knowledge = { version: this.#versionOf(f), topicIds: this.#topicIds }
    const request = call.request(args, knowledge)
    const { history, clock } = this.#options
    const op = history.invoke(this.who, connection.id, f, args)
    const cancel = clock.after(REQUEST_TIMEOUT_MS, () => this.#giveUp(op, connection))
    const silent = 'acks' in args && args.acks === 0
    const response = await connection.send(call.api, knowledge.version, request, silent)
    cancel()
    if (response === undefined) return undefined
    const result = call.result(response, args, knowledge)
    if (f === 'metadata') this.#learn(response as MetadataResponse)
    history.answer(op, result)
    return result
  }

  /** Whether the ids of topics were learned. */
  get knowsTopics(): boolean {
    return this.#topicIds.size > 0
  }

  /** Drops all connections. */
  disconnect(): void {
    for (const lane of this.#lanes.values()) void lane.then((connection) => connection?.destroy())
    this.#lanes.clear()
  }

  /** Dies and comes back with nothing in its hands: its connections are gone without a word of its own. */
  crash(silently: boolean): void {
    this.#host.kill(silently)
    for (const lane of this.#lanes.values()) void lane.then((connection) => connection?.lost())
    this.#lanes.clear()
    this.#turns.clear()
    this.#host = this.#options.network.host(this.who)
  }

  #giveUp(op: Op, connection: Connection): void {
    this.#options.history.note(this.who, 'gave up', { f: op.f, sent: op.sent, connection: connection.id })
    connection.destroy()
  }

  #versionOf(f: Operation): number {
    const known = this.#versions.get(f)
    if (known !== undefined) return known
    const { api, idsSince = Infinity } = calls[f] as Call
    const range = this.#ranges!.get(api.key)
    if (range === undefined) throw new Error(`the broker does not serve ${api.name}`)
    const learnsIds = f === 'metadata' || this.#versionOf('metadata') >= IDS_IN_METADATA_SINCE
    const min = Math.max(range.min, api.versions.min, this.#options.atLeast?.[f] ?? 0)
    const max = Math.min(
      range.max,
      api.versions.max,
      learnsIds ? Infinity : idsSince - 1,
      this.#options.atMost?.[f] ?? Infinity,
    )
    if (max < min) throw new Error(`${this.who} finds no version of ${api.name} between ${min} and ${max}`)
    const version = this.#options.random.fork(f).int(min, max)
    this.#versions.set(f, version)
    return version
  }

  #learn(metadata: MetadataResponse): void {
    for (const { name, topicId, errorCode } of metadata.topics)
      if (name && errorCode === 0) this.#topicIds.set(name, topicId)
  }

  /** The connection of a lane, for one caller after the other: what is asked first is sent first. */
  #inTurn(lane: string): Promise<Connection | undefined> {
    const mine = (this.#turns.get(lane) ?? Promise.resolve()).then(() => this.#connected(lane))
    this.#turns.set(lane, mine)
    return mine
  }

  /** The connection of a lane, opened by whoever needs it first. */
  async #connected(lane: string): Promise<Connection | undefined> {
    const open = this.#lanes.get(lane)
    if (open === undefined) return this.#open(lane)
    const connection = await open
    if (connection?.closed !== true) return connection
    if (this.#lanes.get(lane) === open) this.#lanes.delete(lane)
    return this.#connected(lane)
  }

  #open(lane: string): Promise<Connection | undefined> {
    const opening = this.#connect().then((connection) => {
      if (connection === undefined && this.#lanes.get(lane) === opening) this.#lanes.delete(lane)
      return connection
    })
    this.#lanes.set(lane, opening)
    return opening
  }

  async #connect(): Promise<Connection | undefined> {
    const { bootstrap, history, who, tamper } = this.#options
    const host = this.#host
    try {
      const stream = await host.connect(bootstrap, { timeoutMs: CONNECT_TIMEOUT_MS })
      const connection = new Connection(this.#nextId(), stream, { who, history, tamper })
      history.note(who, 'connected', { connection: connection.id })
      if (this.#ranges === undefined && !(await this.#askVersions(connection))) return undefined
      return connection
    } catch (error) {
      history.note(who, 'not connected', { error: (error as { code?: string }).code ?? String(error) })
      return undefined
    }
  }

  /** A connection's number is unique in the run, so that an answer on a wrong one is found out. */
  #nextId(): number {
    const { history } = this.#options
    const counter = Client.#connections.get(history) ?? { next: 1 }
    Client.#connections.set(history, counter)
    return counter.next++
  }

  async #askVersions(connection: Connection): Promise<boolean> {
    const { clock, random, who } = this.#options
    const api: Api = ApiVersions
    const version = random.fork('apiVersions').int(0, 3)
    const cancel = clock.after(REQUEST_TIMEOUT_MS, () => connection.destroy())
    const answer = await connection.send(api, version, { clientSoftwareName: who, clientSoftwareVersion: '1' })
    cancel()
    if (answer === undefined) return false
    const { apiKeys } = answer as Infer<typeof ApiVersions.response>
    this.#ranges = new Map(
      apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { min: minVersion, max: maxVersion }]),
    )
    return true
  }
}
