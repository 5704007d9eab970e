// EndTxn (26), versions 0-5: a transaction is committed or aborted. Answered when that cannot be lost; its markers follow. From
// version 5 on the answer names the epoch under which the producer goes on (KIP-890).

import { EndTxn, errorCode } from '@jackdaw/protocol'

import { fencedAs, inTime } from './ask-transactions.ts'
import { handler } from './handler.ts'

const FENCED_SINCE = 2
const EPOCH_SINCE = 5

export const endTxn = handler(EndTxn, { versions: '0-5' }, async (request, context) => {
  const { transactionalId, producerId, producerEpoch, committed } = request
  const transactionVersion = context.version >= EPOCH_SINCE ? 2 : 0
  const command = {
    type: 'endTransaction',
    transactionalId,
    producerId,
    producerEpoch,
    committed,
    transactionVersion,
  } as const
  const answer = await inTime(context.transactions.submitWithProducerId(command), context)
  const { error, ...next } = answer.ok ? answer.response : { error: answer.error, producerId: -1, producerEpoch: -1 }
  return {
    errorCode: errorCode(fencedAs(error, context.version >= FENCED_SINCE)),
    producerId: next.producerId,
    producerEpoch: next.producerEpoch,
  }
})
