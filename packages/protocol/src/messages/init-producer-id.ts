// InitProducerId (22): an identity for an idempotent or transactional producer. For a transactional id it ends what a former
// producer with that id left open, and fences it.
import { bool, errorCode, int16, int32, int64, nullable, string } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v2 is flexible, v3 bumps the epoch of a known producer (KIP-360), v4 PRODUCER_FENCED, v5 TRANSACTION_ABORTABLE (KIP-890), v6 two-phase
 * commit (KIP-939), which is not final.
 */
export const InitProducerId = api(
  22,
  'InitProducerId',
  { versions: '0-6', flexible: '2+', latestVersionUnstable: true },
  {
    request: {
      /** Null for a producer that is merely idempotent. */
      transactionalId: nullable(string()),
      /** How long a transaction may stay open before it is aborted. */
      transactionTimeoutMs: int32(),
      /** -1 unless the producer wants its own epoch bumped. */
      producerId: int64({ versions: '3+', default: -1 }),
      producerEpoch: int16({ versions: '3+', default: -1 }),
      enable2Pc: bool({ versions: '6+' }),
      keepPreparedTxn: bool({ versions: '6+' }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      producerId: int64({ default: -1 }),
      producerEpoch: int16(),
      /** -1: no transaction was kept open. */
      ongoingTxnProducerId: int64({ versions: '6+', default: -1 }),
      ongoingTxnProducerEpoch: int16({ versions: '6+', default: -1 }),
    },
  },
)
export interface InitProducerIdRequest extends Infer<typeof InitProducerId.request> {}
export interface InitProducerIdResponse extends Infer<typeof InitProducerId.response> {}
