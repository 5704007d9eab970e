// Frames of requests and responses of any API and version, with the places worth lying at. Without the length in front: that
// is the stream's.
import {
  apis,
  RequestHeader,
  requestHeaderVersion,
  ResponseHeader,
  responseHeaderVersion,
  type Api,
} from '@jackdaw/protocol'
import type { SeededRandom } from '@jackdaw/testing'
import { marked, type Marked } from './marking-writer.ts'
import { mutate } from './mutate.ts'
import { valueOf, type Known } from './values.ts'

export interface Spoken {
  readonly api: Api
  readonly version: number
}

const everything: readonly Spoken[] = apis.flatMap((api) =>
  Array.from({ length: api.versions.max - api.versions.min + 1 }, (_, i) => ({ api, version: api.versions.min + i })),
)

export const anySpoken = (random: SeededRandom): Spoken => random.pick(everything)

export const requestFrame = ({ api, version }: Spoken, random: SeededRandom, known?: Known): Marked =>
  marked((writer) => {
    const header = {
      requestApiKey: api.key,
      requestApiVersion: version,
      correlationId: random.uint32() | 0,
      clientId: random.pick([null, '', 'fuzz', 'ž']),
    }
    RequestHeader.encode(writer, header, requestHeaderVersion(api, version))
    api.request.encode(writer, valueOf(api.request, version, random, known), version)
  })

const responseFrame = ({ api, version }: Spoken, random: SeededRandom): Marked =>
  marked((writer) => {
    ResponseHeader.encode(writer, { correlationId: random.uint32() | 0 }, responseHeaderVersion(api, version))
    api.response.encode(writer, valueOf(api.response, version, random), version)
  })

/** How many of the frames stay as they are: only those show that what is right is taken. */
const UNTOUCHED_CHANCE = 0.05

export function mutatedRequest(spoken: Spoken, random: SeededRandom): Buffer {
  const frame = requestFrame(spoken, random)
  if (random.chance(UNTOUCHED_CHANCE)) return frame.bytes
  return mutate(frame, () => requestFrame(random.chance(0.5) ? spoken : anySpoken(random), random), random)
}

export function mutatedResponse(spoken: Spoken, random: SeededRandom): Buffer {
  const frame = responseFrame(spoken, random)
  if (random.chance(UNTOUCHED_CHANCE)) return frame.bytes
  return mutate(frame, () => responseFrame(random.chance(0.5) ? spoken : anySpoken(random), random), random)
}
