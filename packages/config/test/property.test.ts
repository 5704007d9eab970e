import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boolean, double, int, isRefusal, list, long, LONG_MAX, short, string } from '../src/property.ts'

const doc = ''

describe('numbers', () => {
  test.each([
    ['+5', 5],
    [' 5 ', 5],
    ['-1', -1],
    ['9223372036854775807', LONG_MAX],
    ['9007199254740993', LONG_MAX],
  ])('a long takes %j as Kafka does', (text, value) => {
    expect(long({ default: 0, doc }).parse(text)).toBe(value)
  })

  test.each(['', '5L', '0x10', '1e3', '1.0', '9223372036854775808', '-9223372036854775809', '1_000', 'NaN'])(
    'a long refuses %j as Kafka does',
    (text) => {
      expect(long({ default: 0, doc }).parse(text)).toEqual({ refused: 'it must be a whole number of 64 bits' })
    },
  )

  test('an int and a short stop where Java’s do', () => {
    expect(int({ default: 0, doc }).parse('2147483647')).toBe(2147483647)
    expect(isRefusal(int({ default: 0, doc }).parse('2147483648'))).toBe(true)
    expect(short({ default: 0, doc }).parse('-32768')).toBe(-32768)
    expect(isRefusal(short({ default: 0, doc }).parse('32768'))).toBe(true)
  })

  test('a range says what it would take', () => {
    const level = int({ default: -1, min: 1, max: 9, or: -1, doc })
    expect(level.parse('0')).toEqual({ refused: 'it must be between 1 and 9 or -1' })
    expect(level.parse('-1')).toBe(-1)
    expect(long({ default: 0, min: -1, doc }).parse('-2')).toEqual({ refused: 'it must be at least -1' })
  })

  test('what a long prints it reads again', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const property = long({ default: 0, doc })
        expect(property.parse(property.print(value)!)).toBe(value)
      }),
    )
  })

  test('what a double prints it reads again', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const property = double({ default: 0, doc })
        expect(property.parse(property.print(value)!) === value).toBe(true)
      }),
    )
  })

  test.each([
    [0.5, '0.5'],
    [1, '1.0'],
    [0, '0.0'],
    [1e-5, '1.0E-5'],
    [0.001, '0.001'],
    [1e7, '1.0E7'],
    [9999999, '9999999.0'],
    [1.5e10, '1.5E10'],
    [Number.MAX_VALUE, '1.7976931348623157E308'],
  ])('the double %d prints as in Java', (value, text) => {
    expect(double({ default: 0, doc }).print(value)).toBe(text)
  })

  test.each(['', 'NaN', 'Infinity', 'half'])('a double refuses %j', (text) => {
    expect(double({ default: 0, doc }).parse(text)).toEqual({ refused: 'it must be a number' })
  })
})

test('a boolean is true or false in any case, and nothing else', () => {
  const property = boolean({ default: false, doc })
  expect(property.parse(' TRUE')).toBe(true)
  expect(property.parse('False')).toBe(false)
  expect(property.parse('yes')).toEqual({ refused: 'it must be true or false' })
})

test('a string of given words takes them trimmed, in their own case', () => {
  const property = string({ default: 'gzip', of: ['gzip', 'zstd'], doc })
  expect(property.parse(' zstd ')).toBe('zstd')
  expect(property.parse('GZIP')).toEqual({ refused: 'it must be one of gzip, zstd' })
  expect(string({ default: 'up', of: ['up'], ignoreCase: true, doc }).parse('UP')).toBe('up')
})

test('a list is trimmed, drops doubles and refuses empty elements', () => {
  const property = list({ default: [], of: ['compact', 'delete'], doc })
  expect(property.parse(' compact , delete,compact ')).toEqual(['compact', 'delete'])
  expect(property.parse('')).toEqual([])
  expect(property.parse('delete,')).toEqual({ refused: 'no element may be empty' })
  expect(property.parse('none')).toEqual({ refused: 'it must be a list of compact, delete' })
})
