// Offsets by time where the records cannot be looked at.

import { COMPRESSION_NAMES, crc32c, CreateTopics, errorCode, ListOffsets, Produce } from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { batchOf, startTestBroker } from '../support.ts'

const ATTRIBUTES_AT = 21
const CRC_AT = 17

/** A batch whose header and CRC are right, and whose records are not in the codec that it names. */
const notReallyZstd = (): Buffer => {
  const batch = batchOf(['x'])
  batch.writeInt16BE(COMPRESSION_NAMES.indexOf('zstd'), ATTRIBUTES_AT)
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT)
  return batch
}

test('a batch that does not unpack fails the partition that it lies in, and no other', async () => {
  const { connect } = await startTestBroker()
  const client = await connect()
  const topic = { name: 'torn', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
  await client.send(CreateTopics, 7, { topics: [topic], timeoutMs: 5000, validateOnly: false })
  const partitionData = [
    { index: 0, records: notReallyZstd() },
    { index: 1, records: batchOf(['y']) },
  ]
  const request = { acks: -1, timeoutMs: 5000, topicData: [{ name: 'torn', partitionData }] }
  const { responses } = await client.send(Produce, 8, request)
  expect(responses[0]?.partitionResponses).toMatchObject([{ errorCode: 0 }, { errorCode: 0 }])
  const { topics } = await client.send(ListOffsets, 7, {
    replicaId: -1,
    topics: [{ name: 'torn', partitions: [0, 1].map((partitionIndex) => ({ partitionIndex, timestamp: 0 })) }],
  })
  expect(topics[0]?.partitions).toMatchObject([
    { errorCode: errorCode('CORRUPT_MESSAGE'), offset: -1 },
    { errorCode: 0, offset: 0 },
  ])
})
