// What can be asked of a transaction coordinator, and what it answers. Requests carry `to` and are answered exactly once; events
// are not. Errors are those of the newest versions: handlers say them as older versions know them.

import type { ErrorName } from '@jackdaw/protocol'

import type { TransactionStateName } from './state.ts'

export interface TopicPartitions {
  readonly topic: string
  readonly partitionIds: readonly number[]
}

export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

export interface InitProducerId {
  readonly type: 'initProducerId'
  readonly to: number
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  /** Who the producer believes to be (KIP-360); null for one that starts. */
  readonly expected: ProducerIdentity | null
  /** A fresh id, should one be needed; made by the caller. Null = not yet: the answer is then `needsProducerId`. */
  readonly newProducerId: number | null
}

/** Either the work is done, or it has to be asked again with a fresh producer id at hand. */
export interface ProducerIdResult extends ProducerIdentity {
  readonly error: ErrorName
  readonly needsProducerId: boolean
}

export interface AddPartitions extends ProducerIdentity {
  readonly type: 'addPartitions'
  readonly to: number
  readonly transactionalId: string
  readonly partitions: readonly TopicPartitions[]
}

/** Whether a partition is part of the open transaction. */
export interface VerifyPartition extends ProducerIdentity {
  readonly type: 'verifyPartition'
  readonly to: number
  readonly transactionalId: string
  readonly topic: string
  readonly partition: number
}

export interface TransactionResult {
  readonly error: ErrorName
}

export interface EndTransaction extends ProducerIdentity {
  readonly type: 'endTransaction'
  readonly to: number
  readonly transactionalId: string
  readonly committed: boolean
  /** From 2 on the epoch goes up with every end (KIP-890). */
  readonly transactionVersion: number
  /** As in {@link InitProducerId}. */
  readonly newProducerId: number | null
}

export interface DescribeTransaction {
  readonly type: 'describeTransaction'
  readonly to: number
  readonly transactionalId: string
}

export interface DescribedTransaction extends ProducerIdentity {
  readonly error: ErrorName
  readonly state: TransactionStateName
  readonly transactionTimeoutMs: number
  /** -1 = none is open. */
  readonly startTimeMs: number
  readonly partitions: readonly TopicPartitions[]
}

export interface ListTransactions {
  readonly type: 'listTransactions'
  readonly to: number
  /** Empty = all. */
  readonly states: readonly string[]
  /** Empty = all. */
  readonly producerIds: readonly number[]
  /** Open for longer than this; -1 = any. */
  readonly durationMs: number
}

export interface ListTransactionsResult {
  readonly transactions: readonly {
    readonly transactionalId: string
    readonly producerId: number
    readonly state: TransactionStateName
  }[]
}

/** The log has been replayed: the first command of a machine. */
export interface TransactionsLoaded {
  readonly type: 'loaded'
}

export interface TransactionsTick {
  readonly type: 'tick'
}

/** Every partition of the transaction holds its marker. */
export interface MarkersWritten extends ProducerIdentity {
  readonly type: 'markersWritten'
  readonly transactionalId: string
}

export type TransactionRequest =
  | InitProducerId
  | AddPartitions
  | VerifyPartition
  | EndTransaction
  | DescribeTransaction
  | ListTransactions

export type TransactionEvent = TransactionsLoaded | TransactionsTick | MarkersWritten
export type TransactionCommand = TransactionRequest | TransactionEvent

export interface TransactionResults {
  readonly initProducerId: ProducerIdResult
  readonly addPartitions: TransactionResult
  readonly verifyPartition: TransactionResult
  readonly endTransaction: ProducerIdResult
  readonly describeTransaction: DescribedTransaction
  readonly listTransactions: ListTransactionsResult
}

export type TransactionReply = TransactionResults[TransactionRequest['type']]

/** A transaction has been decided: its markers are to be written, then `markersWritten` is to be said. */
export interface WriteMarkers extends ProducerIdentity {
  readonly type: 'writeMarkers'
  readonly transactionalId: string
  readonly committed: boolean
  readonly transactionVersion: number
  readonly partitions: readonly TopicPartitions[]
  /** Offset of the record that decided it: nothing is written before that is stored. */
  readonly decidedAt: number
}
