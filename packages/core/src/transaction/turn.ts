// One decision in the making: rules read the state and gather here what they want kept, timed and answered.

import type { TransactionLogValue } from '@jackdaw/protocol'

import { invariant } from '../invariant.ts'
import type { Decision, Now, Reply } from '../machine.ts'
import type { ProducerIdentity, ProducerIdResult, TopicPartitions, TransactionReply } from './commands.ts'
import type { TransactionRec, TransactionsRec, TransactionVolatileRec } from './records.ts'
import { NO_TIME, STATUS, type TransactionsState } from './state.ts'

export interface TransactionConfig {
  /** transaction.max.timeout.ms */
  readonly maxTimeoutMs: number
  /** transactional.id.expiration.ms */
  readonly idExpirationMs: number
}

export interface Turn {
  readonly state: Readonly<TransactionsState>
  readonly config: TransactionConfig
  readonly now: Now
  readonly kept: TransactionRec[]
  readonly volatile: TransactionVolatileRec[]
  readonly replies: Reply<TransactionReply>[]
}

export const openTurn = (state: Readonly<TransactionsState>, config: TransactionConfig, now: Now): Turn => ({
  state,
  config,
  now,
  kept: [],
  volatile: [],
  replies: [],
})

export const reply = (turn: Turn, to: number, response: TransactionReply): void => {
  turn.replies.push({ to, response })
}

export const refused = (error: ProducerIdResult['error']): ProducerIdResult => ({
  error,
  producerId: -1,
  producerEpoch: -1,
  needsProducerId: false,
})

export const granted = ({ producerId, producerEpoch }: ProducerIdentity): ProducerIdResult => ({
  error: 'NONE',
  producerId,
  producerEpoch,
  needsProducerId: false,
})

export const NEEDS_PRODUCER_ID: ProducerIdResult = { ...refused('NONE'), needsProducerId: true }

/** Records the transaction, and sets the one timer that its new state has. */
export const keep = (turn: Turn, transactionalId: string, value: TransactionLogValue): void => {
  const before = turn.state.transactions.get(transactionalId)
  checkStep(transactionalId, before, value)
  turn.kept.push({ type: 'transaction', transactionalId, value })
  const begun = value.transactionStatus === STATUS.Ongoing
  if (begun && before?.transactionStatus === STATUS.Ongoing) return // its time runs already
  const after = timeLeft(turn, value)
  turn.volatile.push({
    type: 'timer',
    transactionalId,
    at: after === undefined ? undefined : turn.now.monotonic + after,
  })
}

/** Until an open transaction is aborted, or an unused id forgotten; nothing ends the writing of markers but their success. */
const timeLeft = ({ config }: Turn, { transactionStatus, transactionTimeoutMs }: TransactionLogValue) => {
  if (transactionStatus === STATUS.Ongoing) return transactionTimeoutMs
  return transactionStatus === STATUS.PrepareCommit || transactionStatus === STATUS.PrepareAbort
    ? undefined
    : config.idExpirationMs
}

/** From which states each state may be entered. */
const enteredFrom: Readonly<Record<number, readonly (number | undefined)[]>> = {
  [STATUS.Empty]: [undefined, STATUS.Empty, STATUS.CompleteCommit, STATUS.CompleteAbort],
  [STATUS.Ongoing]: [STATUS.Empty, STATUS.Ongoing, STATUS.CompleteCommit, STATUS.CompleteAbort],
  [STATUS.PrepareCommit]: [STATUS.Ongoing],
  [STATUS.PrepareAbort]: [STATUS.Ongoing, STATUS.Empty, STATUS.CompleteCommit, STATUS.CompleteAbort],
  [STATUS.CompleteCommit]: [STATUS.PrepareCommit],
  [STATUS.CompleteAbort]: [STATUS.PrepareAbort],
}

const checkStep = (id: string, before: TransactionLogValue | undefined, after: TransactionLogValue): void => {
  const allowed = enteredFrom[after.transactionStatus]?.includes(before?.transactionStatus)
  invariant(allowed === true, `a transaction goes from state to state as it may (${id})`)
  if (before === undefined || before.producerId !== after.producerId) return
  invariant(after.producerEpoch >= before.producerEpoch, `the epoch of a producer never goes back (${id})`)
}

export const closeTurn = (turn: Turn): Decision<TransactionsRec, TransactionReply> => ({
  batches: turn.kept.length === 0 ? [] : [{ records: turn.kept }],
  volatile: turn.volatile,
  replies: turn.replies,
})

/** The union of both, each partition once. */
export const unionOf = (
  known: readonly TopicPartitions[] | null,
  added: readonly TopicPartitions[],
): { readonly partitions: { topic: string; partitionIds: number[] }[]; readonly grown: boolean } => {
  const byTopic = new Map<string, Set<number>>()
  for (const { topic, partitionIds } of known ?? []) byTopic.set(topic, new Set(partitionIds))
  let grown = false
  for (const { topic, partitionIds } of added) {
    const ids = byTopic.get(topic) ?? new Set()
    for (const id of partitionIds) {
      grown ||= !ids.has(id)
      ids.add(id)
    }
    byTopic.set(topic, ids)
  }
  return { partitions: Array.from(byTopic, ([topic, ids]) => ({ topic, partitionIds: [...ids] })), grown }
}

export const hasPartition = ({ transactionPartitions }: TransactionLogValue, topic: string, id: number): boolean =>
  transactionPartitions?.some((one) => one.topic === topic && one.partitionIds.includes(id)) ?? false

export const notStarted = { transactionPartitions: [], transactionStartTimestampMs: NO_TIME }
