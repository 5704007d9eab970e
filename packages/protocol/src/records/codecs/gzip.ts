// gzip by node:zlib, which takes several members one after the other and enforces the cap itself.

import { gunzipSync, gzipSync } from 'node:zlib'

import type { CompressionCodec } from '../compression.ts'
import { tooLarge } from '../record-batch-error.ts'
import { zlibCap, zlibError } from './zlib-limits.ts'

export const gzip: CompressionCodec = {
  id: 1,
  name: 'gzip',
  compress: (bytes, level) => gzipSync(bytes, { level }),
  decompress(bytes, maxOutputBytes) {
    try {
      const output = gunzipSync(bytes, { maxOutputLength: zlibCap(maxOutputBytes) })
      if (output.length > maxOutputBytes) throw tooLarge('gzip', maxOutputBytes)
      return output
    } catch (error) {
      throw zlibError('gzip', maxOutputBytes, error)
    }
  },
}
