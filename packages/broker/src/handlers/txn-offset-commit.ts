// TxnOffsetCommit (28), versions 0-5: offsets of a group that count once the transaction commits. From version 3 on the request
// says which member consumes (KIP-447), from 5 on it makes the offsets part of the transaction by itself (KIP-890).

import { errorCode, TxnOffsetCommit, type ErrorName, type TxnOffsetCommitRequest } from '@jackdaw/protocol'

import { CONSUMER_OFFSETS } from '../internal-topics.ts'
import { inTime } from './ask-transactions.ts'
import { handler, type RequestContext } from './handler.ts'
import { impossibleProducer } from './impossible-producer.ts'

const ABORTABLE_SINCE = 4
const ADDS_SINCE = 5

export const txnOffsetCommit = handler(TxnOffsetCommit, { versions: '0-5' }, async (request, context) => {
  const known = request.topics.flatMap((topic) => {
    const found = context.topics.find({ name: topic.name })
    if (typeof found === 'string') return []
    const partitions = topic.partitions.filter(({ partitionIndex }) => found.partitions[partitionIndex]?.stored)
    return [{ name: topic.name, topicId: found.id, partitions }]
  })
  const errors = await commit(request, known, context)
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCode(errors(name, partitionIndex)),
      })),
    })),
  }
})

type Known = readonly {
  name: string
  topicId: string
  partitions: TxnOffsetCommitRequest['topics'][number]['partitions']
}[]

const commit = async (
  request: TxnOffsetCommitRequest,
  topics: Known,
  context: RequestContext,
): Promise<(topic: string, partition: number) => ErrorName> => {
  const impossible = impossibleProducer(request)
  if (impossible !== undefined) return () => impossible
  const { transactionalId, groupId, producerId, producerEpoch, generationId, memberId, groupInstanceId } = request
  const who = { groupId, producerId, producerEpoch, generationId, memberId, groupInstanceId }
  const answer = await inTime(
    context.groups.commitInTransaction({ type: 'txnOffsetCommit', ...who, topics }, (partition) =>
      context.transactionMembers.coordinatorOf({
        transactionalId,
        topic: CONSUMER_OFFSETS,
        partition,
        adds: context.version >= ADDS_SINCE,
        knowsAbortable: context.version >= ABORTABLE_SINCE,
      }),
    ),
    context,
  )
  if (!answer.ok) {
    const error = ofOffsets[answer.error] ?? answer.error
    return () => error
  }
  const errors = new Map<string, ErrorName>()
  for (const { name, partitions } of answer.response.topics)
    for (const { partitionIndex, error } of partitions) errors.set(`${name}-${partitionIndex}`, error)
  return (topic, partition) => errors.get(`${topic}-${partition}`) ?? 'UNKNOWN_TOPIC_OR_PARTITION'
}

/** What Produce says in one way, this API says in another. */
const ofOffsets: Partial<Record<ErrorName, ErrorName>> = { NOT_ENOUGH_REPLICAS: 'COORDINATOR_LOAD_IN_PROGRESS' }
