// The listeners of a broker and the connections that came in by them.

import type { Clock } from '@jackdaw/ports'
import type { Listening, Network } from '@jackdaw/transport'

import type { Logger } from '../log.ts'
import { Connection, type ConnectionLimits } from './connection.ts'
import type { Router } from './router.ts'

export interface ListenerAddress {
  readonly name: string
  readonly host: string
  readonly port: number
}

export interface ListenersOptions {
  readonly network: Network
  readonly limits: ConnectionLimits
  readonly clock: Clock
  readonly log: Logger
}

const LOOK_FOR_IDLE_EVERY_MS = 10_000
/** How long a broker that shuts down waits for what it has accepted. */
const DRAIN_MS = 2_000

export class Listeners {
  readonly #options: ListenersOptions
  readonly #connections = new Set<Connection>()
  readonly #listening: Listening[] = []
  #router: Router | undefined
  #cancelIdleLook: () => void = () => undefined
  #closed = false

  constructor(options: ListenersOptions) {
    this.#options = options
  }

  /** Binds the address, and answers with the port that it got. Connections wait until `serve`. */
  async bind(address: ListenerAddress): Promise<ListenerAddress> {
    const { network } = this.#options
    const listening = await network.listen({ host: address.host, port: address.port }, (stream) => {
      if (this.#router === undefined || this.#closed) return stream.destroy()
      const { limits, clock, log } = this.#options
      const connection: Connection = new Connection(
        { stream, listener: address.name, router: this.#router, limits, clock, log },
        () => this.#connections.delete(connection),
      )
      this.#connections.add(connection)
    })
    this.#listening.push(listening)
    return { ...address, port: listening.endpoint.port }
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
