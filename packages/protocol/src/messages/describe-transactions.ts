// DescribeTransactions (65): the coordinator's view of transactional ids (KIP-664).
import { array, errorCode, int16, int32, int64, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const DescribeTransactions = api(
  65,
  'DescribeTransactions',
  { versions: '0', flexible: '0+' },
  {
    request: {
      transactionalIds: array(string()),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      transactionStates: array(
        struct({
          errorCode: errorCode(),
          transactionalId: string(),
          transactionState: string(),
          transactionTimeoutMs: int32(),
          /** -1: no transaction is open. */
          transactionStartTimeMs: int64(),
          producerId: int64(),
          producerEpoch: int16(),
          topics: array(
            struct({
              topic: string({ mapKey: true }),
              partitions: array(int32()),
            }),
          ),
        }),
      ),
    },
  },
)
export interface DescribeTransactionsRequest extends Infer<typeof DescribeTransactions.request> {}
export interface DescribeTransactionsResponse extends Infer<typeof DescribeTransactions.response> {}
