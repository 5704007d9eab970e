// ListTransactions (66): the transactional ids that this broker coordinates (KIP-664).
import { array, errorCode, int32, int64, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 a filter by age (KIP-994), v2 a pattern for the id (KIP-1152). */
export const ListTransactions = api(
  66,
  'ListTransactions',
  { versions: '0-2', flexible: '0+' },
  {
    request: {
      stateFilters: array(string()),
      producerIdFilters: array(int64()),
      /** In milliseconds; -1: any. */
      durationFilter: int64({ versions: '1+', default: -1 }),
      transactionalIdPattern: nullable(string(), { versions: '2+' }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      /** The states asked for that do not exist. */
      unknownStateFilters: array(string()),
      transactionStates: array(
        struct({
          transactionalId: string(),
          producerId: int64(),
          transactionState: string(),
        }),
      ),
    },
  },
)
export interface ListTransactionsRequest extends Infer<typeof ListTransactions.request> {}
export interface ListTransactionsResponse extends Infer<typeof ListTransactions.response> {}
