// Where batches of transactions wait for the word of their coordinator (KIP-890). The first batch of a producer's transaction asks
// whether the partition is part of it; later ones of that producer queue behind it, other producers do not. Once the transaction
// is open here nothing waits.

import {
  askMembership,
  checkSequence,
  isMember,
  settleMembership,
  type PartitionLogState,
  type SequencedBatch,
} from '@jackdaw/core'
import { errorCode, isRetriable } from '@jackdaw/protocol'

import { Turns } from './turns.ts'
import type { Unavailable } from './unavailable.ts'

/** The word of a coordinator on one partition. */
export interface Coordinator {
  /** Whether the producer's transactions each have an epoch of their own (transaction version 2). */
  readonly epochPerTransaction: boolean
  /** Undefined: the partition is part of the producer's open transaction. Never rejects. */
  ask(producerId: number, producerEpoch: number): Promise<Unavailable | undefined>
}

type State = Readonly<PartitionLogState>

export class TransactionGate {
  readonly #turns = new Turns<number>()

  /** Calls `enter` when it is the batch's turn, with what the coordinator had against it; at once where nothing is to be asked. */
  async pass<T>(
    state: State,
    batch: SequencedBatch,
    coordinator: Coordinator,
    enter: (failure: Unavailable | undefined) => Promise<T>,
  ): Promise<T> {
    const { producerId } = batch
    if (!this.#turns.isBusy(producerId) && isLetIn(state, batch)) return enter(undefined)
    // The next one's turn comes when this one has entered, not when it is stored: so its promise goes in an object.
    const entered = await this.#turns.take(producerId, async () => {
      const failure = isLetIn(state, batch) ? undefined : await askFor(state, batch, coordinator)
      return { result: enter(failure) }
    })
    return entered.result
  }
}

/** Nothing is to be asked of who has a transaction open here, or only repeats what is stored. */
const isLetIn = ({ producers, transactions }: State, batch: SequencedBatch): boolean =>
  isMember(transactions, producers.get(batch.producerId), batch.producerId, batch.producerEpoch) ||
  (producers.has(batch.producerId) && checkSequence(producers, batch).kind === 'DUPLICATE')

/** Asks the coordinator, and notes its word where the partition log decides by it. */
const askFor = async (
  { transactions }: State,
  batch: SequencedBatch,
  coordinator: Coordinator,
): Promise<Unavailable | undefined> => {
  const { producerId, producerEpoch } = batch
  const membership = askMembership(transactions, batch, coordinator.epochPerTransaction)
  const failure = await coordinator.ask(producerId, producerEpoch)
  const word = failure === undefined ? 'CONFIRMED' : isRetriable(errorCode(failure.error)) ? 'DEFERRED' : 'REFUSED'
  settleMembership(transactions, producerId, membership, word)
  return failure
}
