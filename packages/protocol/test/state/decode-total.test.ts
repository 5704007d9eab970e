// Whatever lies in a log: a record, one of a type that nobody knows, or a DecodeError.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  DecodeError,
  decodeMetadataRecord,
  decodeOffsetsRecord,
  decodeShareStateRecord,
  decodeTransactionRecord,
} from '../../src/index.ts'

const record = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes))
/** Random bytes rarely open with a type or version that exists. */
const likely = (prefixes: readonly number[][]): fc.Arbitrary<Buffer> =>
  fc.tuple(fc.constantFrom(...prefixes), record).map(([prefix, rest]) => Buffer.concat([Buffer.from(prefix), rest]))

const types = Array.from({ length: 25 }, (_, type) => [0, type])
const versions = Array.from({ length: 6 }, (_, version) => [0, version])
const frames = Array.from({ length: 30 }, (_, key) => [1, key, 0])

function decodesOrRefuses(decode: () => { readonly type: string }): void {
  try {
    expect(decode().type).toBeTypeOf('string')
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
  }
}

test.each([decodeOffsetsRecord, decodeTransactionRecord, decodeShareStateRecord])(
  'coordinator records: %#',
  (decode) => {
    const law = fc.property(likely(types), fc.option(likely(versions)), (key, value) => {
      decodesOrRefuses(() => decode(key, value))
    })
    fc.assert(law, { numRuns: 1000 })
  },
)

test('metadata records', () => {
  const law = fc.property(fc.oneof(record, likely(frames)), (bytes) => {
    decodesOrRefuses(() => decodeMetadataRecord(bytes))
  })
  fc.assert(law, { numRuns: 1000 })
})
