// What is assumed of a field that is not there, and whether a value says no more than that.
import type { FieldSpec } from './field.ts'

/**
 * The value of an absent field. Structs are frozen, since every message without the field shares them; arrays are made anew,
 * because a frozen one would be of another shape than those that were read.
 */
export function defaultOf(field: FieldSpec): unknown {
  if (field.kind === 'array') return field.default === null ? null : Object.freeze([...(field.default as unknown[])])
  if (field.kind !== 'struct' || isNullStruct(field)) return field.default
  const value: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(field.fields!)) value[name] = defaultOf(inner)
  return Object.freeze(value)
}

const isNullStruct = (field: FieldSpec): boolean => field.nullable !== undefined && field.default === null

/**
 * Tells whether a value that an encoder was given equals the default. Undefined does where it may be left out, and otherwise has
 * to come to the writer, which refuses it.
 */
export function defaultTest(field: FieldSpec): (value: unknown) => boolean {
  const equals = equalityTest(field)
  return (value) => (value === undefined ? field.optional : equals(value))
}

function equalityTest(field: FieldSpec): (value: unknown) => boolean {
  const fallback = field.default
  if (field.kind === 'struct' && !isNullStruct(field)) return structTest(field.fields!)
  if (field.kind === 'array' || field.kind === 'bytes' || field.kind === 'records') {
    if (fallback === null) return (value) => value === null
    return (value) => value !== null && (value as ArrayLike<unknown>).length === 0
  }
  return (value) => value === fallback
}

function structTest(fields: Readonly<Record<string, FieldSpec>>): (value: unknown) => boolean {
  const tests = Object.entries(fields).map(([name, field]) => ({ name, test: defaultTest(field) }))
  return (value) => {
    if (value === null) return false
    const given = value as Record<string, unknown>
    return tests.every(({ name, test }) => test(given[name]))
  }
}
