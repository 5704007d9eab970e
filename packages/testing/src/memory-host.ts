// One host of the simulated network, as one incarnation of a process sees it.
import type { Clock } from '@jackdaw/ports'
import type { ByteStream, Endpoint, Listening, Network } from '@jackdaw/transport'
import { MemoryStream } from './memory-stream.ts'
import type { MemoryNetwork } from './network.ts'
import { systemError } from './network-conditions.ts'

const OWN_ADDRESSES = new Set(['', '0.0.0.0', '::', '127.0.0.1', '::1', 'localhost'])
const FIRST_EPHEMERAL_PORT = 32_768
const SYN_RETRY_MS = 1000

interface Listener {
  accept(stream: ByteStream): void
}

/** A {@link Network} whose streams begin and end at one named host. Made by {@link MemoryNetwork.host}. */
export class MemoryHost implements Network {
  readonly network: MemoryNetwork
  readonly name: string
  readonly clock: Clock
  readonly streams = new Set<MemoryStream>()
  readonly #listeners = new Map<number, Listener>()
  #nextPort = FIRST_EPHEMERAL_PORT
  #gone = false

  constructor(network: MemoryNetwork, name: string, clock: Clock) {
    this.network = network
    this.name = name
    this.clock = clock
  }

  /** True once its process is dead. */
  get gone(): boolean {
    return this.#gone
  }

  async listen(at: Endpoint, accept: (stream: ByteStream) => void): Promise<Listening> {
    if (!this.#owns(at.host)) throw systemError('EADDRNOTAVAIL', 'listen', at)
    const port = at.port === 0 ? this.#freePort() : at.port
    if (this.#listeners.has(port)) throw systemError('EADDRINUSE', 'listen', at)
    const listener = { accept }
    this.#listeners.set(port, listener)
    return {
      endpoint: { host: at.host, port },
      close: async () => {
        if (this.#listeners.get(port) === listener) this.#listeners.delete(port)
      },
    }
  }

  connect(to: Endpoint, options: { readonly timeoutMs?: number } = {}): Promise<ByteStream> {
    const { promise, resolve, reject } = Promise.withResolvers<ByteStream>()
    let settled = false
    const settle = (outcome: MemoryStream | Error) => {
      this.clock.soon(() => {
        if (outcome instanceof Error) reject(outcome)
        else if (settled) outcome.destroy()
        else {
          outcome.open()
          resolve(outcome)
        }
        settled = true
        cancel()
      })
    }
    const timeoutMs = options.timeoutMs ?? this.network.conditions.connectTimeoutMs
    const cancel = this.clock.after(timeoutMs, () => {
      settled = true
      reject(systemError('ETIMEDOUT', 'connect', to))
    })
    this.#knock({ host: this.#owns(to.host) ? this.name : to.host, port: to.port }, settle, () => settled)
    return promise
  }

  /** Ends the process. `silently`: its machine is lost, so that the other ends are left to find out by themselves. */
  kill(silently = false): void {
    this.#gone = true
    this.#listeners.clear()
    for (const stream of this.streams) stream.kill(silently)
    this.streams.clear()
    if (silently) this.network.lost(this)
  }

  /** Somebody asks for a connection, on the network's side. */
  offer(port: number, from: MemoryHost): MemoryStream | undefined {
    const listener = this.#listeners.get(port)
    if (listener === undefined) return undefined
    const near = { host: from.name, port: from.#freePort() }
    const far = { host: this.name, port }
    const client = new MemoryStream('client', from, near, far)
    const server = new MemoryStream('server', this, far, near)
    MemoryStream.join(client, server)
    this.clock.soon(() => {
      if (this.#listeners.get(port) !== listener) return server.destroy()
      listener.accept(server)
      server.open()
    })
    return client
  }

  #knock(to: Endpoint, settle: (outcome: MemoryStream | Error) => void, given: () => boolean): void {
    const { clock } = this.network
    clock.after(this.network.latency(this.name, to.host), () => {
      if (this.gone || given()) return
      if (!this.network.reaches(this.name, to.host)) {
        clock.after(SYN_RETRY_MS, () => this.#knock(to, settle, given))
        return
      }
      const outcome = this.network.find(to.host)?.offer(to.port, this) ?? systemError('ECONNREFUSED', 'connect', to)
      clock.after(this.network.latency(to.host, this.name), () => settle(outcome))
    })
  }

  #owns(host: string): boolean {
    return host === this.name || OWN_ADDRESSES.has(host)
  }

  #freePort(): number {
    while (this.#listeners.has(this.#nextPort)) this.#nextPort++
    const port = this.#nextPort++
    if (this.#nextPort > 65_535) this.#nextPort = FIRST_EPHEMERAL_PORT
    return port
  }
}
