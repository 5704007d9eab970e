// One connection that speaks the protocol: what the bench itself has to say to a broker (topics, the first record). Not a client:
// no retries, no metadata, one request at a time, fixed versions that every contender serves.

import { connect, type Socket } from 'node:net'
import {
  type Api,
  encodeRequestFrame,
  type Infer,
  type Init,
  Reader,
  ResponseHeader,
  responseHeaderVersion,
} from '@jackdaw/protocol'
import { FrameReader } from '@jackdaw/transport'

const MAX_FRAME_BYTES = 64 * 1024 * 1024

interface Waiting {
  resolve(frame: Buffer): void
  reject(error: Error): void
}

export class Wire implements Disposable {
  readonly #socket: Socket
  #waiting: Waiting | undefined
  #correlationId = 0

  /** Rejects where nobody accepts, or does not within `withinMs`. */
  static open(port: number, withinMs = 1000): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.setTimeout(withinMs, () => socket.destroy(new Error(`Nobody accepted within ${withinMs} ms.`)))
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.setTimeout(0)
        resolve(new Wire(socket))
      })
    })
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    const frames = new FrameReader({ maxFrameBytes: MAX_FRAME_BYTES }, (frame) => this.#take()?.resolve(frame))
    socket.on('data', (chunk: Buffer) => frames.push(chunk))
    socket.on('error', (error) => this.#take()?.reject(error))
    socket.on('close', () => this.#take()?.reject(new Error('The broker closed the connection.')))
  }

  /** Sends a request and waits for its response. Rejects where the connection ends first. */
  async ask<A extends Api>(api: A, version: number, body: Init<A['request']>): Promise<Infer<A['response']>> {
    const correlationId = ++this.#correlationId
    const frame = { api: api as Api, version, correlationId, clientId: 'bench', body: body as object }
    const reply = new Promise<Buffer>((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
    this.#socket.write(Buffer.concat(encodeRequestFrame(frame)))
    const reader = new Reader(await reply)
    const header = ResponseHeader.decode(reader, responseHeaderVersion(api, version))
    if (header.correlationId !== correlationId) throw new Error('A response came that was not asked for.')
    return api.response.decode(reader, version) as Infer<A['response']>
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting
  }
}
