// Record batches as they come back from the storage: entries may be coarser than batches, and their bytes are checked.

import { CorruptLog, type Entry, type LogId, type LogStore } from '@jackdaw/ports'
import { batchCrcMatches, viewBatches, type BatchView } from '@jackdaw/protocol'

const READ_BYTES = 1024 * 1024

/** The batches of an entry, each with its CRC checked. Throws {@link CorruptLog}. */
export const batchesOf = (log: LogId, entry: Entry): readonly BatchView[] => {
  const bytes = entry.bytes.length === 1 ? asBuffer(entry.bytes[0] as Uint8Array) : Buffer.concat(entry.bytes)
  const batches = viewBatches(bytes)
  if (typeof batches === 'string')
    throw new CorruptLog(log, `the entry at offset ${entry.at} is no record batch: ${batches}`)
  for (const batch of batches) {
    if (!batchCrcMatches(batch))
      throw new CorruptLog(log, `the CRC of the batch at offset ${batch.baseOffset} does not match`)
  }
  return batches
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Every batch from the one that holds `from` up to `to`, read in pieces of about 1 MB. */
export async function* batchesFrom(store: LogStore, log: LogId, from: number, to: number): AsyncGenerator<BatchView> {
  let at = from
  while (at < to) {
    const [entries = []] = await store.read([{ log, from: at, maxBytes: READ_BYTES }])
    if (entries.length === 0) return
    for (const entry of entries) {
      if (entry.at >= to) return
      yield* batchesOf(log, entry)
      at = entry.next
    }
  }
}
