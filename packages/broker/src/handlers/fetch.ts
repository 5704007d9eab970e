// Fetch (1), versions 4-18: batches as they lie, from the cached tail or the storage, within the request's byte budgets but
// at least one batch (KIP-74). Where there is too little, it waits once for as many bytes as are missing, then looks again.
// In a fetch session (KIP-227) the partitions are the session's, and the answer holds only those with news.

import { abortedIn, lastStableOffset, type AbortedTransaction } from '@jackdaw/core'
import { errorCode, Fetch, viewBatch, type ErrorName, type FetchRequest } from '@jackdaw/protocol'

import { ANONYMOUS } from '../client-quotas.ts'
import type { Partition } from '../runtime/partition.ts'
import { bytesIn, readStored, readTail, type Batches } from '../runtime/read-batches.ts'
import { waitForBytes } from '../runtime/wait-for-bytes.ts'
import { handler, type RequestContext } from './handler.ts'

const IDS_SINCE = 13
const ZSTD_SINCE = 10
const NO_SESSION = 0

type Topic = FetchRequest['topics'][number]
type Wanted = Topic['partitions'][number]

/** What a look at one partition found. */
interface Found {
  readonly wanted: Wanted
  readonly partition: Partition | undefined
  readonly error: ErrorName
  readonly batches: Batches
  /** What was visible at that moment; -1 where the partition does not serve. */
  readonly logStart: number
  readonly highWatermark: number
  readonly lastStable: number
  /** Among the batches, for readers of committed records. */
  readonly aborted: readonly AbortedTransaction[]
}

const NOTHING = { batches: [], logStart: -1, highWatermark: -1, lastStable: -1, aborted: [] } as const
const READ_COMMITTED = 1

interface FoundTopic {
  readonly topic: Topic
  readonly found: readonly Found[]
}

export const fetch = handler(Fetch, { versions: '4-18' }, async (request, context) => {
  const { fetchSessions, quotas, clock, version, clientId } = context
  const begun = fetchSessions.begin(request, version >= IDS_SINCE, clock.monotonic())
  if (begun.kind === 'REFUSED') return sessionRefused(begun.error)
  const client = { user: ANONYMOUS, clientId }
  const maxBytes = Math.min(request.maxBytes, quotas.fetchBytes(client))
  const asked: FetchRequest = { ...request, maxBytes, topics: [...begun.topics] }
  let found = await look(asked, context)
  const missing = request.minBytes - bytesFound(found)
  if (missing > 0 && request.maxWaitMs > 0 && !anyError(found) && !context.gone.aborted) {
    const partitions = found.flatMap((topic) => topic.found.flatMap(({ partition }) => partition ?? []))
    const committedOnly = request.isolationLevel === READ_COMMITTED
    await waitForBytes({ partitions, bytes: missing, committedOnly }, request.maxWaitMs, context.clock, context.gone)
    found = await look(asked, context)
  }
  const { throttleMs: throttleTimeMs, holdBack } = quotas.fetched(client, bytesFound(found))
  if (holdBack) return { errorCode: errorCode('NONE'), sessionId: begun.sessionId, throttleTimeMs, responses: [] }
  const all = found.map(({ topic, found: partitions }) => ({
    topic: topic.topic,
    topicId: topic.topicId,
    partitions: partitions.map((one) => partitionData(one, request.isolationLevel)),
  }))
  const { error, sessionId, responses } = begun.finish(all, clock.monotonic())
  return { errorCode: errorCode(error), sessionId, throttleTimeMs, responses }
})

const sessionRefused = (error: ErrorName) => ({ errorCode: errorCode(error), sessionId: NO_SESSION, responses: [] })

/** Goes through the partitions in the order of the request, which is their priority. */
const look = async (request: FetchRequest, context: RequestContext): Promise<readonly FoundTopic[]> => {
  const { topics, version, config } = context
  const committedOnly = request.isolationLevel === READ_COMMITTED
  const found: FoundTopic[] = []
  let room = Math.min(request.maxBytes, config['fetch.max.bytes'])
  let empty = true
  for (const asked of request.topics) {
    const topic = topics.find(version >= IDS_SINCE ? { id: asked.topicId } : { name: asked.topic })
    const ofTopic: Found[] = []
    for (const wanted of asked.partitions) {
      const partition = topics.partition(topic, wanted.partition, wanted.currentLeaderEpoch)
      const budget = empty
        ? Math.max(1, Math.min(room, wanted.partitionMaxBytes))
        : Math.min(room, wanted.partitionMaxBytes)
      const one =
        typeof partition === 'string'
          ? { ...NOTHING, wanted, partition: undefined, error: partition }
          : await lookAt(partition, { wanted, budget, atLeastOne: empty, committedOnly }, context)
      const size = bytesIn(one.batches)
      room -= size
      empty &&= size === 0
      ofTopic.push(one)
    }
    found.push({ topic: asked, found: ofTopic })
  }
  return found
}

interface Look {
  readonly wanted: Wanted
  readonly budget: number
  readonly atLeastOne: boolean
  readonly committedOnly: boolean
}

const lookAt = async (partition: Partition, look: Look, { storage, version }: RequestContext): Promise<Found> => {
  const { wanted, budget, atLeastOne, committedOnly } = look
  const from = wanted.fetchOffset
  const ready = partition.state ?? (await partition.ready())
  if ('error' in ready) return { ...NOTHING, wanted, partition, error: ready.error }
  const { start, durable } = ready
  const lastStable = lastStableOffset(ready)
  const visible = { logStart: start, highWatermark: durable, lastStable }
  const give = (error: ErrorName, batches: Batches = []): Found => {
    const serves = error === 'NONE' || error === 'OFFSET_OUT_OF_RANGE'
    const aborted = committedOnly && batches.length > 0 ? abortedIn(ready.transactions, from, endOf(batches)) : []
    return { ...NOTHING, wanted, partition, error, batches, aborted, ...(serves ? visible : {}) }
  }
  if (from < start || from > durable) return give('OFFSET_OUT_OF_RANGE')
  const end = committedOnly ? lastStable : durable
  if (from >= end || budget <= 0) return give('NONE')
  const batches = readTail(partition, from, end, budget) ?? (await readStored(partition, storage, from, end, budget))
  if ('error' in batches) return give(batches.error)
  if (version < ZSTD_SINCE && batches.some(isZstd)) return give('UNSUPPORTED_COMPRESSION_TYPE')
  const tooLarge = !atLeastOne && batches.length === 1 && bytesIn(batches) > budget
  return give('NONE', tooLarge ? [] : batches)
}

/** The offset after the last of the batches. */
const endOf = (batches: Batches): number => {
  const batch = viewOf(batches.at(-1) as Uint8Array)
  return typeof batch === 'string' ? 0 : batch.lastOffset + 1
}

const viewOf = (bytes: Uint8Array) => viewBatch(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))

const isZstd = (bytes: Uint8Array): boolean => {
  const batch = viewOf(bytes)
  return typeof batch !== 'string' && batch.compression === 'zstd'
}

const abortedTransaction = ({ producerId, first }: AbortedTransaction) => ({ producerId, firstOffset: first })

const bytesFound = (found: readonly FoundTopic[]): number =>
  found.reduce((sum, topic) => topic.found.reduce((bytes, { batches }) => bytes + bytesIn(batches), sum), 0)

const anyError = (found: readonly FoundTopic[]): boolean =>
  found.some((topic) => topic.found.some(({ error }) => error !== 'NONE'))

const partitionData = (
  { wanted, error, batches, logStart, highWatermark, lastStable, aborted }: Found,
  isolationLevel: number,
) => ({
  partitionIndex: wanted.partition,
  errorCode: errorCode(error),
  highWatermark,
  lastStableOffset: lastStable,
  logStartOffset: logStart,
  abortedTransactions: isolationLevel === READ_COMMITTED ? aborted.map(abortedTransaction) : null,
  records: batches,
})
