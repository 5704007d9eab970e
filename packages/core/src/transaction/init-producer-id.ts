// InitProducerId with a transactional id: a producer starts, or starts over after an error (KIP-360). Whoever had the id before
// is fenced by the new epoch, and what it left open is aborted first.

import type { TransactionLogValue } from '@jackdaw/protocol'

import type { InitProducerId, ProducerIdentity } from './commands.ts'
import { decideEnd } from './end.ts'
import { isEnding, isExhausted, NO_EPOCH, NO_PRODUCER_ID, STATUS } from './state.ts'
import { granted, keep, NEEDS_PRODUCER_ID, notStarted, refused, reply, type Turn } from './turn.ts'

export function initProducerId(turn: Turn, command: InitProducerId): void {
  const { to, transactionalId, transactionTimeoutMs, expected } = command
  if (transactionalId === '') return reply(turn, to, refused('INVALID_REQUEST'))
  if (transactionTimeoutMs <= 0 || transactionTimeoutMs > turn.config.maxTimeoutMs)
    return reply(turn, to, refused('INVALID_TRANSACTION_TIMEOUT'))
  const known = turn.state.transactions.get(transactionalId)
  if (known === undefined) return startNew(turn, command)
  if (expected !== null && !mayBe(known, expected)) return reply(turn, to, refused('PRODUCER_FENCED'))
  if (isEnding(known)) return reply(turn, to, refused('CONCURRENT_TRANSACTIONS'))
  if (known.transactionStatus === STATUS.Ongoing) {
    // The epoch that fences is given to nobody: the producer asks again once the markers are written, and gets the next one.
    fence(turn, transactionalId, known)
    return reply(turn, to, refused('CONCURRENT_TRANSACTIONS'))
  }
  const exhausted = isExhausted(known.producerEpoch)
  if (exhausted && (expected === null || expected.producerEpoch === known.producerEpoch))
    return rotate(turn, command, known)
  bump(turn, command, known)
}

/** The producer itself, or itself before a change of its producer id whose answer it never got. */
const mayBe = (known: TransactionLogValue, expected: ProducerIdentity): boolean =>
  expected.producerId === known.producerId ||
  (expected.producerId === known.previousProducerId && isExhausted(expected.producerEpoch))

function startNew(turn: Turn, { to, transactionalId, transactionTimeoutMs, newProducerId }: InitProducerId): void {
  if (newProducerId === null) return reply(turn, to, NEEDS_PRODUCER_ID)
  const value: TransactionLogValue = {
    producerId: newProducerId,
    previousProducerId: NO_PRODUCER_ID,
    nextProducerId: NO_PRODUCER_ID,
    producerEpoch: 0,
    nextProducerEpoch: NO_EPOCH,
    transactionTimeoutMs,
    transactionStatus: STATUS.Empty,
    ...notStarted,
    transactionLastUpdateTimestampMs: turn.now.wall,
    clientTransactionVersion: 0,
  }
  keep(turn, transactionalId, value)
  reply(turn, to, granted(value))
}

/** The epochs of the producer id are used up: it goes on under another. */
function rotate(turn: Turn, command: InitProducerId, known: TransactionLogValue): void {
  const { to, transactionalId, transactionTimeoutMs, newProducerId, expected } = command
  if (newProducerId === null) return reply(turn, to, NEEDS_PRODUCER_ID)
  const value: TransactionLogValue = {
    ...known,
    ...notStarted,
    producerId: newProducerId,
    previousProducerId: known.producerId,
    nextProducerId: NO_PRODUCER_ID,
    producerEpoch: 0,
    transactionTimeoutMs,
    transactionStatus: STATUS.Empty,
    transactionLastUpdateTimestampMs: turn.now.wall,
  }
  keep(turn, transactionalId, value)
  noteBump(turn, transactionalId, expected === null ? undefined : known.producerEpoch)
  reply(turn, to, granted(value))
}

function bump(turn: Turn, command: InitProducerId, known: TransactionLogValue): void {
  const { to, transactionalId, transactionTimeoutMs, expected } = command
  const again = expected !== null && expected.producerEpoch !== known.producerEpoch
  if (again && turn.state.volatile.bumpedFrom.get(transactionalId) !== expected.producerEpoch)
    return reply(turn, to, refused('PRODUCER_FENCED'))
  const value: TransactionLogValue = {
    ...known,
    ...notStarted,
    producerEpoch: again ? known.producerEpoch : known.producerEpoch + 1,
    transactionTimeoutMs,
    transactionStatus: STATUS.Empty,
    transactionLastUpdateTimestampMs: turn.now.wall,
  }
  keep(turn, transactionalId, value)
  if (!again) noteBump(turn, transactionalId, expected === null ? undefined : known.producerEpoch)
  reply(turn, to, granted(value))
}

const noteBump = (turn: Turn, transactionalId: string, epoch: number | undefined): void => {
  turn.volatile.push({ type: 'bumpedFrom', transactionalId, epoch })
}

/** Told from what a producer ended by itself: an EndTxn of the fenced epoch is no repetition of this one. */
const NOT_BY_ITS_PRODUCER = 1

/** Aborts what is open under an epoch that its producer does not have. */
export function fence(turn: Turn, transactionalId: string, known: TransactionLogValue): void {
  decideEnd(turn, transactionalId, known, {
    committed: false,
    bumpsEpoch: true,
    transactionVersion: NOT_BY_ITS_PRODUCER,
    nextProducerId: NO_PRODUCER_ID,
  })
}
