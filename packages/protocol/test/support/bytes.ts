// Shorthand for tests that look at bytes.
import type { Message } from '../../src/schema/message.ts'
import { Reader } from '../../src/schema/reader.ts'
import { Writer } from '../../src/schema/writer.ts'

export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

export function written(write: (writer: Writer) => void): string {
  const writer = new Writer()
  write(writer)
  return Buffer.concat(writer.finish()).toString('hex')
}

export const encodeHex = <In>(message: Message<object, In>, value: In, version: number): string =>
  written((writer) => message.encode(writer, value, version))

/** Decodes all of the bytes; leftovers are a failure. */
export function decodeHex<Out>(message: Message<Out>, text: string, version: number): Out {
  const reader = new Reader(hex(text))
  const value = message.decode(reader, version)
  if (reader.remaining > 0) throw new Error(`${reader.remaining} bytes are left over`)
  return value
}
