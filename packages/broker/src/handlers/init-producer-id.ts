// InitProducerId (22), versions 0-5: a producer id for idempotence (KIP-98). Without a transactional id it is always a new one,
// also where the producer names the one it had (KIP-360). A transactional id is refused: transactions are not served yet.

import { errorCode, InitProducerId, type ErrorName } from '@jackdaw/protocol'

import { handler } from './handler.ts'

const refused = (error: ErrorName) => ({ errorCode: errorCode(error), producerId: -1, producerEpoch: -1 })

export const initProducerId = handler(
  InitProducerId,
  { versions: '0-5' },
  async ({ transactionalId }, { producerIds }) => {
    if (transactionalId !== null)
      return refused(transactionalId === '' ? 'INVALID_REQUEST' : 'COORDINATOR_NOT_AVAILABLE')
    const producerId = await producerIds.next()
    if (typeof producerId !== 'number') return refused(producerId.error)
    return { errorCode: errorCode('NONE'), producerId, producerEpoch: 0 }
  },
)
