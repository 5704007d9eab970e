// Record batches of simulated producers. A record's value is a number that is unique in the run, and padding.
import { batchCrcMatches, decodeRecords, encodeBatch, viewBatches } from '@jackdaw/protocol'
import type { ReadRecord, SentBatch } from '../history.ts'

const DECODED_BYTES_MAX = 1024 * 1024
/** Sizes from a byte to some kilobytes, so that frames are cut everywhere and batches lie beside each other in entries. */
const paddingOf = (value: number): number => ((value * 7919) % 97 === 0 ? 5000 : (value * 31) % 50)

/** The bytes of a batch. The same batch gives the same bytes: what is sent again is the same. */
export const encodeValues = (
  batch: SentBatch,
  producer?: { readonly id: number; readonly epoch: number },
  isTransactional = false,
): Buffer =>
  encodeBatch({
    records: batch.values.map((value) => ({
      timestamp: 1_767_225_600_000 + value,
      value: Buffer.from(`${value} ${'.'.repeat(paddingOf(value))}`),
    })),
    isTransactional,
    compression: batch.batch % 5 === 0 ? 'gzip' : 'none',
    ...(producer && batch.sequence !== undefined
      ? { producerId: producer.id, producerEpoch: producer.epoch, baseSequence: batch.sequence }
      : {}),
  })

/** Offsets and values from `from` on. Throws where the bytes are no sound batches: a broker must never hand out such. */
export const decodeValues = (bytes: Buffer | null, from = 0): ReadRecord[] => {
  if (bytes === null || bytes.length === 0) return []
  const batches = viewBatches(bytes)
  if (typeof batches === 'string')
    throw new Error(`the broker handed out ${bytes.length} bytes that are no batches: ${batches}`)
  return batches.flatMap((batch) => {
    if (!batchCrcMatches(batch))
      throw new Error(`the broker handed out a batch at ${batch.baseOffset} with a wrong checksum`)
    return decodeRecords(batch, { maxDecompressedBytes: DECODED_BYTES_MAX })
      .filter(({ offset }) => offset >= from)
      .map(({ offset, value }): ReadRecord => [offset, Number.parseInt(value!.toString(), 10)])
  })
}
