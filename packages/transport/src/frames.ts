// Kafka's framing: an int32 length, then that many bytes. A declared length is checked against the cap before anything is
// kept for it, and memory is only ever held for bytes that have arrived.

const LENGTH_BYTES = 4

export class FrameTooLarge extends Error {
  override readonly name = 'FrameTooLarge'
}

export interface FrameLimits {
  /** `socket.request.max.bytes`, asked anew for each frame. */
  readonly maxFrameBytes: number
}

/**
 * Cuts a stream's chunks into frames. `receive` gets each frame without its length; it is a slice of the chunk where the
 * frame lay in one chunk, and a copy of its own where it did not.
 */
export class FrameReader {
  readonly #limits: FrameLimits
  readonly #receive: (frame: Buffer) => void
  #parts: Buffer[] = []
  #held = 0
  #wanted = LENGTH_BYTES
  #inBody = false

  constructor(limits: FrameLimits, receive: (frame: Buffer) => void) {
    this.#limits = limits
    this.#receive = receive
  }

  /** Throws {@link FrameTooLarge} for a length that is negative or above the cap; the stream is of no use after that. */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      const missing = this.#wanted - this.#held
      const end = Math.min(chunk.length, at + missing)
      const part = chunk.subarray(at, end)
      at = end
      if (part.length < missing) {
        this.#parts.push(part)
        this.#held += part.length
        return
      }
      this.#complete(this.#held === 0 ? part : this.#join(part))
    }
  }

  #join(last: Buffer): Buffer {
    this.#parts.push(last)
    return Buffer.concat(this.#parts, this.#wanted)
  }

  #complete(bytes: Buffer): void {
    this.#parts = []
    this.#held = 0
    if (this.#inBody) {
      this.#inBody = false
      this.#wanted = LENGTH_BYTES
      this.#receive(bytes)
      return
    }
    const length = bytes.readInt32BE(0)
    if (length < 0 || length > this.#limits.maxFrameBytes) {
      throw new FrameTooLarge(`A frame of ${length} bytes was announced; ${this.#limits.maxFrameBytes} are allowed.`)
    }
    if (length === 0) {
      this.#receive(Buffer.alloc(0))
      return
    }
    this.#inBody = true
    this.#wanted = length
  }
}
