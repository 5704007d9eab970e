// Both descriptions of a message, Apache's and ours, brought into one form: for each version, the fields on the wire in their
// order, one line each (equal lines are equal bytes), and what is assumed of a field that is not there.
import { holds, parseVersions, type VersionRange, type VersionSpec } from '../../src/schema/versions.ts'
import type { FieldSpec } from '../../src/schema/field.ts'
import type { Message } from '../../src/schema/message.ts'
import { ZERO_UUID } from '../../src/schema/uuid.ts'
import type { ApacheField, ApacheSchema } from './apache-schemas.ts'

/** What the two descriptions have in common. */
interface Row {
  readonly name: string
  /** As Apache writes it; 'struct' for all structs. */
  readonly type: string
  readonly isArray: boolean
  readonly versions: VersionRange
  readonly nullable: VersionRange | undefined
  readonly flexible: VersionRange
  readonly tag: number | undefined
  readonly ignorable: boolean
  readonly mapKey: boolean
  readonly default: string
  /** Whether the description says so, or it merely follows from the type. */
  readonly saysDefault: boolean
  readonly fields: readonly Row[]
}

interface Scope {
  readonly version: number
  /** The versions in which the struct around is there. */
  readonly around: readonly number[]
  readonly flexible: boolean
}

const LONG_MAX = '9223372036854775807'
const EVERY: VersionRange = { min: 0, max: Infinity }
const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)
const parse = (spec: string): VersionRange => parseVersions(spec as VersionSpec)

function versionsOf(range: VersionRange): number[] {
  if (range.max === Infinity) throw new Error('a message has a last version')
  return Array.from({ length: range.max - range.min + 1 }, (_, i) => range.min + i)
}

export interface Difference {
  readonly where: string
  readonly apache: unknown
  readonly ours: unknown
}

/** Everything in which our description of a message is not Apache's. */
export function differences(schema: ApacheSchema, message: Message): Difference[] {
  const apache = apacheRows(schema)
  const ours = Object.entries(message.fields).map(ourRow)
  const versions = versionsOf(parse(schema.validVersions))
  if (String(versions) !== String(versionsOf(message.versions))) {
    return [{ where: `${schema.name} versions`, apache: schema.validVersions, ours: message.versions }]
  }
  const flexible = parse(schema.flexibleVersions ?? 'none')
  const found: Difference[] = []
  for (const version of versions) {
    const theirs = layout(apache, version, versions, holds(flexible, version))
    const own = layout(ours, version, versions, holds(message.flexible, version))
    found.push(...layoutDifferences(`${schema.name} v${version}`, theirs, own))
  }
  return [...found, ...defaultDifferences(schema.name, apache, ours, versions)]
}

function layout(rows: readonly Row[], version: number, versions: readonly number[], flexible: boolean): string[] {
  const head = flexible ? 'flexible' : 'not flexible'
  return [head, ...rows.flatMap((row) => rowLines(row, '', { version, around: versions, flexible }))]
}

function layoutDifferences(where: string, apache: readonly string[], ours: readonly string[]): Difference[] {
  const count = Math.max(apache.length, ours.length)
  const lines = Array.from({ length: count }, (_, i) => ({
    where: `${where} line ${i}`,
    apache: apache[i],
    ours: ours[i],
  }))
  return lines.filter((line) => line.apache !== line.ours)
}

/** A default counts where some version lacks the field, where it is tagged, and where either side goes out of its way to say it. */
function defaultDifferences(
  path: string,
  apache: readonly Row[],
  ours: readonly Row[],
  around: readonly number[],
): Difference[] {
  return apache.flatMap((theirs) => {
    const there = around.filter((version) => holds(theirs.versions, version))
    const own = ours.find((row) => row.name === theirs.name)
    if (there.length === 0 || own === undefined) return []
    const where = `${path}.${theirs.name}`
    const isSure = there.length === around.length && theirs.tag === undefined
    const counts = !isSure || theirs.saysDefault || own.saysDefault
    const isSame = !counts || theirs.default === own.default
    const here = isSame ? [] : [{ where: `${where} default`, apache: theirs.default, ours: own.default }]
    return [...here, ...defaultDifferences(where, theirs.fields, own.fields, there)]
  })
}

function rowLines(row: Row, path: string, scope: Scope): string[] {
  if (!holds(row.versions, scope.version)) return []
  const there = scope.around.filter((version) => holds(row.versions, version))
  const isAlwaysThere = there.length === scope.around.length
  const facts = [
    `${path}${row.name}: ${row.isArray ? '[]' : ''}${row.type}`,
    row.nullable !== undefined && holds(row.nullable, scope.version) ? 'nullable' : '',
    row.tag === undefined ? '' : `tag ${row.tag}`,
    isSized(row) && scope.flexible && !holds(row.flexible, scope.version) ? 'not compact' : '',
    isAlwaysThere || !row.ignorable ? '' : 'ignorable',
    row.mapKey ? 'map key' : '',
  ]
  const line = facts.filter((fact) => fact !== '').join(', ')
  return [line, ...row.fields.flatMap((inner) => rowLines(inner, `${path}${row.name}.`, { ...scope, around: there }))]
}

const isSized = (row: Row): boolean => row.isArray || ['string', 'bytes', 'records'].includes(row.type)

function apacheRows(schema: ApacheSchema): Row[] {
  const commons = new Map((schema.commonStructs ?? []).map((struct) => [struct.name, struct.fields]))
  return (schema.fields ?? []).map((field) => apacheRow(field, commons))
}

function apacheRow(field: ApacheField, commons: ReadonlyMap<string, readonly ApacheField[]>): Row {
  const isArray = field.type.startsWith('[]')
  const named = isArray ? field.type.slice(2) : field.type
  const fields = field.fields ?? commons.get(named)
  const said = apacheDefault(field.default)
  return {
    name: lowerFirst(field.name),
    type: fields === undefined ? named : 'struct',
    isArray,
    versions: parse(field.versions ?? field.taggedVersions ?? 'none'),
    nullable: field.nullableVersions === undefined ? undefined : parse(field.nullableVersions),
    flexible: field.flexibleVersions === undefined ? EVERY : parse(field.flexibleVersions),
    tag: field.tag,
    ignorable: field.ignorable ?? false,
    mapKey: field.mapKey ?? false,
    default: said ?? implicitDefault(isArray, fields === undefined ? named : 'struct'),
    saysDefault: said !== undefined,
    fields: (fields ?? []).map((inner) => apacheRow(inner, commons)),
  }
}

/** Apache writes defaults as text: "-1", "0x7fffffff", "null". Some are bare; of those, null says nothing to Apache's generator. */
function apacheDefault(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /^0x[0-9a-f]+$/i.test(text) ? String(Number(text)) : text
}

function implicitDefault(isArray: boolean, type: string): string {
  if (isArray) return '[]'
  if (type === 'struct') return '{}'
  if (type === 'bool') return 'false'
  if (type === 'uuid') return ZERO_UUID
  if (type === 'records') return 'null'
  return type === 'string' || type === 'bytes' ? '' : '0'
}

const WIRE_TYPES: Record<string, string> = { int64OrInfinity: 'int64', bits64: 'int64' }

function ourRow([name, field]: [string, FieldSpec]): Row {
  const isArray = field.kind === 'array'
  const element = isArray ? field.element! : field
  const isStruct = element.kind === 'struct'
  return {
    name,
    type: WIRE_TYPES[element.kind] ?? element.kind,
    isArray,
    versions: field.versions,
    nullable: field.nullable,
    flexible: field.flexible,
    tag: field.tag,
    ignorable: field.ignorable,
    mapKey: field.mapKey,
    default: ourDefault(field),
    saysDefault: field.optional,
    fields: isStruct ? Object.entries(element.fields!).map(ourRow) : [],
  }
}

function ourDefault(field: FieldSpec): string {
  const value = field.default
  if (value === null) return 'null'
  if (field.kind === 'array') return JSON.stringify(value)
  if (field.kind === 'struct') return '{}'
  if (field.kind === 'bytes' || field.kind === 'records') return (value as Uint8Array).length === 0 ? '' : 'bytes'
  return value === Infinity ? LONG_MAX : (value as string | number | bigint | boolean).toString()
}
