// The bytes that consumers exchange inside JoinGroup and SyncGroup.
import { expect, test } from 'vitest'
import {
  ConsumerProtocolSubscription,
  DecodeError,
  decodeAssignment,
  decodeSubscription,
  EncodeError,
  encodeAssignment,
  encodeSubscription,
} from '../../src/index.ts'
import { hex } from '../support/bytes.ts'

const subscription = {
  topics: ['orders'],
  userData: null,
  ownedPartitions: [{ topic: 'orders', partitions: [0, 2] }],
  generationId: 5,
  rackId: 'r1',
}

test('a subscription comes back as it was', () => {
  expect(decodeSubscription(encodeSubscription(subscription))).toEqual(subscription)
})

test('an older version leaves out what it lacks', () => {
  const v1 = decodeSubscription(encodeSubscription(subscription, 1))
  expect(v1).toEqual({ ...subscription, generationId: -1, rackId: null })
  expect(encodeSubscription({ topics: ['orders'], userData: null }, 0).toString('hex')).toBe(
    '0000' + '00000001' + '00066f7264657273' + 'ffffffff',
  )
})

test('of a newer version the part that is known is read', () => {
  const newer = Buffer.concat([encodeSubscription(subscription), Buffer.from('what comes next')])
  newer.writeInt16BE(9)
  expect(decodeSubscription(newer)).toEqual(subscription)
})

test('assignments come back as they were', () => {
  const assignment = { assignedPartitions: [{ topic: 'orders', partitions: [1] }], userData: Buffer.from('x') }
  expect(decodeAssignment(encodeAssignment(assignment))).toEqual(assignment)
  expect(decodeAssignment(encodeAssignment(assignment, 0))).toEqual(assignment)
})

test('bytes that are no subscription are refused', () => {
  expect(() => decodeSubscription(hex(''))).toThrow(DecodeError)
  expect(() => decodeSubscription(hex('ffff 00000000 ffffffff'))).toThrow(DecodeError)
  expect(() => decodeSubscription(hex('0000 00000001'))).toThrow(/ConsumerProtocolSubscription v0\.topics/)
  expect(() => encodeSubscription(subscription, 9)).toThrow(EncodeError)
  expect(ConsumerProtocolSubscription.versions.max).toBe(3)
})
