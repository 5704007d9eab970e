// Request frames against the header decoder and the decoder of every API and version.
import { decodeRequestHeader, Reader } from '@jackdaw/protocol'
import { anySpoken, mutatedRequest } from '../generate/frames.ts'
import { decodeLawfully, orRefused } from './decoding.ts'
import type { Target } from './target.ts'

export const requests = (): Target => ({
  next: (random) => mutatedRequest(anySpoken(random), random),
  run(frame) {
    const reader = new Reader(frame)
    const header = orRefused(() => decodeRequestHeader(reader))
    if (header?.api === undefined || !header.known) return false
    return decodeLawfully(header.api.request, reader, header.apiVersion) !== undefined
  },
})
