// Transactional ids in `__transaction_state`.
import { array, int16, int32, int64, int8, nullable, string, struct } from '../schema/field.ts'
import type { Infer } from '../schema/message.ts'
import { recordKey, recordValue } from './coordinator-record.ts'

export const TransactionLogKey = recordKey(0, 'TransactionLogKey', {
  transactionalId: string(),
})
export interface TransactionLogKey extends Infer<typeof TransactionLogKey.schema> {}

/** v1 is flexible and carries what KIP-890 needs to bump the epoch with every transaction. */
export const TransactionLogValue = recordValue(
  'TransactionLogValue',
  { versions: '0-1', flexible: '1+' },
  {
    producerId: int64(),
    /** -1: none. */
    previousProducerId: int64({ versions: '1+', default: -1, tag: 0 }),
    /** -1: none. */
    nextProducerId: int64({ versions: '1+', default: -1, tag: 1 }),
    producerEpoch: int16(),
    nextProducerEpoch: int16({ versions: '1+', default: -1, tag: 3 }),
    transactionTimeoutMs: int32(),
    /** 0: empty, 1: ongoing, 2: prepare commit, 3: prepare abort, 4: complete commit, 5: complete abort, 6: dead, 7: prepare epoch fence. */
    transactionStatus: int8(),
    /** Null where no transaction is open. */
    transactionPartitions: nullable(
      array(
        struct({
          topic: string(),
          partitionIds: array(int32()),
        }),
      ),
    ),
    transactionLastUpdateTimestampMs: int64(),
    /** -1: not started. */
    transactionStartTimestampMs: int64(),
    /** The transaction.version that the producer speaks. */
    clientTransactionVersion: int16({ versions: '1+', tag: 2 }),
  },
)
export interface TransactionLogValue extends Infer<typeof TransactionLogValue.schema> {}
