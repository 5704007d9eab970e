import { encodeBatch, ZERO_UUID } from '@jackdaw/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { batchesOf, fitsInBatch } from '../../src/group/batches.ts'
import { groupCodec, type KeptRec } from '../../src/group/records.ts'

const MAX_BYTES = 4_000

const text = fc.string({ unit: 'grapheme', maxLength: 100 })
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))

const offset = fc.record({
  type: fc.constant('offsetCommit' as const),
  groupId: text,
  topic: text,
  partition: fc.nat(),
  value: fc.option(
    text.map((metadata) => ({
      offset: 2 ** 52,
      leaderEpoch: 1,
      metadata,
      commitTimestamp: 2 ** 50,
      expireTimestamp: -1,
      topicId: ZERO_UUID,
    })),
  ),
})

const member = fc.record({
  memberId: text,
  groupInstanceId: fc.option(text),
  clientId: text,
  clientHost: text,
  rebalanceTimeout: fc.nat(),
  sessionTimeout: fc.nat(),
  subscription: bytes,
  assignment: bytes,
})

const group = fc.record({
  type: fc.constant('groupMetadata' as const),
  groupId: text,
  value: fc.option(
    fc.record({
      protocolType: text,
      generation: fc.nat(),
      protocol: fc.option(text),
      leader: fc.option(text),
      currentStateTimestamp: fc.constant(2 ** 50),
      members: fc.array(member, { maxLength: 5 }),
    }),
  ),
})

test('records are cut into batches, in order, none of which is larger than the log takes', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(offset, group), { maxLength: 60, size: 'max' }), (records: KeptRec[]) => {
      const fitting = records.filter((record) => fitsInBatch(record, MAX_BYTES))
      const batches = batchesOf(fitting, MAX_BYTES)
      expect(batches.flatMap(({ records }) => records)).toEqual(fitting)
      for (const { records } of batches) {
        const encoded = records.map((record) => ({
          ...groupCodec.encode(record as KeptRec),
          timestamp: 2 ** 50,
          headers: [],
        }))
        expect(encodeBatch({ records: encoded }).length).toBeLessThanOrEqual(MAX_BYTES)
      }
    }),
  )
})

test('what fits together is together', () => {
  const value = {
    offset: 1,
    leaderEpoch: -1,
    metadata: '',
    commitTimestamp: 1,
    expireTimestamp: -1,
    topicId: ZERO_UUID,
  }
  const records = [0, 1, 2].map(
    (partition) => ({ type: 'offsetCommit', groupId: 'g', topic: 't', partition, value }) as const,
  )
  expect(batchesOf(records, 1_048_588)).toEqual([{ records }])
})
