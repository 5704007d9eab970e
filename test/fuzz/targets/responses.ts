// Response frames against the response decoders: what a hostile broker could send to our client. Nothing in a response says
// what it answers, so an input opens with the API key and the version, as int16s.
import { apiByKey, Reader, ResponseHeader, responseHeaderVersion } from '@jackdaw/protocol'
import { anySpoken, mutatedResponse } from '../generate/frames.ts'
import { decodeLawfully } from './decoding.ts'
import { law, type Target } from './target.ts'

const PREFIX_BYTES = 4

export const responses = (): Target => ({
  next(random) {
    const spoken = anySpoken(random)
    const prefix = Buffer.alloc(PREFIX_BYTES)
    prefix.writeInt16BE(spoken.api.key, 0)
    prefix.writeInt16BE(spoken.version, 2)
    return Buffer.concat([prefix, mutatedResponse(spoken, random)])
  },
  run(input) {
    const api = apiByKey(input.readInt16BE(0))
    const version = input.readInt16BE(2)
    law(api !== undefined, () => 'the input names no API')
    const reader = new Reader(input, PREFIX_BYTES)
    if (decodeLawfully(ResponseHeader, reader, responseHeaderVersion(api, version)) === undefined) return false
    return decodeLawfully(api.response, reader, version) !== undefined
  },
})
