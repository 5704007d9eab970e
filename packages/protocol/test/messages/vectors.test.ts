// Whole frames as Apache Kafka 4.3.1's own Java classes write them, byte for byte.
import { expect, test } from 'vitest'
import {
  ApiVersions,
  decodeRequestHeader,
  encodeRequestFrame,
  encodeResponseFrame,
  Fetch,
  Heartbeat,
  Metadata,
  Produce,
  Reader,
  ResponseHeader,
  responseHeaderVersion,
  type Api,
} from '../../src/index.ts'
import { hex } from '../support/bytes.ts'

const TOPIC_ID = 'Jv8GJRRRSOWJQ2bVNnXYzQ'
const RECORDS = Buffer.from([1, 2, 3, 4, 5])

const partitionData = [
  { index: 7, records: RECORDS },
  { index: 8, records: null },
]
const produced = { acks: -1, timeoutMs: 30_000 }

const requests: readonly {
  api: Api
  version: number
  correlationId: number
  clientId: string | null
  body: object
  frame: string
}[] = [
  {
    api: ApiVersions,
    version: 3,
    correlationId: 1,
    clientId: 'consumer-1',
    body: { clientSoftwareName: 'jackdaw', clientSoftwareVersion: '0.1.0' },
    frame: `00000024 0012 0003 00000001 000a 636f6e73756d65722d31 00 08 6a61636b646177 06 302e312e30 00`,
  },
  {
    api: Produce,
    version: 3,
    correlationId: 77,
    clientId: 'p',
    body: { ...produced, transactionalId: null, topicData: [{ name: 'orders', partitionData }] },
    frame: `00000038 0000 0003 0000004d 0001 70 ffff ffff 00007530 00000001 0006 6f7264657273 00000002
      00000007 00000005 0102030405 00000008 ffffffff`,
  },
  {
    api: Produce,
    version: 9,
    correlationId: 77,
    clientId: null,
    body: { ...produced, transactionalId: 'tx-1', topicData: [{ name: 'orders', partitionData }] },
    frame: `00000032 0000 0009 0000004d ffff 00 05 74782d31 ffff 00007530 02 07 6f7264657273 03
      00000007 06 0102030405 00 00000008 00 00 00 00`,
  },
  {
    api: Produce,
    version: 13,
    correlationId: 77,
    clientId: 'p',
    body: { ...produced, transactionalId: 'tx-1', topicData: [{ topicId: TOPIC_ID, partitionData }] },
    frame: `0000003c 0000 000d 0000004d 0001 70 00 05 74782d31 ffff 00007530 02 26ff0625145148e5894366d53675d8cd 03
      00000007 06 0102030405 00 00000008 00 00 00 00`,
  },
  {
    api: Fetch,
    version: 12,
    correlationId: 9,
    clientId: 'c',
    body: {
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 52_428_800,
      isolationLevel: 1,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        {
          topic: 'orders',
          partitions: [
            { partition: 0, currentLeaderEpoch: 4, fetchOffset: 1_234_567_890_123, partitionMaxBytes: 1_048_576 },
          ],
        },
      ],
      rackId: 'r1',
    },
    frame: `00000055 0001 000c 00000009 0001 63 00 ffffffff 000001f4 00000001 03200000 01 00000000 ffffffff
      02 07 6f7264657273 02 00000000 00000004 0000011f71fb04cb ffffffff ffffffffffffffff 00100000 00 00 01 03 7231 00`,
  },
  {
    api: Metadata,
    version: 12,
    correlationId: 2,
    clientId: 'm',
    body: {
      topics: [{ name: 'orders' }, { name: null, topicId: TOPIC_ID }],
      allowAutoTopicCreation: true,
      includeTopicAuthorizedOperations: false,
    },
    frame: `0000003a 0003 000c 00000002 0001 6d 00 03 00000000000000000000000000000000 07 6f7264657273 00
      26ff0625145148e5894366d53675d8cd 00 00 01 00 00`,
  },
  {
    api: Metadata,
    version: 0,
    correlationId: 2,
    clientId: 'm',
    body: { topics: [] },
    frame: `0000000f 0003 0000 00000002 0001 6d 00000000`,
  },
  {
    api: Heartbeat,
    version: 0,
    correlationId: 5,
    clientId: '',
    body: { groupId: 'g', generationId: 1, memberId: 'm' },
    frame: `00000014 000c 0000 00000005 0000 0001 67 00000001 0001 6d`,
  },
]

const responses: readonly { api: Api; version: number; correlationId: number; body: object; frame: string }[] = [
  {
    api: ApiVersions,
    version: 3,
    correlationId: 1,
    body: {
      errorCode: 0,
      apiKeys: [
        { apiKey: 0, minVersion: 0, maxVersion: 13 },
        { apiKey: 18, minVersion: 0, maxVersion: 4 },
      ],
      throttleTimeMs: 12,
      supportedFeatures: [{ name: 'group.version', minVersion: 1, maxVersion: 1 }],
      finalizedFeaturesEpoch: 42,
      finalizedFeatures: [{ name: 'group.version', maxVersionLevel: 1, minVersionLevel: 1 }],
    },
    frame: `00000050 00000001 0000 03 0000 0000 000d 00 0012 0000 0004 00 0000000c
      03 00 14 02 0e 67726f75702e76657273696f6e 0001 0001 00 01 08 000000000000002a
      02 14 02 0e 67726f75702e76657273696f6e 0001 0001 00`,
  },
  {
    api: Produce,
    version: 10,
    correlationId: 77,
    body: {
      responses: [
        {
          name: 'orders',
          partitionResponses: [
            {
              index: 7,
              errorCode: 6,
              baseOffset: -1,
              logStartOffset: 3,
              errorMessage: 'not here',
              currentLeader: { leaderId: 2, leaderEpoch: 5 },
            },
          ],
        },
      ],
      nodeEndpoints: [{ nodeId: 2, host: 'b2', port: 9092, rack: null }],
    },
    frame: `00000058 0000004d 00 02 07 6f7264657273 02 00000007 0006 ffffffffffffffff ffffffffffffffff 0000000000000003
      01 09 6e6f742068657265 01 00 09 00000002 00000005 00 00 00000000
      01 00 0e 02 00000002 03 6232 00002384 00 00`,
  },
  {
    api: Fetch,
    version: 4,
    correlationId: 9,
    body: fetched({ throttleTimeMs: 1 }, { highWatermark: 100, lastStableOffset: 90 }),
    frame: `00000069 00000009 00000001 00000001 0006 6f7264657273 00000002
      00000000 0000 0000000000000064 000000000000005a 00000001 0000000000000005 000000000000003c 00000005 0102030405
      00000001 0001 ffffffffffffffff ffffffffffffffff ffffffff 00000000`,
  },
  {
    api: Fetch,
    version: 12,
    correlationId: 9,
    body: fetched(
      { throttleTimeMs: 1, sessionId: 99 },
      {
        highWatermark: 100,
        lastStableOffset: 90,
        logStartOffset: 10,
        divergingEpoch: { epoch: 3, endOffset: 50 },
        preferredReadReplica: 2,
      },
    ),
    frame: `00000089 00000009 00 00000001 0000 00000063 02 07 6f7264657273 03
      00000000 0000 0000000000000064 000000000000005a 000000000000000a 02 0000000000000005 000000000000003c 00 00000002
      06 0102030405 01 00 0d 00000003 0000000000000032 00
      00000001 0001 ffffffffffffffff ffffffffffffffff ffffffffffffffff 00 ffffffff 01 00 00 00`,
  },
  {
    api: Metadata,
    version: 12,
    correlationId: 2,
    body: {
      brokers: [{ nodeId: 1, host: 'localhost', port: 9092 }],
      clusterId: 'c-1',
      controllerId: 1,
      topics: [
        {
          errorCode: 0,
          name: 'orders',
          topicId: TOPIC_ID,
          partitions: [
            { errorCode: 0, partitionIndex: 0, leaderId: 1, leaderEpoch: 3, replicaNodes: [1], isrNodes: [1] },
          ],
        },
      ],
    },
    frame: `00000062 00000002 00 00000000 02 00000001 0a 6c6f63616c686f7374 00002384 00 00 04 632d31 00000001
      02 0000 07 6f7264657273 26ff0625145148e5894366d53675d8cd 00
      02 0000 00000000 00000001 00000003 02 00000001 02 00000001 01 00 80000000 00 00`,
  },
]

function fetched(top: object, first: object): object {
  const good = {
    partitionIndex: 0,
    errorCode: 0,
    abortedTransactions: [{ producerId: 5, firstOffset: 60 }],
    records: RECORDS,
  }
  const bad = {
    partitionIndex: 1,
    errorCode: 1,
    highWatermark: -1,
    abortedTransactions: null,
    records: Buffer.alloc(0),
  }
  return { ...top, responses: [{ topic: 'orders', partitions: [{ ...good, ...first }, bad] }] }
}

test.each(requests)('a request $api.name v$version has the bytes that Kafka sends', ({ frame, ...request }) => {
  expect(Buffer.concat(encodeRequestFrame(request)).toString('hex')).toBe(frame.replaceAll(/\s/g, ''))
})

test.each(requests)(
  'a request $api.name v$version that Kafka sent is understood',
  ({ frame, api, version, ...request }) => {
    const reader = new Reader(hex(frame.replaceAll(/\s/g, '')), 4)
    const header = decodeRequestHeader(reader)
    expect(header).toEqual({
      apiKey: api.key,
      apiVersion: version,
      correlationId: request.correlationId,
      clientId: request.clientId,
      api,
      known: true,
    })
    expect(api.request.decode(reader, version)).toMatchObject(request.body)
    expect(reader.remaining).toBe(0)
  },
)

test.each(responses)('a response $api.name v$version has the bytes that Kafka sends', ({ frame, ...response }) => {
  expect(Buffer.concat(encodeResponseFrame(response)).toString('hex')).toBe(frame.replaceAll(/\s/g, ''))
})

test.each(responses)(
  'a response $api.name v$version that Kafka sent is understood',
  ({ frame, api, version, ...response }) => {
    const reader = new Reader(hex(frame.replaceAll(/\s/g, '')), 4)
    const header = ResponseHeader.decode(reader, responseHeaderVersion(api, version))
    expect(header).toEqual({ correlationId: response.correlationId })
    expect(api.response.decode(reader, version)).toMatchObject(response.body)
    expect(reader.remaining).toBe(0)
  },
)
