// InitProducerId (22), versions 0-5: who a producer is. Without a transactional id it is always a new producer id (KIP-98), also
// where the producer names the one it had; with one, the coordinator fences whoever had it before (KIP-360).

import { errorCode, InitProducerId, type ErrorName, type InitProducerIdRequest } from '@jackdaw/protocol'

import { fencedAs, inTime } from './ask-transactions.ts'
import { handler, type RequestContext } from './handler.ts'

const FENCED_SINCE = 4
const NOBODY = -1

const refused = (error: ErrorName) => ({ errorCode: errorCode(error), producerId: -1, producerEpoch: -1 })

export const initProducerId = handler(InitProducerId, { versions: '0-5' }, async (request, context) => {
  if (request.transactionalId !== null) return initTransactional(request.transactionalId, request, context)
  const producerId = await context.producerIds.next()
  if (typeof producerId !== 'number') return refused(producerId.error)
  return { errorCode: errorCode('NONE'), producerId, producerEpoch: 0 }
})

const initTransactional = async (
  transactionalId: string,
  { transactionTimeoutMs, producerId, producerEpoch }: InitProducerIdRequest,
  context: RequestContext,
) => {
  if (transactionalId === '') return refused('INVALID_REQUEST')
  const named = producerId !== NOBODY && producerEpoch !== NOBODY
  if (!named && (producerId !== NOBODY || producerEpoch !== NOBODY)) return refused('INVALID_REQUEST')
  const expected = named ? { producerId, producerEpoch } : null
  const command = { type: 'initProducerId', transactionalId, transactionTimeoutMs, expected } as const
  const answer = await inTime(context.transactions.submitWithProducerId(command), context)
  if (!answer.ok) return refused(answer.error)
  const { error, ...identity } = answer.response
  return error === 'NONE'
    ? { errorCode: errorCode('NONE'), producerId: identity.producerId, producerEpoch: identity.producerEpoch }
    : refused(fencedAs(error, context.version >= FENCED_SINCE))
}
