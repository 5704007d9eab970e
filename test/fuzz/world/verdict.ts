// What a broker owes a frame, told from the protocol alone: an answer, the end of the connection, or silence.
import {
  ApiVersions,
  apiByKey,
  decodeRequestHeader,
  Fetch,
  JoinGroup,
  Produce,
  Reader,
  ResponseHeader,
  responseHeaderVersion,
  SyncGroup,
  type Api,
  type FetchRequest,
  type ProduceRequest,
} from '@jackdaw/protocol'
import { orRefused } from '../targets/decoding.ts'
import { law } from '../targets/target.ts'

/** Versions that are served, by API key. */
export type Served = ReadonlyMap<number, { readonly min: number; readonly max: number }>

export type Verdict =
  | { readonly kind: 'CLOSE' }
  /** acks=0: nothing, or the end of the connection where it failed. */
  | { readonly kind: 'SILENCE' }
  | {
      readonly kind: 'ANSWER'
      readonly api: Api
      /** Of the response. */
      readonly version: number
      readonly correlationId: number
      /** How long the answer may wait for others, in milliseconds. */
      readonly mayWaitMs: number
    }

const CLOSE: Verdict = { kind: 'CLOSE' }

export function verdictOn(frame: Buffer, served: Served): Verdict {
  const reader = new Reader(frame)
  const header = orRefused(() => decodeRequestHeader(reader))
  const range = header && served.get(header.apiKey)
  if (header === undefined || range === undefined) return CLOSE
  const { apiVersion: version, correlationId } = header
  const api = apiByKey(header.apiKey)!
  if (api === ApiVersions && version > range.max) {
    return { kind: 'ANSWER', api, version: 0, correlationId, mayWaitMs: 0 }
  }
  if (version < range.min || version > range.max) return CLOSE
  const request = orRefused(() => api.request.decode(reader, version))
  if (request === undefined || reader.remaining > 0) return CLOSE
  if (api === Produce && (request as ProduceRequest).acks === 0) return { kind: 'SILENCE' }
  return { kind: 'ANSWER', api, version, correlationId, mayWaitMs: mayWaitMs(api, request) }
}

/** Members wait for members for as long as their connection lasts. */
const mayWaitMs = (api: Api, request: object): number => {
  if (api === Fetch) return Math.max(0, (request as FetchRequest).maxWaitMs)
  return api === JoinGroup || api === SyncGroup ? Infinity : 0
}

/** The body of a response that was owed. */
export function readAnswer(
  frame: Buffer,
  { api, version, correlationId }: Extract<Verdict, { kind: 'ANSWER' }>,
): object {
  const reader = new Reader(frame)
  const header = ResponseHeader.decode(reader, responseHeaderVersion(api, version))
  const what = `the response of ${api.name} v${version}`
  law(header.correlationId === correlationId, () => `${what} has id ${header.correlationId}, not ${correlationId}`)
  const body = api.response.decode(reader, version)
  law(reader.remaining === 0, () => `${what} has ${reader.remaining} bytes too many`)
  return body
}
