// The records of a transaction coordinator. What is kept has Kafka's own format, so that tools which read `__transaction_state`
// can read ours; the others say what a decision changed in the volatile part of the state.

import { recordDecoder, TransactionLogKey, TransactionLogValue } from '@jackdaw/protocol'

import { InvariantViolation } from '../invariant.ts'

export interface TransactionRec {
  readonly type: 'transaction'
  readonly transactionalId: string
  /** Null = forgotten: it was not used for long. */
  readonly value: TransactionLogValue | null
}

export type TransactionVolatileRec =
  | { readonly type: 'timer'; readonly transactionalId: string; readonly at: number | undefined }
  | { readonly type: 'bumpedFrom'; readonly transactionalId: string; readonly epoch: number | undefined }
  | { readonly type: 'loaded' }

export type TransactionsRec = TransactionRec | TransactionVolatileRec

/** Flexible: what KIP-890 needs is in it. Kafka writes it from transaction.version 1 on. */
const VALUE_VERSION = 1

const encode = (record: TransactionsRec): { readonly key: Buffer; readonly value: Buffer | null } => {
  if (record.type !== 'transaction')
    throw new InvariantViolation(`a record of what is volatile is not kept (${record.type})`)
  const { transactionalId, value } = record
  return {
    key: TransactionLogKey.encode({ transactionalId }),
    value: value && TransactionLogValue.encode(value, VALUE_VERSION),
  }
}

const decodeKnown = recordDecoder({ transaction: { key: TransactionLogKey, value: TransactionLogValue } })

const decode = (key: Buffer | null, value: Buffer | null): TransactionsRec | undefined => {
  if (key === null) return undefined
  const record = decodeKnown(key, value)
  if (record.type === 'unknown') return undefined
  return { type: 'transaction', transactionalId: record.key.transactionalId, value: record.value }
}

/** How the records lie in `__transaction_state`. Undefined for a record of a kind that this version does not know. */
export const transactionCodec = { encode, decode }
