// A network that can be taken from its user at once: listeners and streams of a process that is killed without being asked.
import type { ByteStream, Endpoint, Listening, Network } from '@jackdaw/transport'

export class SeverableNetwork implements Network {
  readonly #network: Network
  readonly #streams = new Set<ByteStream>()
  readonly #listening = new Set<Listening>()
  #severed = false

  constructor(network: Network) {
    this.#network = network
  }

  async listen(at: Endpoint, accept: (stream: ByteStream) => void): Promise<Listening> {
    const listening = await this.#network.listen(at, (stream) => {
      if (this.#severed) stream.destroy()
      else accept(this.#watched(stream))
    })
    this.#listening.add(listening)
    return {
      endpoint: listening.endpoint,
      close: () => {
        this.#listening.delete(listening)
        return listening.close()
      },
    }
  }

  async connect(to: Endpoint, options?: { readonly timeoutMs?: number }): Promise<ByteStream> {
    const stream = await this.#network.connect(to, options)
    if (this.#severed) stream.destroy()
    return this.#watched(stream)
  }

  /** Cuts every stream and frees every port. Resolves when the ports are free. */
  async sever(): Promise<void> {
    this.#severed = true
    const closing = [...this.#listening].map((listening) => listening.close())
    for (const stream of this.#streams) stream.destroy()
    this.#streams.clear()
    await Promise.all(closing)
  }

  /** The same stream, which is forgotten when it closes and tells its user nothing once the network is severed. */
  #watched(stream: ByteStream): ByteStream {
    this.#streams.add(stream)
    const alive = () => !this.#severed
    return {
      remote: stream.remote,
      local: stream.local,
      get queuedBytes() {
        return stream.queuedBytes
      },
      onData: (receive) => stream.onData((chunk) => alive() && receive(chunk)),
      onDrain: (drained) => stream.onDrain(() => alive() && drained()),
      onClose: (closed) =>
        stream.onClose((error) => {
          this.#streams.delete(stream)
          if (alive()) closed(error)
        }),
      write: (chunks, written) => alive() && stream.write(chunks, written),
      pause: () => stream.pause(),
      resume: () => stream.resume(),
      end: () => stream.end(),
      destroy: () => stream.destroy(),
    }
  }
}
