// Loads a library that comes as a prebuilt binary per platform. By `require`, because a static import of a library whose
// binary is missing would make this whole package unusable there.

import { createRequire } from 'node:module'

import { RecordBatchError } from './record-batch-error.ts'

const require = createRequire(import.meta.url)

/** The library, or `undefined` where it has no build for this platform. */
export function tryNative<T>(name: string): T | undefined {
  try {
    return require(name) as T
  } catch {
    return undefined
  }
}

/** Loads the library at the first call. Throws {@link RecordBatchError} `CODEC_UNAVAILABLE`. */
export function lazyNative<T>(name: string): () => T {
  let loaded: T | undefined
  return () => {
    if (loaded !== undefined) return loaded
    try {
      loaded = require(name) as T
    } catch (cause) {
      throw new RecordBatchError(
        'CODEC_UNAVAILABLE',
        `the library '${name}' does not load on ${process.platform}-${process.arch}: ` +
          `install its platform package (it is an optional dependency) or register another codec in its place`,
        { cause },
      )
    }
    return loaded
  }
}
