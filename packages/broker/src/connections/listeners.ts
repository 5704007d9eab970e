// The listeners of a broker and the connections that came in by them.

import type { Clock } from '@jackdaw/ports'
import type { ByteStream, Listening, Network } from '@jackdaw/transport'

import type { Logger } from '../log.ts'
import { Admission, type AdmissionLimits } from './admission.ts'
import { Connection, type ConnectionLimits } from './connection.ts'
import { RequestBudget } from './request-budget.ts'
import type { Router } from './router.ts'

export interface ListenerAddress {
  readonly name: string
  readonly host: string
  readonly port: number
}

export interface ListenersOptions {
  readonly network: Network
  readonly limits: ConnectionLimits
  readonly admission: () => AdmissionLimits
  /** Bytes of requests with records that all connections hold at most. */
  readonly maxQueuedBytes: number
  readonly clock: Clock
  readonly log: Logger
}

const LOOK_FOR_IDLE_EVERY_MS = 10_000
/** How long a broker that shuts down waits for what it has accepted. */
const DRAIN_MS = 2_000

export class Listeners {
  readonly #options: ListenersOptions
  readonly #connections = new Set<Connection>()
  readonly #admission: Admission
  readonly #budget: RequestBudget
  readonly #listening: Listening[] = []
  #router: Router | undefined
  #cancelIdleLook: () => void = () => undefined
  #closed = false

  constructor(options: ListenersOptions) {
    this.#options = options
    this.#admission = new Admission(options.admission, options.clock)
    this.#budget = new RequestBudget(options.maxQueuedBytes)
  }

  /** Binds the address, and answers with the port that it got. Connections wait until `serve`. */
  async bind(address: ListenerAddress): Promise<ListenerAddress> {
    const { network } = this.#options
    const listening = await network.listen({ host: address.host, port: address.port }, (stream) =>
      this.#accept(stream, address.name),
    )
    this.#listening.push(listening)
    return { ...address, port: listening.endpoint.port }
  }

  #accept(stream: ByteStream, listener: string): void {
    const { limits, clock, log } = this.#options
    if (this.#router === undefined || this.#closed) return stream.destroy()
    const { host } = stream.remote
    const admitted = this.#admission.admit(host)
    if (admitted.kind === 'REFUSED') {
      log.info({ client: host, listener, reason: admitted.reason }, 'a connection was refused')
      return stream.destroy()
    }
    const { waitMs } = admitted
    const connection: Connection = new Connection(
      { stream, listener, router: this.#router, limits, budget: this.#budget, waitMs, clock, log },
      () => {
        this.#connections.delete(connection)
        this.#admission.release(host)
      },
    )
    this.#connections.add(connection)
  }

  serve(router: Router): void {
    this.#router = router
    this.#lookForIdle()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelIdleLook()
    const closing = this.#listening.map((listening) => listening.close())
    await Promise.all([...this.#connections].map((connection) => connection.drain(DRAIN_MS)))
    for (const connection of this.#connections) connection.close('the broker is shutting down')
    await Promise.all(closing)
  }

  #lookForIdle(): void {
    const { clock } = this.#options
    this.#cancelIdleLook = clock.after(LOOK_FOR_IDLE_EVERY_MS, () => {
      const now = clock.monotonic()
      for (const connection of this.#connections) connection.closeIfIdle(now)
      this.#lookForIdle()
    })
  }
}
