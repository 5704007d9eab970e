// EndTxn (26): commits or aborts. Repeated after success it succeeds again.
import { bool, errorCode, int16, int32, int64, string } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v1 answers before it throttles, v2 PRODUCER_FENCED, v3 is flexible, v4 TRANSACTION_ABORTABLE, v5 hands out a new epoch with every
 * transaction (both KIP-890).
 */
export const EndTxn = api(
  26,
  'EndTxn',
  { versions: '0-5', flexible: '3+' },
  {
    request: {
      transactionalId: string(),
      producerId: int64(),
      producerEpoch: int16(),
      /** False: abort. */
      committed: bool(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      /** The identity to go on with; -1 in an error. */
      producerId: int64({ versions: '5+', default: -1, ignorable: true }),
      producerEpoch: int16({ versions: '5+', default: -1, ignorable: true }),
    },
  },
)
export interface EndTxnRequest extends Infer<typeof EndTxn.request> {}
export interface EndTxnResponse extends Infer<typeof EndTxn.response> {}
