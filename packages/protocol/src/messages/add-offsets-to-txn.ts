// AddOffsetsToTxn (25): announces that the transaction will commit offsets of a group.
import { errorCode, int16, int32, int64, string } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 PRODUCER_FENCED, v3 is flexible, v4 TRANSACTION_ABORTABLE (KIP-890). */
export const AddOffsetsToTxn = api(
  25,
  'AddOffsetsToTxn',
  { versions: '0-4', flexible: '3+' },
  {
    request: {
      transactionalId: string(),
      producerId: int64(),
      producerEpoch: int16(),
      groupId: string(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
    },
  },
)
export interface AddOffsetsToTxnRequest extends Infer<typeof AddOffsetsToTxn.request> {}
export interface AddOffsetsToTxnResponse extends Infer<typeof AddOffsetsToTxn.response> {}
