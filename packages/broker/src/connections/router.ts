// From a frame to the frames of its answer. What cannot be understood is answered as Kafka answers it: by closing the
// connection, except for ApiVersions, which tells what would be understood.

import {
  ApiVersions,
  decodeRequestHeader,
  DecodeError,
  encodeResponseFrame,
  errorCode,
  Produce,
  Reader,
  type DecodedRequestHeader,
} from '@jackdaw/protocol'

import { ANONYMOUS } from '../client-quotas.ts'
import { MetadataGone } from '../cluster.ts'
import { CLOSE_CONNECTION, NO_RESPONSE, type Handler, type RequestContext } from '../handlers/handler.ts'
import type { Services } from '../services.ts'
import type { ConnectionInfo } from './connection.ts'

/**
 * The chunks of a response, nothing to send, or a connection to close and the reason for the log. `throttleMs` is how long the
 * client is not listened to after that.
 */
export type Routed =
  | { readonly kind: 'RESPONSE'; readonly chunks: readonly Uint8Array[]; readonly throttleMs?: number }
  | { readonly kind: 'NOTHING'; readonly throttleMs?: number }
  | { readonly kind: 'CLOSE'; readonly reason: string }

export class Router {
  readonly #handlers: ReadonlyMap<number, Handler>
  readonly #services: Services

  constructor(handlers: readonly Handler[], services: Services) {
    this.#handlers = new Map(handlers.map((handler) => [handler.api.key, handler]))
    this.#services = services
  }

  /** Starts the request at once: what its handler does before its first await is done when this returns. Never rejects. */
  async route(frame: Buffer, connection: ConnectionInfo): Promise<Routed> {
    try {
      return await this.#route(frame, connection)
    } catch (error) {
      if (error instanceof DecodeError)
        return { kind: 'CLOSE', reason: `a request could not be read: ${error.message}` }
      if (error instanceof MetadataGone) return { kind: 'CLOSE', reason: error.message }
      this.#services.log.error({ error, client: connection.host }, 'a request failed for a reason of our own')
      return { kind: 'CLOSE', reason: 'a request failed for a reason of our own' }
    }
  }

  #route(frame: Buffer, connection: ConnectionInfo): Promise<Routed> | Routed {
    const reader = new Reader(frame)
    const header = decodeRequestHeader(reader)
    const { apiKey, apiVersion: version, correlationId } = header
    const handler = this.#handlers.get(apiKey)
    if (handler === undefined) return { kind: 'CLOSE', reason: `API key ${apiKey} is not served` }
    const { api, versions } = handler
    if (api === ApiVersions && version > versions.max) return this.#tellVersions(handler, correlationId)
    if (version > versions.max || version < versions.min) {
      return { kind: 'CLOSE', reason: `${api.name} version ${version} is not served` }
    }
    const request = api.request.decode(reader, version)
    if (reader.remaining > 0)
      return { kind: 'CLOSE', reason: `${api.name}: ${reader.remaining} bytes after the request` }
    return this.#handle(handler, request, header, connection, frame.length)
  }

  async #handle(
    handler: Handler,
    request: unknown,
    header: DecodedRequestHeader,
    connection: ConnectionInfo,
    requestBytes: number,
  ): Promise<Routed> {
    const { apiVersion: version, correlationId } = header
    const context: RequestContext = {
      ...this.#services,
      version,
      clientId: header.clientId ?? '',
      clientHost: connection.host,
      listener: connection.listener,
      gone: connection.gone,
    }
    const { cluster, storage, quotas, clock } = this.#services
    if (cluster.loading !== undefined) await cluster.loading
    const begunMs = clock.monotonic()
    const handling = handler.handle(request, context)
    const workedMs = clock.monotonic() - begunMs
    const body = await handling
    if (!storage.leads()) return { kind: 'CLOSE', reason: 'this broker lost the roles under which it answers' }
    const throttleMs = quotas.any ? this.#throttle(handler, context, body, requestBytes, workedMs) : 0
    if (body === NO_RESPONSE) return { kind: 'NOTHING', throttleMs }
    if (body === CLOSE_CONNECTION)
      return { kind: 'CLOSE', reason: `${handler.api.name} failed, and no response was asked for` }
    return {
      kind: 'RESPONSE',
      chunks: encodeResponseFrame({
        api: handler.api,
        version,
        correlationId,
        body: throttleMs > 0 ? { ...body, throttleTimeMs: throttleMs } : body,
      }),
      throttleMs,
    }
  }

  /** For how long the client is not listened to, by whichever of its quotas says longest. Time counts up to the first wait. */
  #throttle(
    { api }: Handler,
    { clientId }: RequestContext,
    body: object | symbol,
    requestBytes: number,
    workedMs: number,
  ): number {
    const { quotas } = this.#services
    const client = { user: ANONYMOUS, clientId }
    const said = typeof body === 'object' && 'throttleTimeMs' in body ? Number(body.throttleTimeMs) : 0
    const produced = api === Produce ? quotas.produced(client, requestBytes) : 0
    const worked = body === NO_RESPONSE ? 0 : quotas.worked(client, workedMs)
    return Math.max(said, produced, worked)
  }

  /** KIP-511: a version of ApiVersions above ours is answered in version 0, naming our range for ApiVersions alone. */
  #tellVersions({ api, versions }: Handler, correlationId: number): Routed {
    const apiKeys = [{ apiKey: api.key, minVersion: versions.min, maxVersion: versions.max }]
    const body = { errorCode: errorCode('UNSUPPORTED_VERSION'), apiKeys }
    return { kind: 'RESPONSE', chunks: encodeResponseFrame({ api, version: 0, correlationId, body }) }
  }
}
