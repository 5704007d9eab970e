// Builders shared by the tests of record batches.

import fc from 'fast-check'
import { expect } from 'vitest'

import { BatchView, viewBatch } from '../../src/records/batch-header.ts'
import { RecordBatchError, type RecordBatchErrorCode } from '../../src/records/record-batch-error.ts'

/** The view of a batch that has to be sound. */
export function view(bytes: Buffer, at = 0): BatchView {
  const viewed = viewBatch(bytes, at)
  if (!(viewed instanceof BatchView)) throw new Error(`the batch is refused: ${viewed}`)
  return viewed
}

/** `bytes` with some of them changed. */
export function patched(bytes: Buffer, patch: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  patch(copy)
  return copy
}

export function expectError(code: RecordBatchErrorCode, run: () => unknown): void {
  expect(run).toThrow(expect.objectContaining({ name: 'RecordBatchError', code }) as Error)
}

/** Runs what may fail in the one way that it is allowed to. */
export function orRecordBatchError<T>(run: () => T): T | RecordBatchError {
  try {
    return run()
  } catch (error) {
    if (error instanceof RecordBatchError) return error
    throw error
  }
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
const nullableBytes = fc.option(bytes(40), { nil: null })

export const arbitraryRecords = fc.array(
  fc.record({
    timestamp: fc.oneof(
      fc.integer({ min: 1_600_000_000_000, max: 1_800_000_000_000 }),
      fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
    ),
    key: nullableBytes,
    value: nullableBytes,
    headers: fc.array(fc.record({ key: fc.string({ unit: 'binary', maxLength: 8 }), value: nullableBytes }), {
      maxLength: 3,
    }),
  }),
  { minLength: 1, maxLength: 30 },
)

/** Bytes that codecs can do something with: runs, repetitions and noise. */
export const arbitraryContent = fc
  .array(
    fc.oneof(
      bytes(200),
      fc
        .tuple(bytes(20), fc.integer({ min: 1, max: 8000 }))
        .map(([unit, times]) => Buffer.concat(Array(times).fill(unit))),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts))
