// gzip by node:zlib, which takes several members one after the other and enforces the cap itself.

import { gunzipSync, gzipSync } from 'node:zlib'

import type { CompressionCodec } from '../compression.ts'
import { zlibError } from './zlib-error.ts'

export const gzip: CompressionCodec = {
  id: 1,
  name: 'gzip',
  compress: (bytes, level) => gzipSync(bytes, { level }),
  decompress(bytes, maxOutputBytes) {
    try {
      return gunzipSync(bytes, { maxOutputLength: Math.max(1, maxOutputBytes) })
    } catch (error) {
      throw zlibError('gzip', maxOutputBytes, error)
    }
  },
}
