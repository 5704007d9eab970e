// A writer that remembers where numbers and lengths begin: those are the places worth lying at.
import { Writer } from '@jackdaw/protocol'

/** `string` marks the int16 length that a string opens with. */
export type MarkKind = 'int16' | 'int32' | 'int64' | 'uvarint'

export interface Mark {
  readonly at: number
  readonly kind: MarkKind
}

export class MarkingWriter extends Writer {
  readonly marks: Mark[] = []

  #mark(kind: MarkKind): void {
    this.marks.push({ at: this.length, kind })
  }

  override int16(value: number): void {
    this.#mark('int16')
    super.int16(value)
  }

  override int32(value: number): void {
    this.#mark('int32')
    super.int32(value)
  }

  override int64(value: number): void {
    this.#mark('int64')
    super.int64(value)
  }

  override uvarint(value: number): void {
    this.#mark('uvarint')
    super.uvarint(value)
  }

  override string(value: string): void {
    this.#mark('int16')
    super.string(value)
  }
}

/** Bytes with the places in them that were marked, in ascending order. */
export interface Marked {
  readonly bytes: Buffer
  readonly marks: readonly Mark[]
}

export function marked(write: (writer: MarkingWriter) => void): Marked {
  const writer = new MarkingWriter()
  write(writer)
  return { bytes: Buffer.concat(writer.finish(), writer.length), marks: writer.marks }
}
