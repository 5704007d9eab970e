// Fetch sessions (KIP-227): a consumer names its partitions once, and from then on only what changed, and is told only what
// changed. What a session has to remember per partition is small; how many sessions there are is bounded by slots.

import type { ErrorName } from '@jackdaw/protocol'

import { askedOf, fill, tell, type AskedTopic, type Heard, type SessionTopics } from './session-topics.ts'

export const NO_SESSION = 0
/** The request neither belongs to a session nor wants one; one that it names is closed. */
export const FINAL_EPOCH = -1
/** A full fetch that wants a session. */
const INITIAL_EPOCH = 0
const LAST_EPOCH = 0x7fff_ffff
/** How long a session is safe from others that have more partitions, and how long it may be unused. */
export const SAFE_FOR_MS = 120_000

/** The part of a Fetch request that sessions look at. */
export interface SessionRequest<Wanted> {
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly topics: readonly AskedTopic<Wanted>[]
  readonly forgottenTopicsData: readonly {
    readonly topic: string
    readonly topicId: string
    readonly partitions: readonly number[]
  }[]
}

/** An answer to all partitions of `topics`, in their order. */
export type Responses<Partition extends Heard> = readonly {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly Partition[]
}[]

export interface Finished<Partition extends Heard> {
  readonly error: ErrorName
  readonly sessionId: number
  /** Those that the client has to be told. */
  readonly responses: Responses<Partition>
}

export type BegunFetch<Wanted> =
  | { readonly kind: 'REFUSED'; readonly error: ErrorName }
  | {
      readonly kind: 'FETCH'
      /** The session that the fetch belongs to so far. */
      readonly sessionId: number
      /** What is to be looked at, in order of priority. */
      readonly topics: readonly AskedTopic<Wanted>[]
      finish<Partition extends Heard>(responses: Responses<Partition>, nowMs: number): Finished<Partition>
    }

interface Session<Wanted> {
  readonly id: number
  /** The epoch that the next request has to have. */
  epoch: number
  readonly byTopicId: boolean
  readonly createdMs: number
  usedMs: number
  size: number
  readonly topics: SessionTopics<Wanted>
}

export const nextEpoch = (epoch: number): number => (epoch === LAST_EPOCH ? 1 : epoch + 1)

export class FetchSessions<Wanted extends { readonly partition: number }> {
  readonly #slots: number
  readonly #newId: () => number
  /** The one that has been unused for longest comes first. */
  readonly #sessions = new Map<number, Session<Wanted>>()

  /** `newId` gives any number from 1 to 2^31 - 1; it is asked again where that is taken. */
  constructor(slots: number, newId: () => number) {
    this.#slots = slots
    this.#newId = newId
  }

  get size(): number {
    return this.#sessions.size
  }

  /** `byTopicId`: whether the version of the request names topics by id. Times are monotonic. */
  begin(request: SessionRequest<Wanted>, byTopicId: boolean, nowMs: number): BegunFetch<Wanted> {
    const { sessionId, sessionEpoch } = request
    if (sessionEpoch !== INITIAL_EPOCH && sessionEpoch !== FINAL_EPOCH)
      return this.#increment(request, byTopicId, nowMs)
    this.#sessions.delete(sessionId)
    return sessionEpoch === FINAL_EPOCH ? sessionless(request) : this.#full(request, byTopicId)
  }

  #full(request: SessionRequest<Wanted>, byTopicId: boolean): BegunFetch<Wanted> {
    return {
      kind: 'FETCH',
      sessionId: NO_SESSION,
      topics: request.topics,
      finish: (responses, nowMs) => {
        const topics: SessionTopics<Wanted> = new Map()
        const size = fill(topics, request.topics)
        const sessionId = this.#create({ epoch: 1, byTopicId, createdMs: nowMs, usedMs: nowMs, size, topics })
        if (sessionId !== NO_SESSION) tell(topics, responses)
        return { error: 'NONE', sessionId, responses }
      },
    }
  }

  #increment(request: SessionRequest<Wanted>, byTopicId: boolean, nowMs: number): BegunFetch<Wanted> {
    const session = this.#sessions.get(request.sessionId)
    if (session === undefined) return refused('FETCH_SESSION_ID_NOT_FOUND')
    if (session.epoch !== request.sessionEpoch) return refused('INVALID_FETCH_SESSION_EPOCH')
    if (session.byTopicId !== byTopicId) return refused('FETCH_SESSION_TOPIC_ID_ERROR')
    session.size += fill(session.topics, request.topics, request.forgottenTopicsData)
    this.#sessions.delete(session.id)
    if (session.size === 0) return sessionless(request)
    session.usedMs = nowMs
    session.epoch = nextEpoch(session.epoch)
    this.#sessions.set(session.id, session)
    const expected = session.epoch
    return {
      kind: 'FETCH',
      sessionId: session.id,
      topics: askedOf(session.topics),
      finish: (responses) => {
        if (session.epoch !== expected) {
          return { error: 'INVALID_FETCH_SESSION_EPOCH', sessionId: NO_SESSION, responses: [] }
        }
        return { error: 'NONE', sessionId: session.id, responses: tell(session.topics, responses) }
      },
    }
  }

  #create(session: Omit<Session<Wanted>, 'id'>): number {
    if (this.#sessions.size >= this.#slots && !this.#evictFor(session.size, session.createdMs)) return NO_SESSION
    let id = this.#newId()
    while (this.#sessions.has(id)) id = this.#newId()
    this.#sessions.set(id, { id, ...session })
    return id
  }

  /** As in Kafka: a session that is not used any more goes first, else the smallest that is old enough and smaller than the new one. */
  #evictFor(size: number, nowMs: number): boolean {
    const [oldest] = this.#sessions.values()
    if (oldest === undefined) return false
    if (nowMs - oldest.usedMs > SAFE_FOR_MS) return this.#sessions.delete(oldest.id)
    let smallest: Session<Wanted> | undefined
    for (const session of this.#sessions.values()) {
      const evictable = session.usedMs - session.createdMs > SAFE_FOR_MS && session.size < size
      if (evictable && session.size < (smallest?.size ?? Infinity)) smallest = session
    }
    return smallest !== undefined && this.#sessions.delete(smallest.id)
  }
}

const refused = (error: ErrorName) => ({ kind: 'REFUSED', error }) as const

const sessionless = <Wanted>({ topics }: SessionRequest<Wanted>): BegunFetch<Wanted> => ({
  kind: 'FETCH',
  sessionId: NO_SESSION,
  topics,
  finish: (responses) => ({ error: 'NONE', sessionId: NO_SESSION, responses }),
})
