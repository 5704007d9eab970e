// Produce (0), versions 3-13. The records of every partition are handed over before the first await, so that requests of one
// connection append in the order in which they came. Version 0 is advertised because older librdkafka takes its absence for
// a broker that knows no compression (KAFKA-18659); it is not served.

import type { RecordFault } from '@jackdaw/core'
import { errorCode, Produce, viewBatch, type ErrorName, type ProduceRequest } from '@jackdaw/protocol'

import { isInternalTopic } from '../internal-topics.ts'
import type { ProduceResult } from '../runtime/partition.ts'
import { CLOSE_CONNECTION, handler, NO_RESPONSE, type RequestContext } from './handler.ts'
import { within } from './within.ts'

const IDS_SINCE = 13
const ZSTD_SINCE = 7
const ABORTABLE_SINCE = 11
const ADDS_SINCE = 12
const ACKS = new Set([-1, 0, 1])

type PartitionData = ProduceRequest['topicData'][number]['partitionData'][number]
type Refused = Extract<ProduceResult, { message: string }>

const refused = (error: Refused['error'], message: string): Refused => ({ error, message })

export const produce = handler(Produce, { versions: '3-13', advertisedMin: 0 }, async (request, context) => {
  const pending = request.topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitions: partitionData.map((data) => ({
      index: data.index,
      result: append(request, name, topicId, data, context),
    })),
  }))
  const responses = await Promise.all(
    pending.map(async ({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitionResponses: await Promise.all(
        partitions.map(async ({ index, result }) => partitionResponse(index, await result)),
      ),
    })),
  )
  if (request.acks !== 0) return { responses }
  const failed = responses.some(({ partitionResponses }) => partitionResponses.some((one) => one.errorCode !== 0))
  return failed ? CLOSE_CONNECTION : NO_RESPONSE
})

const append = (
  request: ProduceRequest,
  name: string,
  topicId: string,
  { index, records }: PartitionData,
  context: RequestContext,
): Promise<ProduceResult> | ProduceResult => {
  const { topics, topicConfigs, transactionMembers, version, clock } = context
  if (!ACKS.has(request.acks)) return refused('INVALID_REQUIRED_ACKS', `acks is ${request.acks}; it can be -1, 0 or 1.`)
  const topic = topics.find(version >= IDS_SINCE ? { id: topicId } : { name })
  const partition = topics.partition(topic, index, -1)
  if (typeof partition === 'string') return refused(partition, notHere(partition))
  const { topicName } = partition.identity
  if (isInternalTopic(topicName)) return refused('INVALID_TOPIC_EXCEPTION', `Clients do not write to ${topicName}.`)
  if (records === null || records.length === 0)
    return refused('INVALID_RECORD', 'There are no records for the partition.')
  if (version < ZSTD_SINCE && isZstd(records)) {
    return refused('UNSUPPORTED_COMPRESSION_TYPE', `zstd is taken from Produce version ${ZSTD_SINCE} on.`)
  }
  const { transactionalId } = request
  if (transactionalId === null && isTransactional(records))
    return refused('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'A batch of a transaction came without a transactional id.')
  const coordinator =
    transactionalId === null
      ? undefined
      : transactionMembers.coordinatorOf({
          transactionalId,
          topic: topicName,
          partition: index,
          adds: version >= ADDS_SINCE,
          knowsAbortable: version >= ABORTABLE_SINCE,
        })
  const produced = partition.produce(records, topicConfigs.appendRulesOf(topicName), coordinator)
  return within(request.timeoutMs, clock, produced, timedOut)
}

const isTransactional = (records: Buffer): boolean => {
  const batch = viewBatch(records)
  return typeof batch !== 'string' && batch.isTransactional
}

const isZstd = (records: Buffer): boolean => {
  const batch = viewBatch(records)
  return typeof batch !== 'string' && batch.compression === 'zstd'
}

const notHere = (error: ErrorName): string =>
  error === 'NOT_LEADER_OR_FOLLOWER' ? 'This broker does not lead the partition.' : 'There is no such partition here.'

const timedOut = refused(
  'REQUEST_TIMED_OUT',
  'The storage did not answer in time: the records may or may not be stored.',
)

const partitionResponse = (index: number, result: ProduceResult) =>
  result.error === 'NONE'
    ? {
        index,
        errorCode: 0,
        baseOffset: result.at,
        logAppendTimeMs: result.logAppendTime,
        logStartOffset: result.logStart,
      }
    : {
        index,
        errorCode: errorCode(result.error),
        baseOffset: -1,
        recordErrors: result.recordErrors?.map(recordError) ?? [],
        errorMessage: result.message,
      }

const recordError = ({ batchIndex, message }: RecordFault) => ({ batchIndex, batchIndexErrorMessage: message })
