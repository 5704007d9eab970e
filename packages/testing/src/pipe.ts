// One direction of an in-memory connection: what was written waits in a queue, is cut into pieces, is under way for a while
// and is handed to the receiver in order. The bytes are copied when they leave the queue and not before, so that a writer
// who reuses a buffer before `written` was called is found out.
import type { Cancel } from '@jackdaw/ports'
import type { MemoryStream } from './memory-stream.ts'
import type { MemoryNetwork } from './network.ts'

/** How a direction ends: in good order, by a sender that is gone for good, or by a reset that overtakes what was under way. */
export type Ending = 'end' | 'gone' | 'reset'

interface Queued {
  readonly bytes: Uint8Array
  readonly written: (() => void) | undefined
}

interface Piece {
  readonly at: number
  readonly content: Buffer | Ending
}

export class Pipe {
  readonly source: MemoryStream
  readonly target: MemoryStream
  readonly #network: MemoryNetwork
  #queue: Queued[] = []
  #queuedBytes = 0
  #flight: Piece[] = []
  #flightBytes = 0
  #lastArrival = 0
  #pumping = false
  #ending = false
  #finished = false
  #dead = false
  #stalled = false
  #arrival: Cancel | undefined
  #giveUp: Cancel | undefined

  constructor(network: MemoryNetwork, source: MemoryStream, target: MemoryStream) {
    this.#network = network
    this.source = source
    this.target = target
  }

  /** Bytes written that the system has not taken yet. */
  get queuedBytes(): number {
    return this.#queuedBytes
  }

  offer(chunks: readonly Uint8Array[], written: (() => void) | undefined): void {
    const last = chunks.length - 1
    for (let i = 0; i < last; i++) this.#enqueue(chunks[i]!, undefined)
    this.#enqueue(chunks[last] ?? Buffer.alloc(0), written)
    this.#schedulePump()
  }

  /** Ends the direction once the queue has gone out. */
  end(): void {
    this.#ending = true
    this.#schedulePump()
  }

  /** Ends it now: drops the queue, with a reset also what is under way. */
  abandon(how: 'gone' | 'reset'): void {
    this.#dropQueue()
    if (this.#dead) return
    if (how === 'reset') this.#dropFlight()
    this.#finish(how)
    this.#armArrival()
  }

  /** Nothing of this direction is heard of again. */
  discard(): void {
    this.#dropQueue()
    this.#dropFlight()
    this.#finished = this.#dead = true
  }

  /** Looks again whether the next piece can be handed over: after a resume, a heal, or the restart of a host. */
  wake(): void {
    this.#arrival?.()
    this.#arrival = undefined
    this.#stalled = false
    this.#armArrival()
  }

  #enqueue(bytes: Uint8Array, written: (() => void) | undefined): void {
    this.#queuedBytes += bytes.length
    this.#queue.push({ bytes, written })
  }

  #dropQueue(): void {
    const queue = this.#queue
    this.#queue = []
    this.#queuedBytes = 0
    for (const { written } of queue) written?.()
  }

  #dropFlight(): void {
    this.#flight = []
    this.#flightBytes = 0
    this.#giveUp?.()
    this.#arrival?.()
    this.#giveUp = this.#arrival = undefined
  }

  #schedulePump(): void {
    if (this.#pumping || this.#finished) return
    this.#pumping = true
    this.source.host.clock.soon(() => {
      this.#pumping = false
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#finished) return
    const { windowBytes } = this.#network.conditions
    while (this.#queue.length > 0 && this.#flightBytes < windowBytes) this.#send(windowBytes - this.#flightBytes)
    if (this.#finished) return
    const empty = this.#queue.length === 0
    if (empty && this.#ending) this.#finish('end')
    this.#armArrival()
    if (empty) this.source.drained()
  }

  #finish(how: Ending): void {
    this.#finished = true
    this.#flight.push({ at: this.#arrivalTime(), content: how })
    this.source.finSent()
  }

  /** Moves a seeded part of the queue, at most `room` bytes, under way as one piece. */
  #send(room: number): void {
    const bytes = Buffer.alloc(this.#pieceSize(Math.min(room, this.#queuedBytes)))
    this.#queuedBytes -= bytes.length
    this.#flightBytes += bytes.length
    if (bytes.length > 0) this.#flight.push({ at: this.#arrivalTime(), content: bytes })
    for (const written of this.#take(bytes)) written()
  }

  #pieceSize(most: number): number {
    const { random, conditions } = this.#network
    if (most <= 1 || !random.chance(conditions.splitChance)) return most
    return random.int(1, random.chance(0.5) ? Math.min(8, most) : most)
  }

  /** Fills `piece` from the queue; returns who has to be told that his bytes are taken. */
  #take(piece: Buffer): (() => void)[] {
    const told: (() => void)[] = []
    let at = 0
    while (this.#queue.length > 0) {
      const head = this.#queue[0]!
      const part = head.bytes.subarray(0, piece.length - at)
      piece.set(part, at)
      at += part.length
      if (part.length < head.bytes.length) {
        this.#queue[0] = { bytes: head.bytes.subarray(part.length), written: head.written }
        break
      }
      this.#queue.shift()
      if (head.written) told.push(head.written)
    }
    return told
  }

  #arrivalTime(): number {
    const latency = this.#network.latency(this.source.host.name, this.target.host.name)
    this.#lastArrival = Math.max(this.#lastArrival, this.#network.clock.monotonic() + latency)
    return this.#lastArrival
  }

  #armArrival(): void {
    const head = this.#flight[0]
    if (head === undefined || this.#arrival || this.#stalled || !this.target.receiving) return
    // A host that is gone has no clock that runs: the network's own finds that out.
    const clock = this.target.host.gone ? this.#network.clock : this.target.host.clock
    this.#arrival = clock.after(head.at - this.#network.clock.monotonic(), () => {
      this.#arrival = undefined
      this.#arrive()
    })
  }

  #arrive(): void {
    const { source, target } = this
    if (!target.receiving) return
    if (target.host.gone && this.#network.isUp(target.host.name)) return source.reset('ECONNRESET')
    if (target.host.gone || this.#network.isBlocked(source.host.name, target.host.name)) return this.#stall()
    this.#giveUp?.()
    this.#giveUp = undefined
    const { content } = this.#flight.shift()!
    if (typeof content === 'string') target.finReceived(content)
    else {
      this.#flightBytes -= content.length
      target.receive(content)
    }
    if (this.#queue.length > 0) this.#schedulePump()
    this.#armArrival()
  }

  /** Nothing gets through. The sender's system goes on trying, for a while that begins with the first failure. */
  #stall(): void {
    const { clock, conditions } = this.#network
    this.#stalled = true
    this.#giveUp ??= clock.after(conditions.retransmitTimeoutMs, () => this.source.reset('ETIMEDOUT'))
    this.#network.stalled.add(this)
  }
}
