// Frames and their headers: what holds for every API, and the exceptions.
import fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'
import {
  ApiVersions,
  apiByKey,
  apis,
  DecodeError,
  decodeRequestHeader,
  EncodeError,
  encodeRequestFrame,
  encodeResponseFrame,
  Fetch,
  Heartbeat,
  Metadata,
  OffsetDelete,
  Reader,
  requestHeaderVersion,
  responseHeaderVersion,
  SaslHandshake,
  type HeartbeatRequest,
} from '../../src/index.ts'
import { hex } from '../support/bytes.ts'

test('the answer to ApiVersions has the oldest header in every version', () => {
  expect([0, 2, 3, 4, 99].map((version) => responseHeaderVersion(ApiVersions, version))).toEqual([0, 0, 0, 0, 0])
  expect(responseHeaderVersion(Metadata, 8)).toBe(0)
  expect(responseHeaderVersion(Metadata, 9)).toBe(1)
})

test('a request has a flexible header when its body is flexible', () => {
  expect(requestHeaderVersion(Metadata, 8)).toBe(1)
  expect(requestHeaderVersion(Metadata, 9)).toBe(2)
  expect(requestHeaderVersion(OffsetDelete, 0)).toBe(1)
  expect(requestHeaderVersion(SaslHandshake, 1)).toBe(1)
})

test('the header of a version that nobody has yet can be read, so that it can be answered', () => {
  const header = decodeRequestHeader(new Reader(hex('0012 0063 00000007 0001 63 00 deadbeef')))
  expect(header).toMatchObject({ apiKey: 18, apiVersion: 99, correlationId: 7, clientId: 'c', known: false })
  expect(header.api).toBe(ApiVersions)
})

test('a key that nobody knows is reported with its correlation id', () => {
  const header = decodeRequestHeader(new Reader(hex('03e7 0001 00000007 ffff')))
  expect(header).toEqual({ apiKey: 999, apiVersion: 1, correlationId: 7, clientId: null, api: undefined, known: false })
})

test('a removed version is not known', () => {
  expect(decodeRequestHeader(new Reader(hex('0001 0003 00000007 ffff'))).known).toBe(false)
  expect(decodeRequestHeader(new Reader(hex('0001 0004 00000007 ffff'))).known).toBe(true)
  expect(decodeRequestHeader(new Reader(hex('0001 ffff 00000007 ffff'))).known).toBe(false)
})

test('any bytes are a request header or a DecodeError', () => {
  const law = fc.property(fc.uint8Array({ maxLength: 40 }), (random) => {
    const bytes = Buffer.from(random)
    if (bytes.length > 1) bytes[0] = 0
    try {
      decodeRequestHeader(new Reader(bytes))
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError)
    }
  })
  fc.assert(law, { numRuns: 500 })
})

test('record batches go through a frame without being copied', () => {
  const batches: Buffer[] = [Buffer.alloc(4096, 1), Buffer.alloc(9000, 2)]
  const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 9, abortedTransactions: null, records: batches }
  const body = { responses: [{ topic: 't', partitions: [partition] }] }
  const chunks = encodeResponseFrame({ api: Fetch, version: 11, correlationId: 1, body })
  expect(chunks.filter((chunk) => batches.includes(chunk))).toEqual(batches)
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  expect(chunks[0]!.readInt32BE(0)).toBe(total - 4)
})

test('a body that the version cannot say is refused before anything is sent', () => {
  const body = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: 'static' }
  const request = { api: Heartbeat, version: 2, correlationId: 1, clientId: null, body }
  expect(() => encodeRequestFrame(request)).toThrow(EncodeError)
  expect(() => encodeRequestFrame(request)).toThrow(/HeartbeatRequest v2\.groupInstanceId/)
})

test('the body of a frame is typed by its API', () => {
  const reader = new Reader(hex('0001 67 00000001 0001 6d'))
  const request = Heartbeat.request.decode(reader, 0)
  expectTypeOf(request).toExtend<HeartbeatRequest>()
  expect(request).toEqual({ groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: null })
  const body = { throttleTimeMs: 1 }
  // @ts-expect-error errorCode is missing
  expect(() => encodeResponseFrame({ api: Heartbeat, version: 4, correlationId: 1, body })).toThrow(EncodeError)
})

test('APIs are in key order and found by key', () => {
  const keys = apis.map((api) => api.key)
  expect(keys).toEqual(keys.toSorted((a, b) => a - b))
  expect(new Set(keys).size).toBe(keys.length)
  expect(apis.every((api) => apiByKey(api.key) === api)).toBe(true)
  expect(apiByKey(4)).toBeUndefined()
})
