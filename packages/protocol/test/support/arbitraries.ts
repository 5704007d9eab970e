// Values for fast-check, made from the description of a message: whatever a version of it can say.
import fc from 'fast-check'
import type { FieldSpec } from '../../src/schema/field.ts'
import type { Message } from '../../src/schema/message.ts'
import { ZERO_UUID } from '../../src/schema/uuid.ts'
import { holds } from '../../src/schema/versions.ts'

const long = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER))
const blob = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))

const SCALARS: Partial<Record<FieldSpec['kind'], fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32768, max: 32767 }),
  uint16: fc.integer({ min: 0, max: 65535 }),
  int32: fc.integer(),
  int64: long,
  int64OrInfinity: fc.oneof(long, fc.constant(Infinity)),
  bits64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  float64: fc.double(),
  uuid: fc.oneof(
    fc.constant(ZERO_UUID),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  ),
  string: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
  ),
  bytes: blob,
  records: blob,
}

/** Everything that decoding `version` can give: all fields, those that the version lacks at their defaults. */
export function messageArbitrary(message: Message, version: number): fc.Arbitrary<object> {
  return structArbitrary(message.fields, version)
}

function structArbitrary(fields: Readonly<Record<string, FieldSpec>>, version: number): fc.Arbitrary<object> {
  const values = Object.entries(fields).map(([name, field]) => [
    name,
    holds(field.versions, version) ? fieldArbitrary(field, version) : fc.constant(defaultValue(field)),
  ])
  return fc.record(Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>, { noNullPrototype: true })
}

function fieldArbitrary(field: FieldSpec, version: number): fc.Arbitrary<unknown> {
  const value = valueArbitrary(field, version)
  const withNull = field.nullable !== undefined && holds(field.nullable, version)
  const some = withNull ? fc.option(value, { nil: null, freq: 3 }) : value
  // Tagged fields are left out when they are at their default: that has to occur more often than by chance.
  return field.tag === undefined ? some : fc.oneof(some, fc.constant(defaultValue(field)))
}

function valueArbitrary(field: FieldSpec, version: number): fc.Arbitrary<unknown> {
  if (field.kind === 'array') return fc.array(valueArbitrary(field.element!, version), { maxLength: 3 })
  if (field.kind === 'struct') return structArbitrary(field.fields!, version)
  return SCALARS[field.kind]!
}

export function defaultValue(field: FieldSpec): unknown {
  if (field.kind !== 'struct' || field.default === null) return field.default
  return Object.fromEntries(Object.entries(field.fields!).map(([name, inner]) => [name, defaultValue(inner)]))
}
