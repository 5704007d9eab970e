// What a description means: defaults, null, tags, versions, the types. The messages themselves are tested by property.
import { describe, expect, expectTypeOf, test } from 'vitest'
import { DecodeError, EncodeError } from '../../src/schema/errors.ts'
import * as field from '../../src/schema/field.ts'
import { message, type Infer, type Init } from '../../src/schema/message.ts'
import { Reader } from '../../src/schema/reader.ts'
import { Writer } from '../../src/schema/writer.ts'
import { decodeHex, encodeHex, hex } from '../support/bytes.ts'

const { array, bytes, int32, int8, nullable, records, string, struct } = field

const Grown = message(
  'Grown',
  { versions: '0-3', flexible: '2+' },
  {
    id: int32(),
    name: nullable(string(), { versions: '1+', nullable: '2+', default: '' }),
    hint: int8({ versions: '1+', ignorable: true, default: -1 }),
    items: array(struct({ value: int32(), note: string({ versions: '2+', tag: 0 }) }), { versions: '1+' }),
    place: struct({ row: int32({ default: -1 }), seats: array(int32()) }, { versions: '2+', tag: 1 }),
    owner: nullable(struct({ id: int32() }), { versions: '3+' }),
  },
)

const seat = { row: -1, seats: [] }

describe('a version that lacks a field', () => {
  test('decodes to the default of the field', () => {
    const decoded = decodeHex(Grown, '00000007', 0)
    expect(decoded).toEqual({ id: 7, name: '', hint: -1, items: [], place: seat, owner: null })
  })

  test('gives every message an array of its own', () => {
    const first = decodeHex(Grown, '00000007', 0)
    expect(decodeHex(Grown, '00000007', 0).items).not.toBe(first.items)
  })

  test('shares structs, which therefore cannot be changed', () => {
    const { place } = decodeHex(Grown, '00000007', 0)
    expect(Object.isFrozen(place)).toBe(true)
    expect(Object.isFrozen(place.seats)).toBe(true)
  })

  test('cannot be encoded with another value', () => {
    expect(() => encodeHex(Grown, { id: 7, name: 'a' }, 0)).toThrow(EncodeError)
    expect(() => encodeHex(Grown, { id: 7, name: null }, 0)).toThrow(/Grown v0\.name: version 0 has no such field/)
    expect(() => encodeHex(Grown, { id: 7, items: [{ value: 1 }] }, 0)).toThrow(EncodeError)
    expect(() => encodeHex(Grown, { id: 7, place: { row: 3, seats: [] } }, 1)).toThrow(EncodeError)
    expect(() => encodeHex(Grown, { id: 7, items: [{ value: 1, note: 'a' }] }, 1)).toThrow(/items\[0\]\.note/)
  })

  test('is encoded when the value is the default, said or left out', () => {
    expect(encodeHex(Grown, { id: 7, name: '', items: [], place: { seats: [] }, owner: null }, 0)).toBe('00000007')
    expect(encodeHex(Grown, { id: 7 }, 0)).toBe('00000007')
  })

  test('drops what may be dropped', () => {
    expect(encodeHex(Grown, { id: 7, hint: 5 }, 0)).toBe('00000007')
  })
})

describe('null', () => {
  test('is refused in a version that does not allow it, both ways', () => {
    expect(() => encodeHex(Grown, { id: 7, name: null }, 1)).toThrow(EncodeError)
    expect(() => decodeHex(Grown, '00000007 ffff ff 00000000', 1)).toThrow(/Grown v1\.name: null is not allowed/)
    expect(() => decodeHex(Grown, '00000007 0000 ff ffffffff', 1)).toThrow(/Grown v1\.items: null is not allowed/)
  })

  test('of a struct is a byte before it', () => {
    expect(encodeHex(Grown, { id: 7 }, 3)).toBe('0000000701ff01ff00')
    expect(encodeHex(Grown, { id: 7, owner: { id: 1 } }, 3)).toBe('0000000701ff0101000000010000')
    expect(decodeHex(Grown, '0000000701ff0101000000010000', 3).owner).toEqual({ id: 1 })
  })
})

describe('tagged fields', () => {
  test('are left out at their default', () => {
    expect(encodeHex(Grown, { id: 7, place: { row: -1, seats: [] } }, 2)).toBe('0000000701ff0100')
  })

  test('are written with tag and size', () => {
    const encoded = encodeHex(Grown, { id: 7, place: { row: 3, seats: [] } }, 2)
    expect(encoded).toBe('0000000701ff01' + '010106' + '000000030100')
    expect(decodeHex(Grown, encoded, 2).place).toEqual({ row: 3, seats: [] })
  })

  test('that nobody knows are skipped', () => {
    expect(decodeHex(Grown, '00000007 01 ff 01 02 05 03 aabbcc 09 00', 2).id).toBe(7)
  })

  test('of a later version are unknown to an earlier one', () => {
    const Later = message('Later', { versions: '0-1', flexible: '0+' }, { id: int32({ versions: '1+', tag: 0 }) })
    expect(decodeHex(Later, '01 00 04 00000009', 0)).toEqual({ id: 0 })
    expect(decodeHex(Later, '01 00 04 00000009', 1)).toEqual({ id: 9 })
  })

  test('that do not fill their size, or go beyond it, are refused', () => {
    expect(() => decodeHex(Grown, '00000007 01 ff 01 01 01 07 00000003 01 00 00', 2)).toThrow(/place: 1 of 7/)
    expect(() => decodeHex(Grown, '00000007 01 ff 01 01 01 05 00000003 01 00', 2)).toThrow(DecodeError)
    expect(() => decodeHex(Grown, '00000007 01 ff 01 01 01 50 00000003 01 00', 2)).toThrow(DecodeError)
  })

  test('may be structs that can be null, or are there by default', () => {
    const fields = { inner: nullable(struct({ id: int32() }), { tag: 0 }) }
    const Sparse = message('Sparse', { versions: '0', flexible: '0+' }, fields)
    expect(encodeHex(Sparse, {}, 0)).toBe('00')
    expect(encodeHex(Sparse, { inner: { id: 0 } }, 0)).toBe('010006010000000000')
    const present = { inner: nullable(struct({ id: int32() }), { tag: 0, presentByDefault: true }) }
    const Dense = message('Dense', { versions: '0', flexible: '0+' }, present)
    expect(encodeHex(Dense, { inner: null }, 0)).toBe('01000100')
    expect(decodeHex(Dense, '01000100', 0)).toEqual({ inner: null })
    expect(decodeHex(Dense, '00', 0)).toEqual({ inner: { id: 0 } })
    // @ts-expect-error whoever leaves it out would say "present"
    expect(() => encodeHex(Dense, {}, 0)).toThrow(EncodeError)
  })
})

describe('record batches', () => {
  const Data = message('Data', { versions: '0-1', flexible: '1+' }, { records: nullable(records()), extra: bytes() })

  test('are taken whole or in pieces, with the same bytes', () => {
    const [a, b] = [Buffer.alloc(3000, 1), Buffer.alloc(10, 2)]
    const whole = { records: Buffer.concat([a, b]), extra: Buffer.alloc(0) }
    expect(encodeHex(Data, { records: [a, b], extra: Buffer.alloc(0) }, 0)).toBe(encodeHex(Data, whole, 0))
    expect(encodeHex(Data, { records: [a, b], extra: Buffer.alloc(0) }, 1)).toBe(encodeHex(Data, whole, 1))
    expect(encodeHex(Data, { records: [], extra: Buffer.alloc(0) }, 0)).toBe('0000000000000000')
  })

  test('are not copied when they are large', () => {
    const pieces = [Buffer.alloc(3000, 1), Buffer.alloc(5000, 2)]
    const writer = new Writer()
    Data.encode(writer, { records: pieces, extra: Buffer.alloc(0) }, 1)
    expect(writer.finish()).toEqual(expect.arrayContaining([pieces[0], pieces[1]]))
  })

  test('may be null', () => {
    expect(encodeHex(Data, { records: null, extra: Buffer.alloc(0) }, 0)).toBe('ffffffff00000000')
    expect(decodeHex(Data, '000100', 1)).toEqual({ records: null, extra: Buffer.alloc(0) })
  })

  test('of another type than bytes are refused', () => {
    const wrong = { records: 'abc' as unknown as Buffer, extra: Buffer.alloc(0) }
    expect(() => encodeHex(Data, wrong, 0)).toThrow(/Data v0\.records/)
    expect(() => encodeHex(Data, { records: null, extra: null as unknown as Buffer }, 0)).toThrow(/Data v0\.extra/)
  })
})

describe('errors', () => {
  test('say where in the message they lie', () => {
    const text = '00000007 01 ff 03 00000001 00 00000002 01 00 7f'
    expect(() => decodeHex(Grown, text, 2)).toThrow('Grown v2.items[1].note: 127 bytes are needed')
    const items = [{ value: 1 }, { value: 2 ** 40 }]
    expect(() => encodeHex(Grown, { id: 1, items }, 1)).toThrow(
      'Grown v1.items[1].value: 1099511627776 is not an int32',
    )
  })

  test('name a version that does not exist', () => {
    expect(() => Grown.decode(new Reader(hex('00')), 4)).toThrow(DecodeError)
    expect(() => Grown.decode(new Reader(hex('00')), -1)).toThrow(/Grown v-1/)
    expect(() => Grown.decode(new Reader(hex('00')), 0.5)).toThrow(DecodeError)
    expect(() => Grown.encode(new Writer(), { id: 1 }, 9)).toThrow(EncodeError)
  })

  test('tell a field that was left out but is needed', () => {
    expect(() => encodeHex(Grown, {} as { id: number }, 0)).toThrow('Grown v0.id: undefined is not an int32')
  })
})

test('an array of elements without bytes cannot be described: a few bytes could ask for any number of them', () => {
  const Empty = message(
    'Empty',
    { versions: '0-1', flexible: 'none' },
    { all: array(struct({ id: int32({ versions: '1+' }) })) },
  )
  expect(() => decodeHex(Empty, '00000005', 0)).toThrow(TypeError)
})

test('a decoder allocates for what the bytes can hold, not for what they claim', () => {
  const text = '00000007 0000 ff 7fffffff'
  expect(() => decodeHex(Grown, text, 1)).toThrow(/items: 2147483647 elements/)
  expect(() => decodeHex(Grown, '00000007 0000 ff 000f4240', 1)).toThrow(/cannot lie in the 0 bytes/)
})

test('types follow the description: all fields come out, those with a say-so may stay out', () => {
  type Out = Infer<typeof Grown>
  type In = Init<typeof Grown>
  expectTypeOf<Out['name']>().toEqualTypeOf<string | null>()
  expectTypeOf<Out['items'][number]['note']>().toEqualTypeOf<string>()
  expectTypeOf<Out>().toExtend<In>()
  expectTypeOf<{ id: number }>().toExtend<In>()
  expectTypeOf<{ name: string }>().not.toExtend<In>()
  expectTypeOf<In['place']>().toEqualTypeOf<{ readonly seats: readonly number[]; readonly row?: number } | undefined>()
})
