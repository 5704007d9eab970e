// Values of messages, made from their descriptions: composed once for each message and version, then drawn from a seeded
// stream. Not fast-check: a million inputs need no shrinking, they need to be quick and to be had again.
import { encodeAssignment, encodeSubscription, holds, ZERO_UUID, type FieldSpec, type Message } from '@jackdaw/protocol'
import type { SeededRandom } from '@jackdaw/testing'
import { batches } from './batches.ts'
import { MOSTLY_EMPTY, NUMBER_HINTS, STRING_HINTS, TOPICS } from './hints.ts'

/** What was learned from responses: requests that name it get further. */
export interface Known {
  readonly topicIds: readonly string[]
  readonly memberIds: readonly string[]
}

export const NOTHING_KNOWN: Known = { topicIds: [], memberIds: [] }

interface Draw {
  readonly random: SeededRandom
  readonly known: Known
  /** Array elements that may still be made: nested arrays would multiply otherwise. */
  elements: number
  /** One array of this input gets all of them. */
  wide: boolean
}

type Make = (draw: Draw) => unknown

const ELEMENTS_MAX = 24
const WIDE_ELEMENTS_MAX = 6000
const WIDE_CHANCE = 1 / 5000
const HINT_CHANCE = 0.95

/** A value that `version` of the message can say. */
export function valueOf(message: Message, version: number, random: SeededRandom, known = NOTHING_KNOWN): object {
  const wide = random.chance(WIDE_CHANCE)
  const elements = wide ? random.int(ELEMENTS_MAX, WIDE_ELEMENTS_MAX) : ELEMENTS_MAX
  return makerOf(message, version)({ random, known, elements, wide }) as object
}

const makers = new Map<Message, Make[]>()

function makerOf(message: Message, version: number): Make {
  let ofMessage = makers.get(message)
  if (ofMessage === undefined) makers.set(message, (ofMessage = []))
  return (ofMessage[version] ??= structMaker(message.fields, version, ''))
}

function structMaker(fields: Readonly<Record<string, FieldSpec>>, version: number, parent: string): Make {
  const parts: { readonly name: string; readonly make: Make }[] = []
  for (const [name, field] of Object.entries(fields)) {
    if (holds(field.versions, version)) parts.push({ name, make: fieldMaker(name, field, version, parent) })
    else if (!field.optional) parts.push({ name, make: () => field.default })
  }
  return (draw) => {
    const value: Record<string, unknown> = {}
    for (const { name, make } of parts) value[name] = make(draw)
    return value
  }
}

/** What mostly has to be null, or never but by chance, for a request to get anywhere. */
const NULL_CHANCES: Readonly<Record<string, number>> = { transactionalId: 0.95, records: 0.02, groupInstanceId: 0.7 }

function fieldMaker(name: string, field: FieldSpec, version: number, parent: string): Make {
  const make = valueMaker(name, field, version, parent)
  const mayBeNull = field.nullable !== undefined && holds(field.nullable, version)
  const nullChance = mayBeNull ? (NULL_CHANCES[name] ?? (MOSTLY_EMPTY.has(name) ? 0.8 : 0.15)) : 0
  const leftOutChance = field.tag !== undefined && field.optional ? 0.5 : 0
  if (nullChance === 0 && leftOutChance === 0) return make
  return (draw) => {
    if (draw.random.chance(leftOutChance)) return undefined
    return draw.random.chance(nullChance) ? null : make(draw)
  }
}

function valueMaker(name: string, field: FieldSpec, version: number, parent: string): Make {
  if (field.kind === 'array') return arrayMaker(name, field.element!, version)
  if (field.kind === 'struct') return structMaker(field.fields!, version, name)
  return hinted(`${parent}.${name}`, name, field.kind) ?? SCALARS[field.kind]
}

function arrayMaker(name: string, element: FieldSpec, version: number): Make {
  const make = valueMaker(name, element, version, name)
  return (draw) => {
    const elements: unknown[] = []
    let count = Math.min(lengthOf(name, draw), draw.elements)
    draw.elements -= count
    for (; count > 0; count--) elements.push(make(draw))
    return elements
  }
}

function lengthOf(name: string, draw: Draw): number {
  const { random } = draw
  if (draw.wide) {
    draw.wide = false
    return draw.elements
  }
  if (MOSTLY_EMPTY.has(name) && random.chance(0.8)) return 0
  return random.pick(LENGTHS)
}

const LENGTHS = [0, 1, 1, 1, 1, 2, 2, 3, 5]

function hinted(path: string, name: string, kind: FieldSpec['kind']): Make | undefined {
  const makeAny = SCALARS[kind as keyof typeof SCALARS]
  const likely = likelyMaker(path, name, kind)
  return likely && ((draw) => (draw.random.chance(HINT_CHANCE) ? likely(draw) : makeAny(draw)))
}

function likelyMaker(path: string, name: string, kind: FieldSpec['kind']): Make | undefined {
  if (kind === 'uuid' && name.toLowerCase().includes('topicid'))
    return ({ random, known }) => pickOr(random, known.topicIds)
  if (kind === 'string' && name === 'memberId') return knownMember
  if (kind === 'string') return picker(STRING_HINTS[path] ?? STRING_HINTS[name])
  if (kind === 'bytes' && name === 'metadata') return ({ random }) => subscription(random)
  if (kind === 'bytes' && name === 'assignment') return ({ random }) => assignment(random)
  if (kind.startsWith('int')) return picker(NUMBER_HINTS[path] ?? NUMBER_HINTS[name])
  return undefined
}

const picker = (values: readonly unknown[] | undefined): Make | undefined =>
  values && (({ random }) => random.pick(values))

const pickOr = (random: SeededRandom, values: readonly string[]): string =>
  values.length === 0 ? ZERO_UUID : random.pick(values)

const knownMember: Make = ({ random, known }) =>
  known.memberIds.length > 0 && random.chance(0.6)
    ? random.pick(known.memberIds)
    : random.pick(STRING_HINTS['memberId']!)

const subscription = (random: SeededRandom): Buffer =>
  encodeSubscription({ topics: [random.pick(TOPICS)], userData: blob(random, 8) }, random.int(0, 3))

const assignment = (random: SeededRandom): Buffer =>
  encodeAssignment({ assignedPartitions: [{ topic: random.pick(TOPICS), partitions: [0, 1] }] }, random.int(0, 3))

const blob = (random: SeededRandom, bytesMax: number): Buffer => {
  const bytes = random.bytes(random.int(0, bytesMax))
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

const longs = [0, -1, 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
const TEXTS = ['', 'a', 'žluťoučký', '\u0000', '../..', '__proto__', '😀', '%s', 'x'.repeat(250)]

/** A whole number of so many bits: one in two at the edge of something. */
const whole =
  (bits: number, signed: boolean): Make =>
  ({ random }) => {
    const [min, max] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
    return random.chance(0.5) ? random.int(min, max) : random.pick([min, max, 0, 1, 2, signed ? -1 : 3])
  }

const long = (random: SeededRandom): number =>
  random.chance(0.5) ? random.pick(longs) : random.int(-(2 ** 40), 2 ** 40)

const SCALARS = {
  bool: ({ random }: Draw) => random.chance(0.5),
  int8: whole(8, true),
  int16: whole(16, true),
  uint16: whole(16, false),
  int32: whole(32, true),
  int64: ({ random }: Draw) => long(random),
  int64OrInfinity: ({ random }: Draw) => (random.chance(0.2) ? Infinity : long(random)),
  bits64: ({ random }: Draw) => BigInt.asIntN(64, (BigInt(random.uint32()) << 32n) | BigInt(random.uint32())),
  float64: ({ random }: Draw) => random.pick([0, -1.5, NaN, Infinity, Number.MIN_VALUE, random.next()]),
  uuid: ({ random }: Draw) => (random.chance(0.3) ? ZERO_UUID : Buffer.from(random.bytes(16)).toString('base64url')),
  string: ({ random }: Draw) => (random.chance(0.01) ? 'z'.repeat(random.int(1000, 32_767)) : random.pick(TEXTS)),
  bytes: ({ random }: Draw) => blob(random, 40),
  records: ({ random }: Draw) => batches(random),
} satisfies Record<string, Make>
