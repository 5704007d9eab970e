// What a handler is: an API, the versions of it whose meaning is really there, and a function from request to response. It
// checks, asks a machine or a partition, and shapes the reply; it holds no codec, no socket and no store.

import type { Api, Infer, Init } from '@jackdaw/protocol'

import type { Services } from '../services.ts'

export interface RequestContext extends Services {
  readonly version: number
  /** "" where the client gave none. */
  readonly clientId: string
  /** The client's address. */
  readonly clientHost: string
  /** The listener that the client came in by. */
  readonly listener: string
  /** Aborts when the client's connection is gone: nobody waits for the reply. */
  readonly gone: AbortSignal
}

/** Returned by a handler whose request wants no response (acks=0). */
export const NO_RESPONSE = Symbol('no response')
/** Returned by a handler when only closing the connection tells the client (a failed request with acks=0). */
export const CLOSE_CONNECTION = Symbol('close connection')

export type Handled<Response extends object> = Response | typeof NO_RESPONSE | typeof CLOSE_CONNECTION

export interface Handler {
  readonly api: Api
  readonly versions: { readonly min: number; readonly max: number }
  /** Advertised instead of `versions.min`, where clients want to see a version that they are then refused. */
  readonly advertisedMin?: number
  handle(request: unknown, context: RequestContext): Promise<Handled<object>> | Handled<object>
}

/** `versions` as '0-4'. Requests of one connection are started in order, so what `handle` does before its first await is too. */
export const handler = <A extends Api>(
  api: A,
  options: { readonly versions: `${number}-${number}`; readonly advertisedMin?: number },
  handle: (
    request: Infer<A['request']>,
    context: RequestContext,
  ) => Promise<Handled<Init<A['response']> & object>> | Handled<Init<A['response']> & object>,
): Handler => {
  const [min, max] = options.versions.split('-').map(Number) as [number, number]
  return { api, versions: { min, max }, advertisedMin: options.advertisedMin, handle: handle as Handler['handle'] }
}
