// Record batches against everything that looks into them: views, records, framing, codecs. Headers are refused by a value,
// what lies inside by RecordBatchError, and nothing unpacks beyond its cap.
import {
  batchCrcMatches,
  batchFraming,
  builtInCompression,
  COMPRESSION_NAMES,
  decodeControlRecord,
  decodeRecords,
  encodeBatch,
  forEachRecord,
  RecordBatchError,
  viewBatch,
  viewBatches,
  type BatchRecord,
  type BatchView,
} from '@jackdaw/protocol'
import { batches as makeBatches } from '../generate/batches.ts'
import { law, type Target } from './target.ts'

const MAX_DECOMPRESSED_BYTES = 1024 * 1024
const SMALL_CAP_BYTES = 1000

function orRefused<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof RecordBatchError) return undefined
    throw error
  }
}

export const batches = (): Target => ({
  next: (random) => makeBatches(random),
  run(input) {
    holdFraming(input)
    holdCodecs(input)
    const strict = viewBatches(input)
    const lenient = viewBatches(input, { tolerateTruncated: true })
    law(typeof strict === 'string' || typeof lenient !== 'string', () => 'tolerance refuses what strictness takes')
    if (typeof lenient === 'string') return false
    const viewed = lenient.reduce((sum, view) => sum + view.sizeInBytes, 0)
    law(viewed <= input.length, () => `${viewed} bytes of batches lie in ${input.length}`)
    return lenient.map(holdRecords).includes(true)
  },
})

/** Recovery walks a file with this: each step has to go forward. */
function holdFraming(input: Buffer): void {
  for (const verify of [true, false]) {
    const frame = batchFraming.frame(input, verify)
    if (typeof frame === 'string') continue
    law(frame.size > 0 && frame.next > frame.at, () => 'a frame does not go forward')
    law(!verify || frame.size <= input.length, () => 'a verified frame is larger than its bytes')
  }
}

/** Each codec on bytes that need not be its own. */
function holdCodecs(input: Buffer): void {
  const payload = input.subarray(61)
  const name = COMPRESSION_NAMES[(input[22] ?? 0) & 7] ?? COMPRESSION_NAMES[input.length % COMPRESSION_NAMES.length]!
  const plain = orRefused(() => builtInCompression.codec(name).decompress(payload, SMALL_CAP_BYTES))
  law(
    plain === undefined || plain.length <= SMALL_CAP_BYTES,
    () => `${name} unpacked ${plain?.length} bytes, beyond the cap`,
  )
}

/** Whether the records could be read. */
function holdRecords(view: BatchView): boolean {
  batchCrcMatches(view)
  const records = orRefused(() => decodeRecords(view, { maxDecompressedBytes: MAX_DECOMPRESSED_BYTES }))
  if (records === undefined) return false
  law(records.length === view.recordCount, () => `${records.length} records of ${view.recordCount}`)
  let visited = 0
  forEachRecord(view, { maxDecompressedBytes: MAX_DECOMPRESSED_BYTES }, () => visited++)
  law(visited === records.length, () => `${visited} records were visited of ${records.length}`)
  const bytes = records.reduce((sum, record) => sum + bytesOf(record), 0)
  const room = view.compression === 'none' ? view.payload.length : MAX_DECOMPRESSED_BYTES
  law(bytes <= room, () => `the records hold ${bytes} bytes of ${room}`)
  for (const record of records) {
    law(record.offset >= view.baseOffset && record.offset <= view.lastOffset, () => 'an offset lies outside its batch')
    if (view.isControl) orRefused(() => decodeControlRecord(record))
  }
  holdAfterTrip(view, records)
  return true
}

const bytesOf = ({ key, value, headers }: BatchRecord): number =>
  (key?.length ?? 0) + (value?.length ?? 0) + headers.reduce((sum, header) => sum + 1 + (header.value?.length ?? 0), 0)

const rises = (records: readonly BatchRecord[]): boolean =>
  records.every(({ offset }, i) => i === 0 || offset > records[i - 1]!.offset)

const spansTooMuch = (records: readonly BatchRecord[]): boolean =>
  records.some(({ timestamp }) => !Number.isSafeInteger(timestamp - records[0]!.timestamp))

/** Only what an encoder could have been given: its input has offsets that rise. */
function holdAfterTrip(view: BatchView, records: readonly BatchRecord[]): void {
  if (!rises(records) || spansTooMuch(records)) return
  const { baseOffset, lastOffset } = view
  const again = viewBatch(encodeBatch({ records, baseOffset, lastOffset, compression: 'none' }))
  law(typeof again !== 'string', () => `records that were read make a batch that is refused: ${JSON.stringify(again)}`)
  const second = decodeRecords(again, { maxDecompressedBytes: MAX_DECOMPRESSED_BYTES })
  law(
    second.length === records.length && second.every((record, i) => sameRecord(record, records[i]!)),
    () => 'the records mean something else after a trip',
  )
}

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean => a === b || (a !== null && b !== null && a.equals(b))

const sameRecord = (a: BatchRecord, b: BatchRecord): boolean =>
  a.offset === b.offset &&
  a.timestamp === b.timestamp &&
  sameBytes(a.key, b.key) &&
  sameBytes(a.value, b.value) &&
  a.headers.length === b.headers.length &&
  a.headers.every(({ key, value }, i) => key === b.headers[i]!.key && sameBytes(value, b.headers[i]!.value))
