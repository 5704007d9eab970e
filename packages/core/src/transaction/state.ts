// The state of one partition of `__transaction_state`: every transactional id that hashes to it, as its last record says. The
// volatile part (timers, who may repeat an InitProducerId) starts empty after a replay.

import type { TransactionLogValue } from '@jackdaw/protocol'

import { type Deadlines, noDeadlines } from '../deadlines.ts'

export interface TransactionsState {
  readonly transactions: Map<string, TransactionLogValue>
  /** Decided transactions whose markers are owed: the offset of the record that decided each. */
  readonly ending: Map<string, number>
  readonly volatile: {
    loaded: boolean
    readonly deadlines: Deadlines<string>
    /** The epoch from which a producer had its own epoch bumped; where it asks again, the answer was lost (KIP-360). */
    readonly bumpedFrom: Map<string, number>
  }
}

export const emptyTransactions = (): TransactionsState => ({
  transactions: new Map(),
  ending: new Map(),
  volatile: { loaded: false, deadlines: noDeadlines(), bumpedFrom: new Map() },
})

/** Kafka's numbers of the states that are recorded. */
export const STATUS = {
  Empty: 0,
  Ongoing: 1,
  PrepareCommit: 2,
  PrepareAbort: 3,
  CompleteCommit: 4,
  CompleteAbort: 5,
} as const

export type TransactionStateName = keyof typeof STATUS

const NAMES = Object.keys(STATUS) as TransactionStateName[]

/** Every state that Kafka's tools may ask for; the last two are never recorded. */
export const TRANSACTION_STATES: ReadonlySet<string> = new Set([...NAMES, 'Dead', 'PrepareEpochFence'])

/** Throws for a number that no recorded transaction has. */
export const stateOf = ({ transactionStatus }: TransactionLogValue): TransactionStateName => {
  const name = NAMES[transactionStatus]
  if (name === undefined) throw new Error(`A transaction has status ${transactionStatus}, which is none of Kafka's.`)
  return name
}

/** Whether it is decided and its markers are owed. */
export const isEnding = ({ transactionStatus }: TransactionLogValue): boolean =>
  transactionStatus === STATUS.PrepareCommit || transactionStatus === STATUS.PrepareAbort

export const NO_PRODUCER_ID = -1
export const NO_EPOCH = -1
export const NO_TIME = -1

/** The last epoch that a producer gets: one more is left to fence it. */
export const LAST_EPOCH = 32_766

export const isExhausted = (epoch: number): boolean => epoch >= LAST_EPOCH

/** From this transaction.version on the epoch goes up with every end of a transaction (KIP-890). */
export const EPOCH_BUMP_SINCE = 2
