// The laws of every decoder: a value or a DecodeError; no more of a value than there are bytes; what was decoded means the
// same after a trip, and is said in the same bytes where there is but one way to say it.
import { isDeepStrictEqual } from 'node:util'
import { DecodeError, holds, Reader, Writer, type FieldSpec, type Message } from '@jackdaw/protocol'
import { law } from './target.ts'

/** The value, or undefined where the decoder refuses. Whatever else it throws is thrown on. */
export function orRefused<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

const written = (message: Message, value: object, version: number): Buffer => {
  const writer = new Writer()
  message.encode(writer, value, version)
  return Buffer.concat(writer.finish(), writer.length)
}

/** Decodes one message from `reader` and holds it to the laws; undefined where it is refused. */
export function decodeLawfully(message: Message, reader: Reader, version: number): object | undefined {
  const from = reader.position
  const value = orRefused(() => message.decode(reader, version))
  if (value === undefined) return undefined
  const bytes = reader.position - from
  law(reader.position <= reader.end, () => `${message.name} v${version} was read beyond the end of its bytes`)
  holdBounded(value, bytes, `${message.name} v${version}`)
  const again = written(message, value, version)
  const second = message.decode(new Reader(again), version)
  law(isDeepStrictEqual(second, value), () => `${message.name} v${version} means something else after a trip`)
  if (saysAllInOneWay(message, version) && !again.includes(REPLACEMENT)) {
    const original = reader.bytes.subarray(from, reader.position)
    law(again.equals(original), () => `${message.name} v${version} is said in another way after a trip`)
  }
  return value
}

/** What takes the place of bytes that are no UTF-8. */
const REPLACEMENT = Buffer.from('\ufffd')

/** Kinds that several bytes say alike. */
const LOOSE = new Set(['bool', 'float64'])
const loose = new Map<Message, boolean>()

const isLoose = (field: FieldSpec): boolean =>
  LOOSE.has(field.kind) ||
  (field.kind === 'struct' && field.nullable !== undefined) ||
  (field.element !== undefined && isLoose(field.element)) ||
  Object.values(field.fields ?? {}).some(isLoose)

/** Without compact lengths and tags there is one way to say it: then a null by another length than -1 comes to light. */
function saysAllInOneWay(message: Message, version: number): boolean {
  let found = loose.get(message)
  if (found === undefined) loose.set(message, (found = Object.values(message.fields).some(isLoose)))
  return !found && !holds(message.flexible, version)
}

/** Every element of an array and every byte of a blob has taken a byte of its own. */
export function holdBounded(value: unknown, bytes: number, what: string): void {
  const held = heldBy(value)
  law(held <= bytes, () => `${what} of ${bytes} bytes holds ${held} elements and bytes`)
}

/** A uuid is a string of 22 characters that took 16 bytes, or none where it is a default. */
const UUID_CHARACTERS = 22

function heldBy(value: unknown): number {
  if (typeof value === 'string') return value.length > UUID_CHARACTERS ? value.length : 0
  if (typeof value !== 'object' || value === null) return 0
  if (value instanceof Uint8Array) return value.length
  let held = Array.isArray(value) ? value.length : 0
  for (const inner of Object.values(value)) held += heldBy(inner)
  return held
}
