// A network of one listener whose streams hand bytes over at once: no latency, no loss, no sockets. What TCP does to a
// stream is the simulator's business.
import type { Clock } from '@jackdaw/ports'
import { FrameReader, type ByteStream, type Network } from '@jackdaw/transport'

const ENDPOINT = { host: 'fuzz', port: 9092 }
const MAX_FRAME_BYTES = 2 ** 31 - 1

/** The client's end of a stream: whole frames come out of it. */
export class ClientEnd {
  readonly frames: Buffer[] = []
  readonly #clock: Clock
  readonly #reader = new FrameReader({ maxFrameBytes: MAX_FRAME_BYTES }, (frame) => this.frames.push(frame))
  #receive: (chunk: Buffer) => void = () => undefined
  #closed: () => void = () => undefined
  #waiting: Buffer[] = []
  #isPaused = false
  #isClosed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  send(bytes: Buffer): void {
    this.#waiting.push(bytes)
    this.#deliver()
  }

  hangUp(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#clock.soon(() => this.#closed())
  }

  #deliver(): void {
    while (!this.#isPaused && !this.#isClosed && this.#waiting.length > 0) this.#receive(this.#waiting.shift()!)
  }

  /** The broker's end of the same stream. */
  brokersEnd(): ByteStream {
    const end = (): void => this.hangUp()
    return {
      remote: { host: '192.0.2.1', port: 50_000 },
      local: ENDPOINT,
      queuedBytes: 0,
      onData: (receive) => (this.#receive = receive),
      onClose: (closed) => (this.#closed = closed),
      onDrain: () => undefined,
      write: (chunks, written) => {
        if (!this.#isClosed) for (const chunk of chunks) this.#reader.push(Buffer.from(chunk))
        written?.()
        return !this.#isClosed
      },
      pause: () => (this.#isPaused = true),
      resume: () => {
        this.#isPaused = false
        this.#deliver()
      },
      end,
      destroy: end,
    }
  }
}

export class Wire implements Network {
  readonly #clock: Clock
  #accept: ((stream: ByteStream) => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  listen: Network['listen'] = async (_at, accept) => {
    this.#accept = accept
    return {
      endpoint: ENDPOINT,
      close: async () => {
        this.#accept = undefined
      },
    }
  }

  connect: Network['connect'] = () => Promise.reject(new Error('nobody listens but the broker'))

  dial(): ClientEnd {
    const client = new ClientEnd(this.#clock)
    if (this.#accept === undefined) throw new Error('the broker does not listen')
    this.#accept(client.brokersEnd())
    return client
  }
}
