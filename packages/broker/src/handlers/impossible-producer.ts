// Producers that nobody was ever told to be: their batches could not be written.

import type { Failure } from '../runtime/unavailable.ts'

/** Why no producer has this id and epoch, where none can. */
export const impossibleProducer = (producer: {
  readonly producerId: number
  readonly producerEpoch: number
}): Failure | undefined => {
  if (producer.producerId < 0) return 'INVALID_PRODUCER_ID_MAPPING'
  return producer.producerEpoch < 0 ? 'INVALID_PRODUCER_EPOCH' : undefined
}
