// One end of an in-memory connection, with the manners of a TCP socket that does not allow half-open streams.
import type { ByteStream, Endpoint } from '@jackdaw/transport'
import type { MemoryHost } from './memory-host.ts'
import { systemError } from './network-conditions.ts'
import { type Ending, Pipe } from './pipe.ts'

export class MemoryStream implements ByteStream {
  readonly host: MemoryHost
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly #role: 'client' | 'server'
  #out!: Pipe
  #in!: Pipe
  #open = false
  #paused = false
  #closed = false
  #full = false
  #ending = false
  #ended = { sent: false, received: false }
  #receive: (chunk: Buffer) => void = () => undefined
  #onClose: (error?: Error) => void = () => undefined
  #onDrain: () => void = () => undefined

  constructor(role: 'client' | 'server', host: MemoryHost, local: Endpoint, remote: Endpoint) {
    this.#role = role
    this.host = host
    this.local = local
    this.remote = remote
    host.streams.add(this)
  }

  /** Joins two ends. Neither receives before it was opened. */
  static join(a: MemoryStream, b: MemoryStream): void {
    a.#out = b.#in = new Pipe(a.host.network, a, b)
    b.#out = a.#in = new Pipe(a.host.network, b, a)
  }

  /** The other end. */
  get peer(): MemoryStream {
    return this.#out.target
  }

  get queuedBytes(): number {
    return this.#out.queuedBytes
  }

  onData(receive: (chunk: Buffer) => void): void {
    this.#receive = receive
  }

  onClose(closed: (error?: Error) => void): void {
    this.#onClose = closed
  }

  onDrain(drained: () => void): void {
    this.#onDrain = drained
  }

  write(chunks: readonly Uint8Array[], written?: () => void): boolean {
    if (this.#closed || this.#ending) {
      if (written) this.host.clock.soon(written)
      return false
    }
    this.#out.offer(chunks, written)
    this.#full = this.queuedBytes >= this.host.network.conditions.highWaterBytes
    return !this.#full
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#in.wake()
  }

  end(): void {
    if (this.#closed || this.#ending) return
    this.#ending = true
    this.#out.end()
  }

  destroy(): void {
    if (this.#closed) return
    this.#shut(this.host.network.random.chance(0.5) ? 'gone' : 'reset')
    this.host.clock.soon(() => this.#onClose())
  }

  // What follows is the network's side of the stream.

  /** From here on its owner has set the callbacks. */
  open(): void {
    this.#open = true
    this.#in.wake()
  }

  get receiving(): boolean {
    return this.host.gone || (this.#open && !this.#paused && !this.#closed)
  }

  /** This end asked for the connection, and it stands. */
  get initiated(): boolean {
    return this.#role === 'client' && this.#open && !this.#closed
  }

  receive(bytes: Buffer): void {
    this.#receive(bytes)
  }

  finReceived(how: Ending): void {
    if (how === 'reset') return this.#close(systemError('ECONNRESET', 'read', this.remote))
    this.#ended.received = true
    if (how === 'gone' || this.#ended.sent) this.#close()
    else this.end()
  }

  finSent(): void {
    this.#ended.sent = true
    if (this.#ended.received && !this.#closed) this.#close()
  }

  drained(): void {
    if (!this.#full || this.#closed) return
    this.#full = false
    this.#onDrain()
  }

  /** The system gives the connection up. */
  reset(code: 'ECONNRESET' | 'ETIMEDOUT'): void {
    this.host.clock.soon(() => this.#close(systemError(code, 'read', this.remote)))
  }

  /** The connection is cut: what is under way is lost, each end learns of it in its own time. */
  cut(): void {
    const { network } = this.host
    for (const end of [this, this.peer]) {
      end.#out.discard()
      end.host.clock.after(network.latency(end.local.host, end.remote.host), () =>
        end.#close(systemError('ECONNRESET', 'read', end.remote)),
      )
    }
  }

  /** Its process died. `silently`: the whole machine did, so nobody tells the other end. */
  kill(silently: boolean): void {
    this.#closed = true
    if (silently) {
      this.#out.discard()
      this.#in.wake()
    } else {
      this.#in.discard()
      this.#out.abandon(this.host.network.random.chance(0.5) ? 'gone' : 'reset')
    }
  }

  #shut(how: 'gone' | 'reset'): void {
    this.#closed = true
    this.host.streams.delete(this)
    this.#in.discard()
    this.#out.abandon(how)
  }

  #close(error?: Error): void {
    if (this.#closed) return
    this.#shut(error ? 'reset' : 'gone')
    this.#onClose(error)
  }
}
