// Record batches against everything that looks into them: views, records, framing, codecs. Headers are refused by a value,
// what lies inside by RecordBatchError, and nothing unpacks beyond its cap.
import { getHeapStatistics } from 'node:v8'
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
/** Room for what a codec needs for itself, and for what else is done meanwhile. */
const ALLOCATED_BYTES_MAX = 4 * MAX_DECOMPRESSED_BYTES
const LENGTH_AT = 8
const LENGTH_COUNTS_FROM = 12

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
    law(typeof strict === 'string' || viewed === input.length, () => `${viewed} bytes of ${input.length} are batches`)
    for (const { bytes } of lenient) {
      const claimed = LENGTH_COUNTS_FROM + bytes.readInt32BE(LENGTH_AT)
      law(bytes.length === claimed, () => `a batch that claims ${claimed} bytes has ${bytes.length}`)
    }
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
  const before = getHeapStatistics().external_memory
  const plain = orRefused(() => builtInCompression.codec(name).decompress(payload, SMALL_CAP_BYTES))
  const allocated = getHeapStatistics().external_memory - before
  law(allocated <= ALLOCATED_BYTES_MAX, () => `${name} allocated ${allocated} bytes before it looked at the cap`)
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
  const deleteHorizonMs = view.hasDeleteHorizon ? view.baseTimestamp : undefined
  const again = viewBatch(encodeBatch({ records, baseOffset, lastOffset, deleteHorizonMs, compression: 'none' }))
  law(typeof again !== 'string', () => `records that were read make a batch that is refused: ${JSON.stringify(again)}`)
  const second = decodeRecords(again, { maxDecompressedBytes: MAX_DECOMPRESSED_BYTES })
  law(
    second.length === records.length && second.every((record, i) => sameRecord(record, records[i]!)),
    () => 'the records mean something else after a trip',
  )
  if (!saysAllInOneWay(view, records, again)) return
  law(again.payload.equals(view.payload), () => 'the records are said in another way after a trip')
}

/** A varint that is longer than it need be, attributes and bytes that are no UTF-8 are lost on the trip. */
const saysAllInOneWay = (view: BatchView, records: readonly BatchRecord[], again: BatchView): boolean =>
  view.compression === 'none' &&
  view.timestampType === 'CreateTime' &&
  view.baseTimestamp === again.baseTimestamp &&
  view.payload.length === again.payload.length &&
  records.every(({ attributes, headers }) => attributes === 0 && !headers.some(({ key }) => key.includes('\ufffd')))

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean => a === b || (a !== null && b !== null && a.equals(b))

const sameRecord = (a: BatchRecord, b: BatchRecord): boolean =>
  a.offset === b.offset &&
  a.timestamp === b.timestamp &&
  sameBytes(a.key, b.key) &&
  sameBytes(a.value, b.value) &&
  a.headers.length === b.headers.length &&
  a.headers.every(({ key, value }, i) => key === b.headers[i]!.key && sameBytes(value, b.headers[i]!.value))
