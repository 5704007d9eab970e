// AddPartitionsToTxn (24), versions 0-5: partitions become part of a transaction before anything is written to them. Versions up
// to 3 are clients', for one transaction: all of its partitions or none. From 4 on leaders ask for several transactions, and may
// ask only whether a partition is part of one (KIP-890).

import { visiblePartitions } from '@jackdaw/core'
import { AddPartitionsToTxn, errorCode, type AddPartitionsToTxnRequest, type ErrorName } from '@jackdaw/protocol'

import { isInternalTopic } from '../internal-topics.ts'
import { askTransaction, fencedAs } from './ask-transactions.ts'
import { handler, type RequestContext } from './handler.ts'

const MANY_SINCE = 4
const FENCED_SINCE = 2
const ABORTABLE_SINCE = 5

type Asked = AddPartitionsToTxnRequest['transactions'][number]
type TopicErrors = (topic: string, partition: number) => ErrorName

export const addPartitionsToTxn = handler(AddPartitionsToTxn, { versions: '0-5' }, async (request, context) => {
  if (context.version < MANY_SINCE) {
    const asked: Asked = {
      transactionalId: request.v3AndBelowTransactionalId,
      producerId: request.v3AndBelowProducerId,
      producerEpoch: request.v3AndBelowProducerEpoch,
      verifyOnly: false,
      topics: request.v3AndBelowTopics,
    }
    return { resultsByTopicV3AndBelow: resultsOf(asked, await add(asked, context)) }
  }
  const resultsByTransaction = request.transactions.map(async (asked) => ({
    transactionalId: asked.transactionalId,
    topicResults: resultsOf(asked, await (asked.verifyOnly ? verify(asked, context) : add(asked, context))),
  }))
  return { errorCode: errorCode('NONE'), resultsByTransaction: await Promise.all(resultsByTransaction) }
})

const resultsOf = ({ topics }: Asked, errorOf: TopicErrors) =>
  topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: errorCode(errorOf(name, partitionIndex)),
    })),
  }))

const add = async (asked: Asked, context: RequestContext): Promise<TopicErrors> => {
  const { transactionalId, producerId, producerEpoch, topics } = asked
  const faultOf: TopicErrors = (topic, partition) => fault(topic, partition, context)
  const faulty = topics.some(({ name, partitions }) => partitions.some((index) => faultOf(name, index) !== 'NONE'))
  if (faulty) {
    return (topic, partition) => {
      const error = faultOf(topic, partition)
      return error === 'NONE' ? 'OPERATION_NOT_ATTEMPTED' : error
    }
  }
  const partitions = topics.map(({ name, partitions: partitionIds }) => ({ topic: name, partitionIds }))
  const command = { type: 'addPartitions', transactionalId, producerId, producerEpoch, partitions } as const
  const answer = await askTransaction<'addPartitions'>(transactionalId, command, context)
  const error = fencedAs(answer.ok ? answer.response.error : answer.error, context.version >= FENCED_SINCE)
  return () => error
}

const fault = (topic: string, partition: number, { topics }: RequestContext): ErrorName => {
  if (isInternalTopic(topic)) return 'TOPIC_AUTHORIZATION_FAILED'
  const found = topics.find({ name: topic })
  if (typeof found === 'string') return found
  return visiblePartitions(found)[partition] === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'NONE'
}

const verify = async (asked: Asked, context: RequestContext): Promise<TopicErrors> => {
  const { transactionalId, producerId, producerEpoch, topics } = asked
  const errors = new Map<string, ErrorName>()
  const questions = topics.flatMap(({ name, partitions }) =>
    partitions.map(async (partition) => {
      const command = { transactionalId, producerId, producerEpoch, topic: name, partition } as const
      const answer = await askTransaction<'verifyPartition'>(
        transactionalId,
        { type: 'verifyPartition', ...command },
        context,
      )
      errors.set(`${name}-${partition}`, answer.ok ? answer.response.error : answer.error)
    }),
  )
  await Promise.all(questions)
  return (topic, partition) => {
    const error = errors.get(`${topic}-${partition}`) ?? 'UNKNOWN_SERVER_ERROR'
    return error === 'TRANSACTION_ABORTABLE' && context.version < ABORTABLE_SINCE ? 'INVALID_TXN_STATE' : error
  }
}
