// How transactions end: the outcome is recorded first, its markers are owed from then on, and when all of them are stored the
// transaction is complete. Under transaction version 2 (KIP-890) the epoch goes up with the decision, so that nothing of the
// ended transaction can be taken for the next one's, and a repeated EndTxn is told from a new one.

import type { TransactionLogValue } from '@jackdaw/protocol'

import type { EndTransaction, MarkersWritten, ProducerIdResult } from './commands.ts'
import { EPOCH_BUMP_SINCE, isEnding, isExhausted, LAST_EPOCH, NO_PRODUCER_ID, STATUS } from './state.ts'
import { granted, keep, NEEDS_PRODUCER_ID, refused, reply, type Turn } from './turn.ts'

export function endTransaction(turn: Turn, command: EndTransaction): void {
  const { to, transactionalId } = command
  if (transactionalId === '') return reply(turn, to, refused('INVALID_REQUEST'))
  const known = turn.state.transactions.get(transactionalId)
  if (known === undefined) return reply(turn, to, refused('INVALID_PRODUCER_ID_MAPPING'))
  reply(
    turn,
    to,
    command.transactionVersion >= EPOCH_BUMP_SINCE ? endV2(turn, command, known) : endV1(turn, command, known),
  )
}

/** The states in which a repeated EndTxn finds the transaction that it has ended. */
const outcomeOf = (committed: boolean) =>
  committed
    ? { prepared: STATUS.PrepareCommit, complete: STATUS.CompleteCommit }
    : { prepared: STATUS.PrepareAbort, complete: STATUS.CompleteAbort }

/** The same epoch before and after: whether it is a repetition only the state can tell. */
function endV1(turn: Turn, command: EndTransaction, known: TransactionLogValue): ProducerIdResult {
  const { transactionalId, producerId, producerEpoch, committed } = command
  if (known.producerId !== producerId) return refused('INVALID_PRODUCER_ID_MAPPING')
  if (known.producerEpoch !== producerEpoch) return refused('PRODUCER_FENCED')
  const { prepared, complete } = outcomeOf(committed)
  if (known.transactionStatus === complete) return granted(known)
  if (known.transactionStatus === prepared) return refused('CONCURRENT_TRANSACTIONS')
  if (known.transactionStatus !== STATUS.Ongoing) return refused('INVALID_TXN_STATE')
  const how = { committed, bumpsEpoch: false, transactionVersion: 0, nextProducerId: NO_PRODUCER_ID }
  return granted(decideEnd(turn, transactionalId, known, how))
}

function endV2(turn: Turn, command: EndTransaction, known: TransactionLogValue): ProducerIdResult {
  const { transactionalId, producerId, producerEpoch, committed, newProducerId } = command
  if (isRepeated(known, command)) return repeated(known, committed)
  if (known.producerId !== producerId) return refused('INVALID_PRODUCER_ID_MAPPING')
  if (known.producerEpoch !== producerEpoch || isEnding(known)) return refused('PRODUCER_FENCED')
  // A producer that has written nothing may abort: with a new epoch nothing that is still under way of it can land.
  if (known.transactionStatus !== STATUS.Ongoing && committed) return refused('INVALID_TXN_STATE')
  const rotates = isExhausted(producerEpoch)
  if (rotates && newProducerId === null) return NEEDS_PRODUCER_ID
  const decided = decideEnd(turn, transactionalId, known, {
    committed,
    bumpsEpoch: true,
    transactionVersion: EPOCH_BUMP_SINCE,
    nextProducerId: rotates && newProducerId !== null ? newProducerId : NO_PRODUCER_ID,
  })
  return granted(identityAfter(decided))
}

/** Its answer was lost: the epoch that it names is the one before the present one, or the last one of the former producer id. */
const isRepeated = (known: TransactionLogValue, { producerId, producerEpoch }: EndTransaction): boolean => {
  if (known.clientTransactionVersion < EPOCH_BUMP_SINCE) return false
  if (known.producerId === producerId && known.producerEpoch === producerEpoch + 1)
    return known.transactionStatus !== STATUS.Empty && known.transactionStatus !== STATUS.Ongoing
  const complete = known.transactionStatus === STATUS.CompleteCommit || known.transactionStatus === STATUS.CompleteAbort
  return (
    complete && known.previousProducerId === producerId && producerEpoch === LAST_EPOCH && known.producerEpoch === 0
  )
}

const repeated = (known: TransactionLogValue, committed: boolean): ProducerIdResult => {
  const { prepared, complete } = outcomeOf(committed)
  if (known.transactionStatus === complete) return granted(known)
  return refused(known.transactionStatus === prepared ? 'CONCURRENT_TRANSACTIONS' : 'INVALID_TXN_STATE')
}

/** What the producer goes on as: where the epochs are used up, the producer id that takes over once the markers are written. */
const identityAfter = ({ producerId, producerEpoch, nextProducerId }: TransactionLogValue) =>
  nextProducerId === NO_PRODUCER_ID ? { producerId, producerEpoch } : { producerId: nextProducerId, producerEpoch: 0 }

interface HowItEnds {
  readonly committed: boolean
  readonly bumpsEpoch: boolean
  readonly transactionVersion: number
  readonly nextProducerId: number
}

/** Records the outcome; markers are owed from then on. */
export function decideEnd(
  turn: Turn,
  transactionalId: string,
  known: TransactionLogValue,
  { committed, bumpsEpoch, transactionVersion, nextProducerId }: HowItEnds,
): TransactionLogValue {
  const { wall } = turn.now
  const open = known.transactionStatus === STATUS.Ongoing
  const decided: TransactionLogValue = {
    ...known,
    nextProducerId,
    producerEpoch: known.producerEpoch + (bumpsEpoch ? 1 : 0),
    transactionStatus: outcomeOf(committed).prepared,
    transactionPartitions: open ? known.transactionPartitions : [],
    transactionStartTimestampMs: open ? known.transactionStartTimestampMs : wall,
    transactionLastUpdateTimestampMs: wall,
    clientTransactionVersion: transactionVersion,
  }
  keep(turn, transactionalId, decided)
  if (bumpsEpoch) turn.volatile.push({ type: 'bumpedFrom', transactionalId, epoch: undefined })
  return decided
}

/** A word about another transaction of the same id is old news. */
export function markersWritten(turn: Turn, { transactionalId, producerId, producerEpoch }: MarkersWritten): void {
  const known = turn.state.transactions.get(transactionalId)
  if (known === undefined || !isEnding(known)) return
  if (known.producerId !== producerId || known.producerEpoch !== producerEpoch) return
  const committed = known.transactionStatus === STATUS.PrepareCommit
  const rotated = known.nextProducerId !== NO_PRODUCER_ID
  keep(turn, transactionalId, {
    ...known,
    producerId: rotated ? known.nextProducerId : known.producerId,
    previousProducerId: rotated ? known.producerId : known.previousProducerId,
    nextProducerId: NO_PRODUCER_ID,
    producerEpoch: rotated ? 0 : known.producerEpoch,
    transactionStatus: outcomeOf(committed).complete,
    transactionPartitions: [],
    transactionLastUpdateTimestampMs: turn.now.wall,
  })
}
