// ByteStreams over TCP.

import net from 'node:net'

import type { ByteStream, Endpoint, Listening, Network } from './stream.ts'

class TcpStream implements ByteStream {
  readonly remote: Endpoint
  readonly local: Endpoint
  readonly #socket: net.Socket
  #error: Error | undefined

  constructor(socket: net.Socket) {
    this.#socket = socket
    this.remote = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    this.local = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 }
    socket.setNoDelay(true)
    socket.on('error', (error) => {
      this.#error = error
    })
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  onData(receive: (chunk: Buffer) => void): void {
    this.#socket.on('data', receive)
  }

  onClose(closed: (error?: Error) => void): void {
    this.#socket.once('close', () => closed(this.#error))
  }

  onDrain(drained: () => void): void {
    this.#socket.on('drain', drained)
  }

  write(chunks: readonly Uint8Array[], written?: () => void): boolean {
    const last = chunks.length - 1
    if (last < 0 || !this.#socket.writable) {
      written?.()
      return true
    }
    if (last > 0) this.#socket.cork()
    for (let i = 0; i < last; i++) this.#socket.write(chunks[i] as Uint8Array)
    const room = this.#socket.write(chunks[last] as Uint8Array, () => written?.())
    if (last > 0) this.#socket.uncork()
    return room
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

const listen = (at: Endpoint, accept: (stream: ByteStream) => void): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const server = net.createServer({ noDelay: true, keepAlive: true }, (socket) => accept(new TcpStream(socket)))
    server.once('error', reject)
    server.listen(at.port, at.host, () => {
      server.removeListener('error', reject)
      const { address, port } = server.address() as net.AddressInfo
      resolve({
        endpoint: { host: address, port },
        close: () => new Promise((closed) => server.close(() => closed())),
      })
    })
  })

const connect = (to: Endpoint, options: { readonly timeoutMs?: number } = {}): Promise<ByteStream> =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ host: to.host, port: to.port, noDelay: true })
    if (options.timeoutMs !== undefined) {
      socket.setTimeout(options.timeoutMs, () => {
        socket.destroy(new Error(`No connection to ${to.host}:${to.port} within ${options.timeoutMs} ms.`))
      })
    }
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeListener('error', reject)
      resolve(new TcpStream(socket))
    })
  })

/** The network of this machine. */
export const tcp: Network = { listen, connect }
