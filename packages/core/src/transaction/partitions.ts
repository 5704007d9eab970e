// Which partitions a transaction has: added before anything is written to them, and asked for by their leaders.

import type { ErrorName, TransactionLogValue } from '@jackdaw/protocol'

import type { AddPartitions, ProducerIdentity, VerifyPartition } from './commands.ts'
import { isEnding, STATUS } from './state.ts'
import { hasPartition, keep, reply, type Turn, unionOf } from './turn.ts'

/** The transaction of a producer that is who it says, and is not being ended at the moment. */
const workingOn = (
  turn: Turn,
  transactionalId: string,
  { producerId, producerEpoch }: ProducerIdentity,
): TransactionLogValue | ErrorName => {
  if (transactionalId === '') return 'INVALID_REQUEST'
  const known = turn.state.transactions.get(transactionalId)
  if (known === undefined || known.producerId !== producerId) return 'INVALID_PRODUCER_ID_MAPPING'
  if (known.producerEpoch !== producerEpoch) return 'PRODUCER_FENCED'
  return isEnding(known) ? 'CONCURRENT_TRANSACTIONS' : known
}

export function addPartitions(turn: Turn, command: AddPartitions): void {
  const { to, transactionalId } = command
  const known = workingOn(turn, transactionalId, command)
  if (typeof known === 'string') return reply(turn, to, { error: known })
  const open = known.transactionStatus === STATUS.Ongoing
  const { partitions, grown } = unionOf(open ? known.transactionPartitions : null, command.partitions)
  if (!open || grown) {
    const { wall } = turn.now
    keep(turn, transactionalId, {
      ...known,
      transactionStatus: STATUS.Ongoing,
      transactionPartitions: partitions,
      transactionStartTimestampMs: open ? known.transactionStartTimestampMs : wall,
      transactionLastUpdateTimestampMs: wall,
    })
  }
  reply(turn, to, { error: 'NONE' })
}

export function verifyPartition(turn: Turn, command: VerifyPartition): void {
  const { to, transactionalId, topic, partition } = command
  const known = workingOn(turn, transactionalId, command)
  if (typeof known === 'string') return reply(turn, to, { error: known })
  const isMember = known.transactionStatus === STATUS.Ongoing && hasPartition(known, topic, partition)
  reply(turn, to, { error: isMember ? 'NONE' : 'TRANSACTION_ABORTABLE' })
}
