import { crc32c, encodeBatch, setBaseOffset, viewBatch, type BatchView, type RecordInput } from '@jackdaw/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { InvariantViolation } from '../../src/invariant.ts'
import {
  applyBatch,
  applyDurable,
  applyTrim,
  decideAppend,
  emptyPartitionLog,
  type PartitionLogState,
} from '../../src/partition-log/partition-log.ts'
import { encodeSnapshot, restoreSnapshot, UnknownSnapshotFormat } from '../../src/partition-log/snapshot.ts'
import { validateProduced, type AppendRules } from '../../src/partition-log/validate.ts'

const records = (count: number, timestamp = 1000): RecordInput[] =>
  Array.from({ length: count }, (_, i) => ({
    timestamp: timestamp + i,
    key: null,
    value: Buffer.from(`v${i}`),
    headers: [],
  }))

const batch = (count: number, fields: object = {}): BatchView =>
  viewBatch(encodeBatch({ records: records(count), ...fields })) as BatchView

const append = (state: PartitionLogState, sent: BatchView): number => {
  const decision = decideAppend(state, sent)
  if (decision.kind !== 'ACCEPT') throw new Error(`not accepted: ${JSON.stringify(decision)}`)
  setBaseOffset(sent.bytes, 0, decision.at)
  applyBatch(state, sent, 0)
  return decision.at
}

describe('a partition log', () => {
  test('batches follow one another without a gap', () => {
    const state = emptyPartitionLog(5, 0)
    expect([append(state, batch(3)), append(state, batch(1)), append(state, batch(10))]).toEqual([5, 8, 9])
    expect(state.end).toBe(19)
  })

  test('the high watermark never goes back and never passes what was decided', () => {
    const state = emptyPartitionLog(0, 0)
    append(state, batch(3))
    applyDurable(state, 3)
    expect(() => applyDurable(state, 2)).toThrow(InvariantViolation)
    expect(() => applyDurable(state, 4)).toThrow(InvariantViolation)
  })

  test('the log start moves forward only, up to the high watermark', () => {
    const state = emptyPartitionLog(0, 0)
    append(state, batch(10))
    applyDurable(state, 10)
    applyTrim(state, 4)
    applyTrim(state, 2)
    expect(state.start).toBe(4)
    expect(() => applyTrim(state, 11)).toThrow(InvariantViolation)
  })

  test('a duplicate is answered with the offset that it got at first', () => {
    const state = emptyPartitionLog(100, 0)
    const sent = { producerId: 9, producerEpoch: 0, baseSequence: 0 }
    append(state, batch(4, sent))
    expect(decideAppend(state, batch(4, sent))).toMatchObject({ kind: 'DUPLICATE', at: 100 })
    expect(state.end).toBe(104)
  })

  test('a snapshot and the batches after it give the same state as the whole log', () => {
    const step = fc.record({ producerId: fc.integer({ min: 1, max: 3 }), count: fc.integer({ min: 1, max: 5 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, cut) => {
        const whole = emptyPartitionLog(0, 1)
        const sequences = new Map<number, number>()
        let restored: PartitionLogState | undefined
        steps.forEach(({ producerId, count }, index) => {
          if (index === cut) {
            restored = emptyPartitionLog(whole.end, 1)
            restoreSnapshot(restored, encodeSnapshot(whole))
          }
          const baseSequence = sequences.get(producerId) ?? 0
          sequences.set(producerId, baseSequence + count)
          const sent = batch(count, { producerId, producerEpoch: 0, baseSequence })
          append(whole, sent)
          if (restored !== undefined) applyBatch(restored, sent, 0)
        })
        if (restored === undefined) return
        expect(restored.producers).toEqual(whole.producers)
        expect(restored.epochs).toEqual(whole.epochs)
        expect(restored.end).toBe(whole.end)
      }),
    )
  })

  test('a snapshot of an unknown format is refused by name', () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ format: 99 }))
    expect(() => restoreSnapshot(emptyPartitionLog(0, 0), bytes)).toThrow(UnknownSnapshotFormat)
  })
})

describe('what clients may append', () => {
  const rules: AppendRules = {
    maxMessageBytes: 1000,
    timestampType: 'CreateTime',
    timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
    timestampAfterMaxMs: 5000,
    keysRequired: false,
    compression: 'producer',
  }
  const refusal = (bytes: Buffer, changed: Partial<AppendRules> = {}) => {
    const validated = validateProduced(bytes, { ...rules, ...changed }, 1000)
    return 'error' in validated ? validated.error : undefined
  }
  const bytes = (fields: object = {}): Buffer => encodeBatch({ records: records(2), ...fields })

  test('one whole batch', () => expect(refusal(bytes())).toBeUndefined())
  test('two batches are refused', () => expect(refusal(Buffer.concat([bytes(), bytes()]))).toBe('INVALID_RECORD'))
  test('half a batch is refused', () => expect(refusal(bytes().subarray(0, 50))).toBe('CORRUPT_MESSAGE'))
  test('a flipped bit is refused', () => {
    const flipped = bytes()
    flipped[70] = (flipped[70] as number) ^ 1
    expect(refusal(flipped)).toBe('CORRUPT_MESSAGE')
  })
  test('an old format is refused', () => {
    const old = bytes()
    old[16] = 1
    expect(refusal(old)).toBe('UNSUPPORTED_FOR_MESSAGE_FORMAT')
  })
  test('a batch above max.message.bytes is refused', () => {
    expect(refusal(bytes(), { maxMessageBytes: 60 })).toBe('MESSAGE_TOO_LARGE')
  })
  test('a control batch is refused', () => expect(refusal(bytes({ isControl: true }))).toBe('INVALID_RECORD'))
  test('a producer id without a sequence is refused', () => {
    expect(refusal(bytes({ producerId: 4, producerEpoch: 0, baseSequence: -1 }))).toBe('INVALID_RECORD')
  })
  test('a timestamp too far ahead is refused, unless the broker stamps', () => {
    const ahead = encodeBatch({ records: records(1, 7000) })
    expect(refusal(ahead)).toBe('INVALID_TIMESTAMP')
    expect(refusal(ahead, { timestampType: 'LogAppendTime' })).toBeUndefined()
  })
  test.each(['none', 'gzip', 'zstd'] as const)(
    'records without a key are named where keys are required (%s)',
    (compression) => {
      const keyed = (key: Buffer | null): RecordInput => ({ timestamp: 1000, key, value: null, headers: [] })
      const keys = [Buffer.from('k'), null, Buffer.alloc(0), null]
      const sent = encodeBatch({ records: keys.map(keyed), compression })
      expect(refusal(sent)).toBeUndefined()
      const validated = validateProduced(sent, { ...rules, keysRequired: true }, 1000)
      expect(validated).toMatchObject({ error: 'INVALID_RECORD', recordErrors: [{ batchIndex: 1 }, { batchIndex: 3 }] })
      const good = encodeBatch({ records: [keyed(Buffer.from('k'))], compression })
      expect(refusal(good, { keysRequired: true })).toBeUndefined()
    },
  )
  test("a topic's own codec packs the batch again and leaves the rest as it was", () => {
    const sent = { producerId: 4, producerEpoch: 1, baseSequence: 7 }
    const validated = validateProduced(bytes(sent), { ...rules, compression: 'zstd' }, 1000)
    expect(validated).toMatchObject({ compression: 'zstd', recordCount: 2, maxTimestamp: 1001, ...sent })
  })
  test("records whose offsets do not rise are refused where a topic's own codec needs them packed again", () => {
    const twice = bytes()
    const second = 62 + (twice[61] as number) / 2
    twice[second + 3] = 0 // after length, attributes and timestamp: the offset of the first record again
    twice.writeUInt32BE(crc32c(twice.subarray(21)), 17)
    expect(refusal(twice, { compression: 'zstd' })).toBe('INVALID_RECORD')
  })
})
