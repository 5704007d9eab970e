import { describe, expect, test } from 'vitest'

import { HEADER } from '../../src/records/batch-header.ts'
import { encodeBatch } from '../../src/records/encode-batch.ts'
import { RecordCursor } from '../../src/records/record-cursor.ts'
import { javaClientBatch } from './java-client-batches.ts'
import { expectError, view } from './support.ts'

const options = { maxDecompressedBytes: 1_000_000 }

test('the cursor tells null from empty without slicing', () => {
  const records = [
    { timestamp: 0, key: null, value: Buffer.alloc(0) },
    { timestamp: 0, key: Buffer.alloc(0), value: null },
  ]
  const cursor = new RecordCursor(view(encodeBatch({ records })), options)
  expect(cursor.next()).toBe(true)
  expect([cursor.keyBytes, cursor.key, cursor.valueBytes, cursor.value]).toEqual([-1, null, 0, Buffer.alloc(0)])
  expect(cursor.next()).toBe(true)
  expect([cursor.keyBytes, cursor.key, cursor.valueBytes, cursor.value]).toEqual([0, Buffer.alloc(0), -1, null])
  expect(cursor.next()).toBe(false)
  expect(cursor.next()).toBe(false)
})

test('headers may be read in any order and as often as wanted', () => {
  const cursor = new RecordCursor(view(javaClientBatch('lz4')), options)
  cursor.next()
  cursor.next()
  expect(cursor.headers).toEqual(cursor.headers)
  expect(cursor.headers.map((header) => header.key)).toEqual(['trace', 'žlutý'])
  expect(cursor.value).toEqual(Buffer.from('no key'))
  expect(cursor.next()).toBe(true)
  expect(cursor.key).toEqual(Buffer.from('gone'))
  expect(cursor.headers).toEqual([])
})

test('the raw bytes of the records are the payload', () => {
  const batch = view(javaClientBatch('plain'))
  const parts: Buffer[] = []
  for (const cursor = new RecordCursor(batch, options); cursor.next();) parts.push(cursor.bytes)
  expect(parts).toHaveLength(3)
  expect(Buffer.concat(parts)).toEqual(batch.payload)
})

describe('a record is refused where', () => {
  /** A batch of one record, and whatever comes after the header. */
  const walk = (hex: string) => {
    const payload = Buffer.from(hex, 'hex')
    const bytes = Buffer.concat([encodeBatch({ records: [{ timestamp: 0 }] }).subarray(0, 61), payload])
    bytes.writeInt32BE(49 + payload.length, HEADER.batchLength)
    for (const cursor = new RecordCursor(view(bytes), options); cursor.next();) void cursor.headers
  }
  /** A record with its length before it. `start` is attributes, timestamp delta and offset delta. */
  const start = '000000'
  const record = (body: string) => body.length.toString(16).padStart(2, '0') + body

  test('nothing is wrong: it is not', () => {
    walk(record(`${start} 026b 01 00`.replaceAll(' ', '')))
    walk(record(`${start} 01 01 02 0268 01`.replaceAll(' ', '')))
  })

  const damaged: [string, RegExp, string][] = [
    ['its length is negative', /record of -1 bytes/, `01 ${start} 01 01 00`],
    ['its length is beyond the batch', /record of 9 bytes does not fit/, `12 ${start} 026b 01 0000`],
    ['its length is shorter than its fields', /a key of 1 bytes does not fit/, `08 ${start} 026b 01 00`],
    ['it ends before its header count', /ends before its fields/, `0c ${start} 026b 01 00`],
    ['its length is longer than its fields', /longer than its fields/, `10 ${start} 026b 01 00 00`],
    ['its length takes more than five bytes', /longer than 5 bytes/, `ffffffffff7f ${start} 01 01 00`],
    ['its key is beyond the record', /a key of 10 bytes does not fit/, `0e ${start} 146b 01 00`],
    ['its key length is below -1', /a key of -2 bytes does not fit/, `0c ${start} 03 01 00`],
    ['its key length is huge', /a key of 2147483647 bytes/, `14 ${start} feffffff0f 01 00`],
    ['its value is beyond the record', /a value of 2 bytes does not fit/, `0e ${start} 026b 04 00`],
    ['it claims more headers than fit', /2 headers do not fit/, `0c ${start} 01 01 04`],
    ['it claims billions of headers', /2147483647 headers do not fit/, `14 ${start} 01 01 feffffff0f`],
    ['it claims a negative count of headers', /-1 headers do not fit/, `0c ${start} 01 01 01`],
    ['a header has no key', /no key/, `10 ${start} 01 01 02 01 01`],
    ['a header key is beyond the record', /a header key of 10 bytes/, `10 ${start} 01 01 02 14 6b`],
    ['a header value is beyond the record', /a header value of 3 bytes/, `12 ${start} 01 01 02 0268 06`],
    ['its timestamp is beyond 2^53', /2\^53/, `1a 00 ffffffffffffff1f 00 01 01 00`],
    ['another record follows that was not counted', /left over/, `0c ${start} 01 01 00 0c ${start} 01 01 00`],
  ]
  test.each(damaged)('%s', (_, message, hex) => {
    const run = () => walk(hex.replaceAll(' ', ''))
    expectError('CORRUPT', run)
    expect(run).toThrow(message)
  })
})
