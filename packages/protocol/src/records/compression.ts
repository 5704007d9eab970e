// The codecs of record batches by Kafka's ids and names. Each decompressor holds its output under a cap while it works, not
// afterwards: a batch of a kilobyte can claim to hold a gigabyte. Synchronous, because a batch is small and the callers that
// mind run it in a worker.

import { gzip } from './codecs/gzip.ts'
import { lz4 } from './codecs/lz4.ts'
import { snappy } from './codecs/snappy.ts'
import { zstd } from './codecs/zstd.ts'
import { tooLarge } from './record-batch-error.ts'

/** Kafka's names in the order of their ids, the three lowest bits of a batch's attributes. */
export const COMPRESSION_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

export type Compression = (typeof COMPRESSION_NAMES)[number]

export interface CompressionCodec {
  /** The id in a batch's attributes. */
  readonly id: number
  readonly name: Compression
  /** `level` as in `compression.gzip.level` and `compression.zstd.level`; without meaning for the other codecs. */
  compress(bytes: Uint8Array, level?: number): Buffer
  /**
   * The original bytes, never more than `maxOutputBytes`. May return a slice of the input.
   * Throws {@link RecordBatchError} (`CORRUPT`, `TOO_LARGE`, `CODEC_UNAVAILABLE`) and nothing else.
   */
  decompress(bytes: Uint8Array, maxOutputBytes: number): Buffer
}

const none: CompressionCodec = {
  id: 0,
  name: 'none',
  compress: asBuffer,
  decompress(bytes, maxOutputBytes) {
    if (bytes.length > maxOutputBytes) throw tooLarge('none', maxOutputBytes)
    return asBuffer(bytes)
  },
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Which codec stands for which name. */
export interface CompressionRegistry {
  codec(name: Compression): CompressionCodec
  /** Puts `codec` in the place of the one that has its name. */
  register(codec: CompressionCodec): void
}

/** A registry of its own, filled with the codecs of this package. */
export function createCompressionRegistry(): CompressionRegistry {
  const codecs: Record<Compression, CompressionCodec> = { none, gzip, snappy, lz4, zstd }
  return {
    codec: (name) => codecs[name],
    register(codec) {
      if (COMPRESSION_NAMES[codec.id] !== codec.name) {
        throw new RangeError(`codec '${codec.name}' has id ${codec.id}, which is not Kafka's id of that name`)
      }
      codecs[codec.name] = codec
    },
  }
}

const builtIn = createCompressionRegistry()

/** This package's codecs, whatever a registry of somebody else says. */
export const builtInCompression: Pick<CompressionRegistry, 'codec'> = { codec: (name) => builtIn.codec(name) }
