// What a partition knows of transactions: which are open and since which offset, which were aborted, and for which producers
// the coordinator has said that the partition is part of their transaction (KIP-890). Readers of committed records stop at the
// first offset that is still undecided; how a transaction ended is decided by its marker, once that is stored.

import type { ErrorName } from '@jackdaw/protocol'

import type { Producer, Producers, RefusedBatch, SequencedBatch } from './producer-state.ts'

/** An aborted transaction of one producer: its records lie in [first, last], and `last` is the marker's own offset. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly first: number
  readonly last: number
  /** Every transaction that ended later began here or after: where a search may stop. */
  readonly stable: number
}

/** A transaction that is about to begin here: asked for, then confirmed by the coordinator. */
export interface Membership {
  readonly epoch: number
  /** Of the batches that were asked for: what came behind a refused one must not take its place. */
  readonly lowestSequence: number
  /** Transaction version 2: a marker of this very epoch ended the transaction before. */
  readonly epochPerTransaction: boolean
  state: 'ASKED' | 'CONFIRMED' | 'DEFERRED'
}

export interface PartitionTransactions {
  /** Producer ids by the first offset of each transaction whose marker is not stored yet. Ascending, because it grows at the end. */
  readonly undecided: Map<number, number>
  /** Transactions whose marker is decided but perhaps not stored, in order of their markers. */
  ending: { readonly first: number; readonly marker: number }[]
  /** In order of `last`. */
  aborted: AbortedTransaction[]
  /** By producer id. A marker takes it away, so that a late word of the coordinator opens nothing behind it. */
  readonly memberships: Map<number, Membership>
}

export const noTransactions = (): PartitionTransactions => ({
  undecided: new Map(),
  ending: [],
  aborted: [],
  memberships: new Map(),
})

/** The first offset of a transaction that has not ended for all to see; `end` where there is none. */
export const firstUndecided = ({ undecided }: PartitionTransactions, end: number): number => {
  for (const first of undecided.keys()) return first
  return end
}

export interface Marker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly committed: boolean
  readonly coordinatorEpoch: number
  /** The transaction.version under which the transaction ended: from 2 on a marker has a new epoch. */
  readonly transactionVersion: number
}

export type MarkerDecision =
  | { readonly kind: 'WRITE' }
  /** Nothing of the producer is open, and what this marker would fence is fenced. */
  | { readonly kind: 'DONE' }
  | { readonly kind: 'REFUSE'; readonly error: Exclude<ErrorName, 'NONE'>; readonly message: string }

const EPOCH_BUMP_SINCE = 2

/**
 * Whether the marker is to be written. One that comes twice is written once. Under transaction version 2 every end has a new
 * epoch, so a marker of the epoch that is open here belongs to an earlier transaction (KIP-1228).
 */
export const decideMarker = (producers: Producers, marker: Marker): MarkerDecision => {
  const known = producers.get(marker.producerId)
  if (known === undefined) return { kind: 'WRITE' }
  if (marker.coordinatorEpoch < known.coordinatorEpoch) {
    return refuse(
      'TRANSACTION_COORDINATOR_FENCED',
      `The marker comes from coordinator epoch ${marker.coordinatorEpoch}; ${known.coordinatorEpoch} has written here.`,
    )
  }
  if (marker.producerEpoch < known.epoch) return staleMarker(marker, known)
  if (marker.producerEpoch > known.epoch) return { kind: 'WRITE' }
  if (known.transaction === undefined) return { kind: 'DONE' }
  return marker.transactionVersion >= EPOCH_BUMP_SINCE ? staleMarker(marker, known) : { kind: 'WRITE' }
}

const refuse = (error: Exclude<ErrorName, 'NONE'>, message: string): MarkerDecision => ({
  kind: 'REFUSE',
  error,
  message,
})

const staleMarker = ({ producerId, producerEpoch }: Marker, known: Producer): MarkerDecision =>
  refuse(
    'INVALID_PRODUCER_EPOCH',
    `The marker of producer ${producerId} has epoch ${producerEpoch}, but epoch ${known.epoch} is at work here.`,
  )

/** Takes in that `producer` has written the first batch of a transaction at `first`. */
export const beginTransaction = (
  transactions: PartitionTransactions,
  producerId: number,
  producer: Producer,
  first: number,
): void => {
  producer.transaction = first
  transactions.undecided.set(first, producerId)
  transactions.memberships.delete(producerId)
}

/** Takes in a marker at `offset`. It settles what is open, if anything is. */
export const endTransaction = (
  transactions: PartitionTransactions,
  producerId: number,
  producer: Producer,
  committed: boolean,
  offset: number,
): void => {
  voidMembership(transactions, producerId, producer.epoch)
  const first = producer.transaction
  if (first === undefined) return
  producer.transaction = undefined
  transactions.ending.push({ first, marker: offset })
  if (committed) return
  transactions.aborted.push({ producerId, first, last: offset, stable: firstOpen(transactions, offset + 1) })
}

/** What the coordinator says of a transaction that has ended comes too late. */
const voidMembership = ({ memberships }: PartitionTransactions, producerId: number, epoch: number): void => {
  const membership = memberships.get(producerId)
  if (membership === undefined) return
  const { epoch: asked, epochPerTransaction } = membership
  if (epochPerTransaction ? asked < epoch : asked <= epoch) memberships.delete(producerId)
}

/** The first offset of a transaction without a marker. */
const firstOpen = ({ undecided, ending }: PartitionTransactions, end: number): number => {
  const ended = new Set(ending.map(({ first }) => first))
  for (const first of undecided.keys()) if (!ended.has(first)) return first
  return end
}

/** Everything below `durable` is stored: transactions whose marker lies there are decided. */
export const decideUpTo = (transactions: PartitionTransactions, durable: number): void => {
  const { ending, undecided } = transactions
  let decided = 0
  for (const { first, marker } of ending) {
    if (marker >= durable) break
    undecided.delete(first)
    decided++
  }
  if (decided > 0) ending.splice(0, decided)
}

/** Aborted transactions that have records in [from, to), in order of their first offsets. Costs what it returns. */
export const abortedIn = (
  { aborted }: PartitionTransactions,
  from: number,
  to: number,
): readonly AbortedTransaction[] => {
  const found: AbortedTransaction[] = []
  for (let i = firstEndingAt(aborted, from); i < aborted.length; i++) {
    const one = aborted[i] as AbortedTransaction
    if (one.first < to) found.push(one)
    if (one.stable >= to) break
  }
  return found.toSorted((a, b) => a.first - b.first)
}

/** Index of the first that ends at or after `offset`. */
const firstEndingAt = (aborted: readonly AbortedTransaction[], offset: number): number => {
  let low = 0
  let high = aborted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((aborted[middle] as AbortedTransaction).last < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Forgets what lies wholly before the log start. */
export const trimTransactions = (transactions: PartitionTransactions, start: number): void => {
  const kept = firstEndingAt(transactions.aborted, start)
  if (kept > 0) transactions.aborted = transactions.aborted.slice(kept)
}

/** Notes that the coordinator is asked whether the partition is part of the producer's transaction. */
export const askMembership = (
  { memberships }: PartitionTransactions,
  { producerId, producerEpoch: epoch, baseSequence }: RefusedBatch,
  epochPerTransaction: boolean,
): Membership => {
  const before = memberships.get(producerId)
  const lowestSequence = before?.epoch === epoch ? Math.min(before.lowestSequence, baseSequence) : baseSequence
  const membership: Membership = { epoch, lowestSequence, epochPerTransaction, state: 'ASKED' }
  memberships.set(producerId, membership)
  return membership
}

/** The coordinator's word has come (deferred: not now, but perhaps later). It is void where a marker came before it. */
export const settleMembership = (
  { memberships }: PartitionTransactions,
  producerId: number,
  membership: Membership,
  word: 'CONFIRMED' | 'DEFERRED' | 'REFUSED',
): void => {
  if (memberships.get(producerId) !== membership) return
  if (word === 'REFUSED') memberships.delete(producerId)
  else membership.state = word
}

/** Forgets who was told to come back later and did not. */
export const expireMemberships = ({ memberships }: PartitionTransactions): void => {
  for (const [producerId, { state }] of memberships) if (state === 'DEFERRED') memberships.delete(producerId)
}

/** Whether the producer may write to a transaction here: it has one open, or the coordinator has let it begin one. */
export const isMember = (
  { memberships }: PartitionTransactions,
  producer: Producer | undefined,
  producerId: number,
  epoch: number,
): boolean => {
  if (producer?.transaction !== undefined && producer.epoch === epoch) return true
  const membership = memberships.get(producerId)
  return membership !== undefined && membership.state === 'CONFIRMED' && membership.epoch === epoch
}

/** Whether the first batch of a transaction came behind one that was refused. */
export const leapsAhead = ({ memberships }: PartitionTransactions, batch: SequencedBatch): boolean => {
  const membership = memberships.get(batch.producerId)
  return membership?.epoch === batch.producerEpoch && batch.baseSequence > membership.lowestSequence
}
