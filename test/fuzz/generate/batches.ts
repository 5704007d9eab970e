// Record batches as no producer should send them: real ones of every codec, then damaged where it hurts (header fields, the
// records before they are compressed, what the codec made of them), with a CRC that fits or does not.
import {
  builtInCompression,
  COMPRESSION_NAMES,
  crc32c,
  encodeBatch,
  encodeControlBatch,
  type BatchInput,
  type Compression,
  type CompressionCodec,
} from '@jackdaw/protocol'
import type { SeededRandom } from '@jackdaw/testing'
import { damage, EXTREMES_32 } from './mutate.ts'

/** Where the fields of a batch header lie (record batch v2), by the bytes that they take. */
const FIELDS: readonly { readonly at: number; readonly bytes: 1 | 2 | 4 | 8 }[] = [
  { at: 0, bytes: 8 }, // base offset
  { at: 8, bytes: 4 }, // batch length
  { at: 12, bytes: 4 }, // partition leader epoch
  { at: 16, bytes: 1 }, // magic
  { at: 17, bytes: 4 }, // CRC
  { at: 21, bytes: 2 }, // attributes
  { at: 23, bytes: 4 }, // last offset delta
  { at: 27, bytes: 8 }, // base timestamp
  { at: 35, bytes: 8 }, // max timestamp
  { at: 43, bytes: 8 }, // producer id
  { at: 51, bytes: 2 }, // producer epoch
  { at: 53, bytes: 4 }, // base sequence
  { at: 57, bytes: 4 }, // record count
]
const HEADER_BYTES = 61
const LENGTH_AT = 8
const LENGTH_COUNTS_FROM = 12
const CRC_AT = 17
const CRC_COVERS_FROM = 21

const WALL_MS = 1_767_225_600_000
const BOMB_BYTES = 32 * 1024 * 1024
/** Its best is one to twenty: more would be a bomb of megabytes. */
const SNAPPY_BOMB_BYTES = 4 * 1024 * 1024

/** What a records field may hold: mostly one batch, mostly nearly right. */
export function batches(random: SeededRandom): Buffer {
  const count = random.chance(0.92) ? 1 : random.int(0, 3)
  const parts = Array.from({ length: count }, () => batch(random))
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  return random.chance(0.05) ? damage(bytes, random) : bytes
}

function batch(random: SeededRandom): Buffer {
  const how = random.next()
  if (how < 0.35) return wellFormed(random)
  if (how < 0.36) return bomb(random)
  if (how < 0.38) return marker(random)
  let bytes = how < 0.65 ? withRecordsDamaged(random) : wellFormed(random)
  if (how >= 0.65)
    bytes = random.chance(0.6) ? withHeaderFieldChanged(bytes, random) : withPayloadDamaged(bytes, random)
  if (random.chance(0.8)) fixLength(bytes)
  if (random.chance(0.85)) fixCrc(bytes)
  return bytes
}

function wellFormed(random: SeededRandom, codecs?: BatchInput['codecs']): Buffer {
  const idempotent = random.chance(0.3)
  return encodeBatch({
    records: recordsOf(random),
    compression: random.pick(COMPRESSION_NAMES),
    producerId: idempotent ? random.int(0, 3) : -1,
    producerEpoch: idempotent ? random.int(0, 2) : -1,
    baseSequence: idempotent ? random.pick([0, 0, 1, 2, 5, 0x7fffffff]) : -1,
    isTransactional: random.chance(0.03),
    isControl: random.chance(0.03),
    timestampType: random.chance(0.1) ? 'LogAppendTime' : 'CreateTime',
    deleteHorizonMs: random.chance(0.05) ? WALL_MS : undefined,
    codecs,
  })
}

/** The end of a transaction, as coordinators write it; its records damaged as often as not. */
function marker(random: SeededRandom): Buffer {
  const type = random.pick(['commit', 'abort'] as const)
  const control = { type, producerId: 1, producerEpoch: 0, coordinatorEpoch: random.int(0, 5), timestamp: WALL_MS }
  const bytes = encodeControlBatch(control)
  if (random.chance(0.3)) return bytes
  const records = [{ timestamp: WALL_MS, key: damage(MARKER_KEY, random), value: damage(MARKER_VALUE, random) }]
  return encodeBatch({ records, isControl: true, isTransactional: true, producerId: 1, producerEpoch: 0 })
}

const MARKER_KEY = Buffer.from([0, 0, 0, 1])
const MARKER_VALUE = Buffer.alloc(6)

function recordsOf(random: SeededRandom) {
  const count = random.chance(0.002) ? random.int(100, 2000) : random.pick([1, 1, 1, 2, 3, 8, 0])
  return Array.from({ length: count }, () => ({
    timestamp: WALL_MS + random.int(-1000, 1000),
    key: random.chance(0.4) ? null : random.bytes(random.int(0, 12)),
    value: random.chance(0.1) ? null : random.bytes(random.int(0, 40)),
    headers: random.chance(0.2) ? [{ key: random.pick(['h', '', 'ž']), value: random.bytes(3) }] : [],
  }))
}

/** The codec sees records that were damaged, so that what it makes of them unpacks well. */
function withRecordsDamaged(random: SeededRandom): Buffer {
  const codec = (name: Compression): CompressionCodec => {
    const real = builtInCompression.codec(name)
    return { ...real, compress: (bytes) => real.compress(damage(Buffer.from(bytes), random)) }
  }
  const bytes = wellFormed(random, { codec })
  const isPlain = (bytes.readInt16BE(CRC_COVERS_FROM) & 7) === 0
  return isPlain ? withPayloadDamaged(bytes, random) : bytes
}

function withPayloadDamaged(bytes: Buffer, random: SeededRandom): Buffer {
  const payload = damage(bytes.subarray(HEADER_BYTES), random)
  return Buffer.concat([bytes.subarray(0, HEADER_BYTES), payload])
}

function withHeaderFieldChanged(bytes: Buffer, random: SeededRandom): Buffer {
  const { at, bytes: width } = random.pick(FIELDS)
  const current = width === 4 ? bytes.readInt32BE(at) : 0
  const value = random.chance(0.5) ? random.pick(EXTREMES_32) : random.chance(0.5) ? current + 1 : current - 1
  if (width === 8) bytes.writeInt32BE(random.pick([0, -1, 0x1fffff, 0x200000, 0x7fffffff]), at)
  if (width >= 4) bytes.writeInt32BE(value | 0, at + width - 4)
  else if (width === 2) bytes.writeInt16BE((random.uint32() << 16) >> 16, at)
  else bytes[at] = random.pick([0, 1, 3, 255])
  return bytes
}

const bombs = new Map<Compression, Buffer>()

/** A batch that says how little it is, of records that unpack to megabytes of nothing. */
function bomb(random: SeededRandom): Buffer {
  const compression = random.pick(COMPRESSION_NAMES.slice(1))
  let bytes = bombs.get(compression)
  if (bytes === undefined) {
    const records = [
      {
        timestamp: WALL_MS,
        key: null,
        value: Buffer.alloc(compression === 'snappy' ? SNAPPY_BOMB_BYTES : BOMB_BYTES),
        headers: [],
      },
    ]
    bombs.set(compression, (bytes = encodeBatch({ records, compression })))
  }
  return Buffer.from(bytes)
}

function fixLength(bytes: Buffer): void {
  if (bytes.length >= HEADER_BYTES) bytes.writeInt32BE(bytes.length - LENGTH_COUNTS_FROM, LENGTH_AT)
}

function fixCrc(bytes: Buffer): void {
  if (bytes.length >= HEADER_BYTES) bytes.writeUInt32BE(crc32c(bytes.subarray(CRC_COVERS_FROM)), CRC_AT)
}
