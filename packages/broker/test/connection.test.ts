import { ApiVersions, errorCode, Fetch, Metadata, Produce } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { batchOf, startTestBroker } from './support.ts'

const produceTo = (topic: string, records: Buffer, acks = -1) => ({
  acks,
  timeoutMs: 5000,
  topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
})

const fetchFrom = (topic: string, fetchOffset: number, options: { maxWaitMs?: number; minBytes?: number } = {}) => ({
  maxWaitMs: 0,
  minBytes: 1,
  topics: [{ topic, partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }] }],
  ...options,
})

/** A whole frame: length, then these bytes. */
const frame = (...bytes: readonly number[]): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, Buffer.from(bytes)])
}

describe('a connection', () => {
  test('responses leave in the order of their requests, though a later one was ready first', async () => {
    const { connect } = await startTestBroker()
    const [reader, writer] = [await connect(), await connect()]
    await reader.send(Metadata, 8, { topics: [{ name: 'order' }] })
    const fetching = reader.post(Fetch, 11, fetchFrom('order', 0, { maxWaitMs: 10_000 }))
    const asking = reader.post(Metadata, 8, { topics: [] })
    await writer.send(Produce, 8, produceTo('order', batchOf(['x'])))
    const fetched = await reader.receive(Fetch, 11, fetching)
    expect(fetched.responses[0]?.partitions[0]?.highWatermark).toBe(1)
    await reader.receive(Metadata, 8, asking)
  })

  test('pipelined produce requests are stored in the order in which they were sent', async () => {
    const { connect } = await startTestBroker()
    const client = await connect()
    await client.send(Metadata, 8, { topics: [{ name: 'pipeline' }] })
    const ids = Array.from({ length: 50 }, (_, i) => client.post(Produce, 8, produceTo('pipeline', batchOf([`v${i}`]))))
    const offsets = []
    for (const id of ids) {
      const { responses } = await client.receive(Produce, 8, id)
      offsets.push(responses[0]?.partitionResponses[0]?.baseOffset)
    }
    expect(offsets).toEqual(ids.map((_, i) => i))
  })

  test('acks=0 is stored and not answered', async () => {
    const { connect } = await startTestBroker()
    const client = await connect()
    await client.send(Metadata, 8, { topics: [{ name: 'silent' }] })
    client.post(Produce, 8, produceTo('silent', batchOf(['x']), 0))
    const { responses } = await client.send(Fetch, 11, fetchFrom('silent', 0, { maxWaitMs: 5000 }))
    expect(responses[0]?.partitions[0]?.highWatermark).toBe(1)
  })

  test('a failed request with acks=0 closes the connection', async () => {
    const { connect } = await startTestBroker()
    const client = await connect()
    client.post(Produce, 8, produceTo('nowhere', batchOf(['x']), 0))
    expect(await client.next()).toBeUndefined()
  })

  test('ApiVersions above ours is answered in version 0 with our range', async () => {
    const { connect } = await startTestBroker()
    const client = await connect()
    client.write(frame(0, 18, 0, 99, 0, 0, 0, 7, 0xff, 0xff, 0, 1, 2, 3))
    const answer = await client.receive(ApiVersions, 0, 7)
    expect(answer.errorCode).toBe(errorCode('UNSUPPORTED_VERSION'))
    expect(answer.apiKeys).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 4 }])
  })

  test.each([
    ['an unknown API', frame(0x7f, 0xff, 0, 0, 0, 0, 0, 1, 0xff, 0xff)],
    ['a version that is not served', frame(0, 3, 0, 99, 0, 0, 0, 1, 0xff, 0xff)],
    ['Produce in a version that is advertised only', frame(0, 0, 0, 1, 0, 0, 0, 1, 0xff, 0xff)],
    ['a request that ends too early', frame(0, 3, 0, 8, 0, 0, 0, 1, 0xff, 0xff, 0, 0)],
    ['bytes after the request', frame(0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 9)],
    ['an empty frame', frame()],
    ['an array that claims more than there is', frame(0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff)],
    ['a frame above socket.request.max.bytes', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
    ['a frame of negative length', Buffer.from([0xff, 0xff, 0xff, 0xff])],
  ])('%s closes the connection, and no other', async (_what, bytes) => {
    const { connect } = await startTestBroker()
    const [bad, good] = [await connect(), await connect()]
    bad.write(bytes)
    expect(await bad.next()).toBeUndefined()
    await good.send(ApiVersions, 0, {})
  })

  test('what was asked before a bad request is still answered', async () => {
    const { connect } = await startTestBroker()
    const client = await connect()
    const asked = client.post(ApiVersions, 0, {})
    client.write(frame(0x7f, 0xff, 0, 0, 0, 0, 0, 1, 0xff, 0xff))
    await client.receive(ApiVersions, 0, asked)
    expect(await client.next()).toBeUndefined()
  })
})
