// One client connection. Requests start in the order in which they arrive, several are worked on at once, and their responses
// leave in that same order. Where too much is under way, or the client does not read, reading stops: back pressure.

import type { Clock } from '@jackdaw/ports'
import { Produce } from '@jackdaw/protocol'
import { FrameReader, type ByteStream } from '@jackdaw/transport'

import type { Logger } from '../log.ts'
import type { RequestBudget } from './request-budget.ts'
import type { Routed, Router } from './router.ts'

export interface ConnectionInfo {
  readonly host: string
  readonly listener: string
  readonly gone: AbortSignal
}

export interface ConnectionLimits {
  readonly maxFrameBytes: number
  /** Requests of one connection that are worked on at once. */
  readonly maxInFlight: number
  /** Bytes of requests of one connection that are worked on at once; one request is always let in. */
  readonly maxInFlightBytes: number
  /** Negative: for ever. */
  readonly maxIdleMs: number
}

export interface ConnectionOptions {
  readonly stream: ByteStream
  readonly listener: string
  readonly router: Router
  /** Asked anew for each request. */
  readonly limits: ConnectionLimits
  /** Shared by all connections. */
  readonly budget: RequestBudget
  /** How long nothing is read at first. */
  readonly waitMs?: number
  readonly clock: Clock
  readonly log: Logger
}

/** A request's place in the order of responses. */
interface Slot {
  readonly bytes: number
  /** What of them counts towards the budget of all connections. */
  readonly budgeted: number
  routed: Routed | undefined
}

export class Connection {
  readonly #options: ConnectionOptions
  readonly #frames: FrameReader
  readonly #gone = new AbortController()
  readonly #info: ConnectionInfo
  #slots: Slot[] = []
  #inFlightBytes = 0
  #lastSeen: number
  #flushing = false
  #paused = false
  #congested = false
  /** Nothing is read until then: its client has used more than its quota, or came too fast. */
  #mutedUntil = 0
  #closed = false
  #draining = false
  #drained: () => void = () => undefined

  constructor(options: ConnectionOptions, onClosed: () => void) {
    const { stream, limits, listener, clock } = options
    this.#options = options
    this.#info = { host: stream.remote.host, listener, gone: this.#gone.signal }
    this.#lastSeen = clock.monotonic()
    this.#frames = new FrameReader(limits, (frame) => this.#receive(frame))
    stream.onData((chunk) => this.#data(chunk))
    stream.onDrain(() => {
      this.#congested = false
      this.#regulate()
    })
    stream.onClose((error) => {
      this.#closed = true
      options.budget.forget(this.#regulate)
      this.#drained()
      this.#gone.abort()
      if (error !== undefined) options.log.debug({ client: this.#info.host, error }, 'a connection broke')
      onClosed()
    })
    this.#mute(options.waitMs ?? 0)
  }

  /** Closes a connection that has sent nothing for too long and waits for nothing. */
  closeIfIdle(now: number): void {
    const { maxIdleMs } = this.#options.limits
    if (maxIdleMs >= 0 && this.#slots.length === 0 && now - this.#lastSeen > maxIdleMs) this.close('idle')
  }

  /** Takes no more requests, has the parked ones answered at once, and closes when the last response is out. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.#closed) return
    this.#draining = true
    this.#options.stream.pause()
    this.#gone.abort()
    if (this.#slots.length > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve
        this.#options.clock.after(timeoutMs, resolve)
      })
    }
    if (this.#closed) return
    this.#closed = true
    this.#options.stream.end()
  }

  /** Closes now; what is under way is worked on, but not answered. */
  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.log.debug({ client: this.#info.host, reason }, 'closing a connection')
    this.#options.stream.destroy()
  }

  #data(chunk: Buffer): void {
    this.#lastSeen = this.#options.clock.monotonic()
    try {
      this.#frames.push(chunk)
    } catch (error) {
      this.#refuse(String(error))
    }
  }

  #receive(frame: Buffer): void {
    if (this.#closed || this.#draining) return
    const { budget, router } = this.#options
    const slot: Slot = { bytes: frame.length, budgeted: carriesRecords(frame) ? frame.length : 0, routed: undefined }
    this.#slots.push(slot)
    this.#inFlightBytes += frame.length
    budget.take(slot.budgeted)
    this.#regulate()
    void router.route(frame, this.#info).then((routed) => {
      slot.routed = routed
      budget.give(slot.budgeted)
      this.#flushSoon()
    })
  }

  /** Responses that are ready in one turn of the event loop go out in one write. */
  #flushSoon(): void {
    if (this.#flushing || this.#slots[0]?.routed === undefined) return
    this.#flushing = true
    this.#options.clock.soon(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #flush(): void {
    if (this.#closed) return
    const chunks: Uint8Array[] = []
    let done = 0
    let refusal: string | undefined
    for (const { routed, bytes } of this.#slots) {
      if (routed === undefined || refusal !== undefined) break
      if (routed.kind === 'RESPONSE') for (const chunk of routed.chunks) chunks.push(chunk)
      if (routed.kind !== 'CLOSE' && routed.throttleMs !== undefined) this.#mute(routed.throttleMs)
      if (routed.kind === 'CLOSE') refusal = routed.reason
      this.#inFlightBytes -= bytes
      done++
    }
    this.#slots.splice(0, done)
    if (chunks.length > 0 && !this.#options.stream.write(chunks)) this.#congested = true
    if (refusal !== undefined) return this.#refuse(refusal)
    if (this.#slots.length === 0) this.#drained()
    this.#regulate()
  }

  /** Ends the connection after what was answered before has gone out. */
  #refuse(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.log.info({ client: this.#info.host, listener: this.#info.listener, reason }, 'closing a connection')
    this.#gone.abort()
    this.#options.stream.end()
  }

  /** Kafka answers a throttled client at once, and then does not listen to it for a while. */
  #mute(ms: number): void {
    if (ms <= 0) return
    const { clock } = this.#options
    this.#mutedUntil = Math.max(this.#mutedUntil, clock.monotonic() + ms)
    clock.after(ms, this.#regulate)
    this.#regulate()
  }

  readonly #regulate = (): void => {
    if (this.#closed) return
    const { limits, stream, budget, clock } = this.#options
    const full = this.#slots.length >= limits.maxInFlight || this.#inFlightBytes >= limits.maxInFlightBytes
    const muted = this.#mutedUntil > 0 && clock.monotonic() < this.#mutedUntil
    const spent = budget.isSpent
    if (spent) budget.whenRoom(this.#regulate)
    const pause = full || spent || muted || this.#congested || this.#draining
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) stream.pause()
    else stream.resume()
  }
}

const carriesRecords = (frame: Buffer): boolean => frame.length >= 2 && frame.readInt16BE(0) === Produce.key
