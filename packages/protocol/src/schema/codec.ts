// Composes a codec for one version of a description: closures that know at once which fields there are, in which order, with
// which kind of length. No version is looked at while a message is read or written.
import { DecodeError, EncodeError, within } from './errors.ts'
import { defaultOf, defaultTest } from './defaults.ts'
import type { FieldSpec, ScalarKind } from './field.ts'
import type { Reader } from './reader.ts'
import { scalarCodec, type Codec, type Read, type Write } from './scalars.ts'
import { holds } from './versions.ts'
import { Writer } from './writer.ts'

type Struct = Record<string, unknown>

interface Context {
  readonly version: number
  readonly flexible: boolean
}

interface Step {
  readonly name: string
  readonly read: Read
  readonly write: Write
}

interface TaggedStep extends Step {
  readonly tag: number
  readonly isDefault: (value: unknown) => boolean
}

export function fieldCodec(field: FieldSpec, context: Context): Codec {
  const compact = context.flexible && holds(field.flexible, context.version)
  const nullable = field.nullable !== undefined && holds(field.nullable, context.version)
  if (field.kind === 'array') return arrayCodec(field, context, compact, nullable)
  if (field.kind !== 'struct') return scalarCodec(field.kind satisfies ScalarKind, compact, nullable)
  const struct = structCodec(field.fields!, context)
  if (field.nullable === undefined) return struct
  return nullableStructCodec(struct, nullable, field.tag === undefined ? PRESENCE : TAGGED_PRESENCE)
}

function arrayCodec(field: FieldSpec, context: Context, compact: boolean, nullable: boolean): Codec {
  const element = fieldCodec(field.element!, context)
  // Otherwise a few bytes could ask for any number of elements.
  if (element.bytesMin === 0) throw new TypeError('an element of an array takes at least one byte')
  const readElement = element.read
  const writeElement = element.write
  const bytesMin = element.bytesMin
  return {
    bytesMin: compact ? 1 : 4,
    read: (reader) => {
      const count = compact ? reader.compactCount(bytesMin) : reader.count(bytesMin)
      if (count < 0) {
        if (nullable) return null
        throw new DecodeError('null is not allowed in this version')
      }
      return readElements(reader, readElement, count)
    },
    write: (writer, value) => {
      if (!Array.isArray(value) && !(nullable && value === null)) {
        throw new EncodeError(`${String(value)} is not an array, and no other value is allowed in this version`)
      }
      const elements = value as unknown[] | null
      if (compact) writer.uvarint(elements === null ? 0 : elements.length + 1)
      else writer.int32(elements === null ? -1 : elements.length)
      if (elements !== null) writeElements(writer, writeElement, elements)
    },
  }
}

function readElements(reader: Reader, read: Read, count: number): unknown[] {
  const elements: unknown[] = []
  let i = 0
  try {
    for (; i < count; i++) elements.push(read(reader))
  } catch (error) {
    throw within(error, `[${i}]`)
  }
  return elements
}

function writeElements(writer: Writer, write: Write, elements: readonly unknown[]): void {
  let i = 0
  try {
    for (; i < elements.length; i++) write(writer, elements[i])
  } catch (error) {
    throw within(error, `[${i}]`)
  }
}

/** How a struct that may be null in some version says in every version whether it is there. */
interface Presence {
  read(reader: Reader): boolean
  write(writer: Writer, isPresent: boolean): void
}

/** A byte: -1 for null, 1 otherwise. */
const PRESENCE: Presence = {
  read: (reader) => reader.int8() >= 0,
  write: (writer, isPresent) => writer.int8(isPresent ? 1 : -1),
}

/** In a tagged section it is 0 for null, as for everything there. */
const TAGGED_PRESENCE: Presence = {
  read: (reader) => reader.uvarint() > 0,
  write: (writer, isPresent) => writer.uvarint(isPresent ? 1 : 0),
}

function nullableStructCodec(struct: Codec, nullable: boolean, presence: Presence): Codec {
  return {
    bytesMin: 1,
    read: (reader) => {
      if (presence.read(reader)) return struct.read(reader)
      if (nullable) return null
      throw new DecodeError('null is not allowed in this version')
    },
    write: (writer, value) => {
      if (value === null && !nullable) throw new EncodeError('null is not allowed in this version')
      presence.write(writer, value !== null)
      if (value !== null) struct.write(writer, value)
    },
  }
}

export function structCodec(fields: Readonly<Record<string, FieldSpec>>, context: Context): Codec {
  const plan = planStruct(fields, context)
  const writeTags = context.flexible ? tagWriter(plan.tagged) : undefined
  const { refused } = plan
  const names = plan.plain.map((step) => step.name)
  const writes = plan.plain.map((step) => step.write)
  return {
    bytesMin: plan.bytesMin,
    read: structReader(plan, context.flexible),
    write: (writer, value) => {
      if (typeof value !== 'object' || value === null) throw new EncodeError(`${String(value)} is not a struct`)
      const given = value as Struct
      for (let i = 0; i < refused.length; i++) refused[i]!(given)
      let i = 0
      try {
        for (; i < writes.length; i++) writes[i]!(writer, given[names[i]!])
      } catch (error) {
        throw within(error, names[i]!)
      }
      if (writeTags !== undefined) writeTags(writer, given)
    },
  }
}

interface Plan {
  /** Every field with what it is assumed to be: the shape that all decoded structs share, whatever their version. */
  readonly template: Struct
  readonly plain: readonly Step[]
  readonly tagged: readonly TaggedStep[]
  /** Arrays that this version lacks or may lack. */
  readonly empty: readonly string[]
  readonly refused: readonly ((value: Struct) => void)[]
  readonly bytesMin: number
}

function planStruct(fields: Readonly<Record<string, FieldSpec>>, context: Context): Plan {
  const template: Struct = {}
  const plain: Step[] = []
  const tagged: TaggedStep[] = []
  const empty: string[] = []
  const refused: ((value: Struct) => void)[] = []
  let bytesMin = context.flexible ? 1 : 0
  for (const [name, field] of Object.entries(fields)) {
    const present = holds(field.versions, context.version)
    template[name] = defaultOf(field)
    if ((!present || field.tag !== undefined) && Array.isArray(template[name])) empty.push(name)
    if (!present) {
      if (!field.ignorable) refused.push(refusal(name, field, context.version))
      continue
    }
    const codec = fieldCodec(field, context)
    const write = field.optional ? orDefault(codec.write, template[name]) : codec.write
    const step = { name, read: codec.read, write }
    if (field.tag === undefined) {
      plain.push(step)
      bytesMin += codec.bytesMin
    } else tagged.push({ ...step, tag: field.tag, isDefault: defaultTest(field) })
  }
  tagged.sort((a, b) => a.tag - b.tag)
  return { template, plain, tagged, empty, refused, bytesMin }
}

const orDefault =
  (write: Write, fallback: unknown): Write =>
  (writer, value) =>
    write(writer, value === undefined ? fallback : value)

/** Dropping what the caller asked for would change the meaning of the message: only ignorable fields are dropped. */
function refusal(name: string, field: FieldSpec, version: number): (value: Struct) => void {
  const isDefault = defaultTest(field)
  return (value) => {
    if (isDefault(value[name])) return
    throw new EncodeError(`version ${version} has no such field, and it may not be dropped`).within(name)
  }
}

function structReader(plan: Plan, flexible: boolean): Read {
  const { template, empty } = plan
  const names = plan.plain.map((step) => step.name)
  const reads = plan.plain.map((step) => step.read)
  const readTags = flexible ? tagReader(plan.tagged) : undefined
  return (reader) => {
    // Not a spread: one of many templates makes it slow, while assigning to an empty object clones the shape at once.
    const value: Struct = Object.assign({}, template)
    for (let i = 0; i < empty.length; i++) value[empty[i]!] = []
    let i = 0
    try {
      for (; i < reads.length; i++) value[names[i]!] = reads[i]!(reader)
    } catch (error) {
      throw within(error, names[i]!)
    }
    if (readTags !== undefined) readTags(reader, value)
    return value
  }
}

/** Unknown tags are skipped: they are how a newer peer says more than we understand. */
function tagReader(tagged: readonly TaggedStep[]): (reader: Reader, into: Struct) => void {
  const byTag = new Map(tagged.map((step) => [step.tag, step]))
  return (reader, into) => {
    for (let left = reader.uvarint(); left > 0; left--) {
      const tag = reader.uvarint()
      const size = reader.uvarint()
      const step = byTag.get(tag)
      if (step === undefined) {
        reader.take(size)
        continue
      }
      try {
        into[step.name] = reader.limited(size, step.read)
      } catch (error) {
        throw within(error, step.name)
      }
    }
  }
}

function tagWriter(tagged: readonly TaggedStep[]): (writer: Writer, value: Struct) => void {
  return (writer, value) => {
    let count = 0
    for (const step of tagged) if (!step.isDefault(value[step.name])) count++
    writer.uvarint(count)
    if (count === 0) return
    for (const step of tagged) if (!step.isDefault(value[step.name])) writeTag(writer, step, value[step.name])
  }
}

function writeTag(writer: Writer, step: TaggedStep, value: unknown): void {
  const body = new Writer()
  try {
    step.write(body, value)
  } catch (error) {
    throw within(error, step.name)
  }
  writer.uvarint(step.tag)
  writer.uvarint(body.length)
  writer.append(body)
}
