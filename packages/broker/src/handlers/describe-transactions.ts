// DescribeTransactions (65), version 0: what the coordinator knows of transactional ids (KIP-664).

import { DescribeTransactions, errorCode } from '@jackdaw/protocol'

import { askTransaction } from './ask-transactions.ts'
import { handler, type RequestContext } from './handler.ts'

export const describeTransactions = handler(DescribeTransactions, { versions: '0-0' }, async (request, context) => ({
  transactionStates: await Promise.all(request.transactionalIds.map((id) => describe(id, context))),
}))

const describe = async (transactionalId: string, context: RequestContext) => {
  const command = { type: 'describeTransaction', transactionalId } as const
  const answer = await askTransaction<'describeTransaction'>(transactionalId, command, context)
  const error = answer.ok ? answer.response.error : answer.error
  if (!answer.ok || error !== 'NONE') return { ...nothing, transactionalId, errorCode: errorCode(error) }
  const { state, transactionTimeoutMs, startTimeMs, producerId, producerEpoch, partitions } = answer.response
  return {
    errorCode: errorCode('NONE'),
    transactionalId,
    transactionState: state,
    transactionTimeoutMs,
    transactionStartTimeMs: startTimeMs,
    producerId,
    producerEpoch,
    topics: partitions.map(({ topic, partitionIds }) => ({ topic, partitions: [...partitionIds] })),
  }
}

const nothing = {
  transactionState: '',
  transactionTimeoutMs: 0,
  transactionStartTimeMs: 0,
  producerId: 0,
  producerEpoch: 0,
  topics: [],
}
