// A connection of a simulated client: frames, correlation, and the order of replies, which it takes nobody's word for. Written
// for the simulation, and apart from the SDK on purpose: two sides that share a mistake would agree.
import { type Api, encodeRequestFrame, Reader, ResponseHeader, responseHeaderVersion } from '@jackdaw/protocol'
import { type ByteStream, FrameReader } from '@jackdaw/transport'
import type { History } from '../history.ts'

const LARGEST_FRAME = 16 * 1024 * 1024

interface Waiting {
  readonly correlationId: number
  readonly api: Api
  readonly version: number
  /** Undefined where the connection closed first. */
  readonly answered: (body: object | undefined) => void
}

export interface ConnectionOwner {
  readonly who: string
  readonly history: History
  /** What a broken broker would have answered: for the proof that the laws catch it. */
  readonly tamper?: (api: string, body: object) => object
}

export class Connection {
  readonly id: number
  readonly #stream: ByteStream
  readonly #owner: ConnectionOwner
  readonly #waiting: Waiting[] = []
  #correlationId = 0
  #closed = false

  constructor(id: number, stream: ByteStream, owner: ConnectionOwner) {
    this.id = id
    this.#stream = stream
    this.#owner = owner
    const frames = new FrameReader({ maxFrameBytes: LARGEST_FRAME }, (frame) => this.#receive(frame))
    stream.onData((chunk) => frames.push(chunk))
    stream.onClose((error) => this.#onClosed(error))
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Sends a request; undefined where the connection closed before its answer. With `silent` there is no answer to wait for. */
  send(api: Api, version: number, body: object, silent = false): Promise<object | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    const correlationId = this.#correlationId++
    const answer = Promise.withResolvers<object | undefined>()
    if (silent) answer.resolve(undefined)
    else this.#waiting.push({ correlationId, api, version, answered: answer.resolve })
    this.#stream.write(encodeRequestFrame({ api, version, correlationId, clientId: this.#owner.who, body }))
    return answer.promise
  }

  /** Gives the connection up; what is under way is lost. */
  destroy(): void {
    this.#stream.destroy()
  }

  /** Its host died: nothing will be heard of it again. */
  lost(): void {
    if (!this.#closed) this.#onClosed(undefined)
  }

  #receive(frame: Buffer): void {
    const correlationId = frame.readInt32BE(0)
    const waiting = this.#waiting[0]
    if (waiting?.correlationId !== correlationId) {
      const expected = waiting?.correlationId ?? null
      this.#owner.history.note(this.#owner.who, 'unasked', { connection: this.id, correlationId, expected })
      return
    }
    this.#waiting.shift()
    const reader = new Reader(frame)
    ResponseHeader.decode(reader, responseHeaderVersion(waiting.api, waiting.version))
    const body = waiting.api.response.decode(reader, waiting.version)
    if (reader.remaining > 0) {
      const left = { connection: this.id, correlationId, bytesLeft: reader.remaining }
      this.#owner.history.note(this.#owner.who, 'unasked', left)
    }
    waiting.answered(this.#owner.tamper?.(waiting.api.name, body) ?? body)
  }

  #onClosed(error: (Error & { readonly code?: string }) | undefined): void {
    this.#closed = true
    const lost = this.#waiting.splice(0)
    this.#owner.history.note(this.#owner.who, 'closed', {
      connection: this.id,
      error: error?.code ?? null,
      lost: lost.length,
    })
    for (const { answered } of lost) answered(undefined)
  }
}
