// A setting that is refused, as a value.
import { nearest } from './nearest.ts'
import { isRefusal } from './property.ts'
import type { Property } from './property.ts'

export interface ConfigFault {
  readonly kind: 'FAULT'
  readonly name: string
  readonly value: string | null
  /** A whole sentence: what was refused, why, and what would be taken. */
  readonly message: string
}

/** A value under a key, or why there is none. */
export type Parsed<T = unknown> = { readonly kind: 'VALUE'; readonly value: T } | ConfigFault

export type Table = Readonly<Record<string, Property>>

/** The entry of a name that came from outside: never one that the table inherits. */
export function find(table: Table, name: string): Property | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

export function parseWith<T>(property: Property<T>, name: string, text: string): Parsed<T> {
  const parsed = property.parse(text)
  return isRefusal(parsed) ? refuse(name, text, parsed.refused) : { kind: 'VALUE', value: parsed }
}

export function refuse(name: string, value: string, why: string): ConfigFault {
  return { kind: 'FAULT', name, value, message: `${name}=${value} is refused: ${why}` }
}

export function unknownName(name: string, value: string | null, known: Iterable<string>, whose: string): ConfigFault {
  const meant = nearest(name, known)
  const hint = meant === undefined ? '' : `. Did you mean ${meant}?`
  return { kind: 'FAULT', name, value, message: `There is no ${whose} config ${name}${hint}` }
}
