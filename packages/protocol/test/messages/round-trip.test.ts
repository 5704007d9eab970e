// Laws that hold for every message in every version, whatever it says.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError } from '../../src/schema/errors.ts'
import type { Message } from '../../src/schema/message.ts'
import { Reader } from '../../src/schema/reader.ts'
import { Writer } from '../../src/schema/writer.ts'
import { messageArbitrary } from '../support/arbitraries.ts'
import { messages, versionsOf } from '../support/messages.ts'

function encode(message: Message, value: object, version: number): Buffer {
  const writer = new Writer()
  message.encode(writer, value, version)
  const chunks = writer.finish()
  const bytes = Buffer.concat(chunks)
  if (bytes.length !== writer.length) throw new Error('the writer does not know its own length')
  return bytes
}

/** The value, or undefined where the bytes are refused; anything but a DecodeError is a failure. */
function tryDecode(message: Message, bytes: Buffer, version: number): object | undefined {
  const reader = new Reader(bytes)
  try {
    const value = message.decode(reader, version)
    return reader.remaining === 0 ? value : undefined
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

function mutate(bytes: Buffer, changes: readonly { at: number; to: number }[]): Buffer {
  const copy = Buffer.from(bytes)
  for (const { at, to } of changes) if (copy.length > 0) copy[at % copy.length] = to
  return copy
}

const changes = fc.array(fc.record({ at: fc.nat(), to: fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff) }), {
  minLength: 1,
  maxLength: 4,
})

const all = messages.map((message) => ({ message }))

test.each(all)('$message.name means the same after a trip over the wire, in every version', ({ message }) => {
  for (const version of versionsOf(message)) {
    const law = fc.property(messageArbitrary(message, version), (value) => {
      const decoded = tryDecode(message, encode(message, value, version), version)
      if (!isDeepStrictEqual(decoded, value)) expect(decoded).toEqual(value)
    })
    fc.assert(law, { numRuns: 20 })
  }
})

test.each(all)('$message.name that was cut short is refused, wherever it was cut', ({ message }) => {
  for (const version of versionsOf(message)) {
    const law = fc.property(messageArbitrary(message, version), (value) => {
      const bytes = encode(message, value, version)
      const step = Math.max(1, Math.floor(bytes.length / 40))
      for (let size = 0; size < bytes.length; size += step) {
        expect(() => message.decode(new Reader(bytes.subarray(0, size)), version)).toThrow(DecodeError)
      }
    })
    fc.assert(law, { numRuns: 2 })
  }
})

test.each(all)('bytes that are no $message.name are refused, or mean the same after a trip', ({ message }) => {
  for (const version of versionsOf(message)) {
    const sane = messageArbitrary(message, version).map((value) => encode(message, value, version))
    const bytes = fc.oneof(
      { arbitrary: fc.uint8Array({ maxLength: 60 }).map((random) => Buffer.from(random)), weight: 1 },
      { arbitrary: fc.tuple(sane, changes).map(([encoded, to]) => mutate(encoded, to)), weight: 3 },
    )
    const law = fc.property(bytes, (input) => {
      const value = tryDecode(message, input, version)
      if (value === undefined) return
      const again = tryDecode(message, encode(message, value, version), version)
      if (!isDeepStrictEqual(again, value)) expect(again).toEqual(value)
    })
    fc.assert(law, { numRuns: 20 })
  }
})
