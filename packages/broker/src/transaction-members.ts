// The coordinator's word on which partitions are part of a transaction, as leaders of partitions ask for it (KIP-890): older
// producers have added the partition before, newer ones leave that to its leader.

import type { ErrorName } from '@jackdaw/protocol'
import type { Clock } from '@jackdaw/ports'

import { MetadataGone } from './cluster.ts'
import type { Submitted } from './runtime/machine-shell.ts'
import type { Coordinator } from './runtime/transaction-gate.ts'
import type { Failure, Unavailable } from './runtime/unavailable.ts'
import type { TransactionMarkers } from './transaction-markers.ts'
import type { Transactions } from './transactions.ts'

export interface TransactionMembersOptions {
  readonly transactions: Transactions
  readonly markers: TransactionMarkers
  readonly clock: Clock
  /** transaction.partition.verification.enable */
  readonly verifies: () => boolean
}

/** What the request that writes can do and say. */
export interface WriteInTransaction {
  readonly transactionalId: string
  readonly topic: string
  readonly partition: number
  /** The leader adds the partition to the transaction (transaction version 2). */
  readonly adds: boolean
  /** The request's version knows TRANSACTION_ABORTABLE. */
  readonly knowsAbortable: boolean
}

/** How long the end of the transaction before is waited for, before the producer is told to try again. */
const PATIENCE_MS = 1_000
const LOOK_AGAIN_MS = 10

export class TransactionMembers {
  readonly #options: TransactionMembersOptions

  constructor(options: TransactionMembersOptions) {
    this.#options = options
  }

  coordinatorOf(write: WriteInTransaction): Coordinator {
    return {
      epochPerTransaction: write.adds,
      ask: async (producerId, producerEpoch) => {
        if (!write.adds && !this.#options.verifies()) return undefined
        const error = await this.#word(write, producerId, producerEpoch)
        return error === 'NONE' ? undefined : failureOf(error, write)
      },
    }
  }

  async #word(write: WriteInTransaction, producerId: number, producerEpoch: number): Promise<ErrorName> {
    try {
      return await (write.adds
        ? this.#add(write, producerId, producerEpoch)
        : this.#verify(write, producerId, producerEpoch))
    } catch (error) {
      if (error instanceof MetadataGone) return 'COORDINATOR_NOT_AVAILABLE'
      throw error
    }
  }

  async #verify(
    { transactionalId, topic, partition }: WriteInTransaction,
    producerId: number,
    producerEpoch: number,
  ): Promise<ErrorName> {
    const request = { type: 'verifyPartition', transactionalId, producerId, producerEpoch, topic, partition } as const
    return errorIn(await this.#options.transactions.submit<'verifyPartition'>(transactionalId, request))
  }

  /** A producer of version 2 goes on as soon as EndTxn is answered, while the markers are still being written. */
  async #add(
    { transactionalId, topic, partition }: WriteInTransaction,
    producerId: number,
    producerEpoch: number,
  ): Promise<ErrorName> {
    const { transactions, markers, clock } = this.#options
    const partitions = [{ topic, partitionIds: [partition] }]
    const request = { type: 'addPartitions', transactionalId, producerId, producerEpoch, partitions } as const
    const until = clock.monotonic() + PATIENCE_MS
    for (;;) {
      const error = errorIn(await transactions.submit<'addPartitions'>(transactionalId, request))
      if (error !== 'CONCURRENT_TRANSACTIONS' || clock.monotonic() >= until) return error
      const aWhile = new Promise<void>((resolve) => {
        clock.after(LOOK_AGAIN_MS, resolve)
      })
      await Promise.race([markers.written(transactionalId) ?? aWhile, aWhile])
    }
  }
}

const errorIn = (submitted: Submitted<{ readonly error: ErrorName }>): ErrorName =>
  submitted.ok ? submitted.response.error : submitted.error

/** Passing troubles of the coordinator. Older producers know none of them from Produce: this one they take for a reason to retry. */
const PASSING: ReadonlySet<ErrorName> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'NOT_COORDINATOR',
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
])

const failureOf = (error: Failure, { transactionalId, adds, knowsAbortable }: WriteInTransaction): Unavailable => {
  const message = `The coordinator of transactional id '${transactionalId}' answered ${error}.`
  if (error === 'CONCURRENT_TRANSACTIONS' && adds) return { error, message }
  if (PASSING.has(error)) return { error: 'NOT_ENOUGH_REPLICAS', message }
  if (error === 'PRODUCER_FENCED') return { error: 'INVALID_PRODUCER_EPOCH', message }
  if (error === 'TRANSACTION_ABORTABLE' && !knowsAbortable) return { error: 'INVALID_TXN_STATE', message }
  return { error, message }
}
