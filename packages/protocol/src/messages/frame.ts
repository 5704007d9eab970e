// Whole frames: length, header, body. Frames leave as lists of buffers, so that record batches are sent from where they lie.
import type { Api } from '../schema/message.ts'
import type { Reader } from '../schema/reader.ts'
import { holds } from '../schema/versions.ts'
import { Writer } from '../schema/writer.ts'
import { RequestHeader, ResponseHeader, requestHeaderVersion, responseHeaderVersion } from './header.ts'
import { apiByKey } from './index.ts'

export interface RequestFrame<ReqInit> {
  readonly api: Api<object, object, ReqInit>
  readonly version: number
  readonly correlationId: number
  readonly clientId: string | null
  readonly body: NoInfer<ReqInit>
}

/** Throws EncodeError where the version cannot say what the body means. */
export function encodeRequestFrame<ReqInit extends object>(frame: RequestFrame<ReqInit>): Buffer[] {
  const { api, version, correlationId, clientId } = frame
  return encodeFrame((writer) => {
    const header = { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId }
    RequestHeader.encode(writer, header, requestHeaderVersion(api, version))
    api.request.encode(writer, frame.body, version)
  })
}

export interface ResponseFrame<ResInit> {
  readonly api: Api<object, object, object, ResInit>
  readonly version: number
  readonly correlationId: number
  readonly body: NoInfer<ResInit>
}

/** Throws EncodeError where the version cannot say what the body means. */
export function encodeResponseFrame<ResInit extends object>(frame: ResponseFrame<ResInit>): Buffer[] {
  const { api, version, correlationId } = frame
  return encodeFrame((writer) => {
    ResponseHeader.encode(writer, { correlationId }, responseHeaderVersion(api, version))
    api.response.encode(writer, frame.body, version)
  })
}

function encodeFrame(write: (writer: Writer) => void): Buffer[] {
  const writer = new Writer()
  writer.int32(0)
  write(writer)
  const chunks = writer.finish()
  chunks[0]!.writeInt32BE(writer.length - 4)
  return chunks
}

export interface DecodedRequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  /** Null also where the key is unknown: what follows the correlation id cannot be told then. */
  readonly clientId: string | null
  /** Undefined for a key that is not in the table. */
  readonly api: Api | undefined
  /** Whether the body can be read: the version of a known API may still be one we lack. */
  readonly known: boolean
}

/** Reads the header of any request and leaves the reader at its body. Throws DecodeError where the bytes are no header. */
export function decodeRequestHeader(reader: Reader): DecodedRequestHeader {
  const start = reader.position
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const api = apiByKey(apiKey)
  if (api === undefined) {
    return { apiKey, apiVersion, correlationId: reader.int32(), clientId: null, api, known: false }
  }
  reader.position = start
  const { correlationId, clientId } = RequestHeader.decode(reader, requestHeaderVersion(api, apiVersion))
  return { apiKey, apiVersion, correlationId, clientId, api, known: holds(api.versions, apiVersion) }
}
