import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseProperties } from '../src/index.ts'

// What java.util.Properties of Java 17 makes of these texts.
const asJavaReads: readonly [text: string, entries: Record<string, string>][] = [
  ['a=1', { a: '1' }],
  ['a:1', { a: '1' }],
  ['a 1', { a: '1' }],
  ['a = 1 ', { a: '1 ' }],
  ['  a=1', { a: '1' }],
  ['a', { a: '' }],
  ['a=', { a: '' }],
  ['=x', { '': 'x' }],
  ['\\#a=1', { '#a': '1' }],
  ['#a=1\n!b=2\nc=3', { c: '3' }],
  ['a\\ b=c', { 'a b': 'c' }],
  ['a\\=b=c', { 'a=b': 'c' }],
  ['a=b\\\nc', { a: 'bc' }],
  ['a=b\\\n   c', { a: 'bc' }],
  ['a=b\\\\\nc=1', { a: 'b\\', c: '1' }],
  ['a=b\\\n#c', { a: 'b#c' }],
  ['a\\\n=b', { a: 'b' }],
  ['a=\\u0041\\t\\q', { a: 'A\tq' }],
  ['a=1\ra=2', { a: '2' }],
  ['a=1\r\nb=2', { a: '1', b: '2' }],
  ['a==b', { a: '=b' }],
  ['a = = b', { a: '= b' }],
  ['a\t:\tb', { a: 'b' }],
  ['a=b\\', { a: 'b' }],
  ['\\\nb=1', { b: '1' }],
  ['a=\\\n\nb=1', { a: '', b: '1' }],
  ['é=ü', { é: 'ü' }],
  ['a=b\\\r\n c', { a: 'bc' }],
  ['\f a=1', { a: '1' }],
  ['\\u0061=1', { a: '1' }],
  ['a b=c', { a: 'b=c' }],
  ['\\', { '': '' }],
  ['a=b \\  \nc=d', { a: 'b   ', c: 'd' }],
]

describe('a properties file', () => {
  test.each(asJavaReads)('%j is read as Java reads it', (text, entries) => {
    expect(Object.fromEntries(parseProperties(text))).toEqual(entries)
  })

  test('that is malformed names its line', () => {
    expect(() => parseProperties('a=1\n\n# b\nc=\\u00g0\n')).toThrow(
      'line 4: \\u must be followed by four hexadecimal digits',
    )
  })

  test('may begin with a byte order mark', () => {
    expect(parseProperties('\uFEFFa=1').get('a')).toBe('1')
  })

  test('gives back every key and value that was escaped into it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (entries) => {
        const text = Object.entries(entries).map(([key, value]) => `${escaped(key)}=${escaped(value)}\n`)
        expect(Object.fromEntries(parseProperties(text.join('')))).toEqual({ ...entries })
      }),
    )
  })

  test('of any text is read without an error but for a malformed escape', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\\', '\n', '\r', '=', ':', ' ', '#', '\t') }), (text) => {
        parseProperties(text)
      }),
    )
  })
})

/** Every UTF-16 unit as an escape, so that nothing of it means anything to the format. */
function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  )
}
