// The input that is being run, kept where it survives the process: a hang, a crash of native code or running out of memory
// leave nothing else to go by. A file that is overwritten in place; the page cache outlives whoever wrote to it.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

const HEADER_BYTES = 8

export class Trace {
  readonly #file: number
  #scratch = Buffer.alloc(64 * 1024)

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  note(index: number, input: Buffer): void {
    const size = HEADER_BYTES + input.length
    if (size > this.#scratch.length) this.#scratch = Buffer.alloc(2 * size)
    this.#scratch.writeUInt32BE(index, 0)
    this.#scratch.writeUInt32BE(input.length, 4)
    this.#scratch.set(input, HEADER_BYTES)
    writeSync(this.#file, this.#scratch, 0, size, 0)
  }

  close(): void {
    closeSync(this.#file)
  }
}

export interface Traced {
  readonly index: number
  readonly hex: string
}

/** Undefined where no input was begun. */
export function readTrace(path: string): Traced | undefined {
  const bytes = readFileSync(path)
  if (bytes.length < HEADER_BYTES) return undefined
  const size = bytes.readUInt32BE(4)
  return { index: bytes.readUInt32BE(0), hex: bytes.toString('hex', HEADER_BYTES, HEADER_BYTES + size) }
}
