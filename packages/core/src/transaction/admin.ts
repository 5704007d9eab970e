// What operators ask: which transactional ids there are, and what one of them is doing (KIP-664, KIP-994).

import type { DescribeTransaction, ListTransactions, ListTransactionsResult } from './commands.ts'
import { NO_TIME, STATUS, stateOf } from './state.ts'
import { reply, type Turn } from './turn.ts'

export function describeTransaction(turn: Turn, { to, transactionalId }: DescribeTransaction): void {
  const known = turn.state.transactions.get(transactionalId)
  const nothing = {
    state: 'Empty',
    transactionTimeoutMs: 0,
    startTimeMs: NO_TIME,
    producerId: -1,
    producerEpoch: -1,
  } as const
  if (transactionalId === '') return reply(turn, to, { ...nothing, error: 'INVALID_REQUEST', partitions: [] })
  if (known === undefined) return reply(turn, to, { ...nothing, error: 'TRANSACTIONAL_ID_NOT_FOUND', partitions: [] })
  reply(turn, to, {
    error: 'NONE',
    state: stateOf(known),
    transactionTimeoutMs: known.transactionTimeoutMs,
    startTimeMs: known.transactionStartTimestampMs,
    producerId: known.producerId,
    producerEpoch: known.producerEpoch,
    partitions: known.transactionPartitions ?? [],
  })
}

const OFF = -1

export function listTransactions(turn: Turn, command: ListTransactions): void {
  const { to, states, producerIds, durationMs } = command
  const [wantedStates, wantedIds] = [new Set(states), new Set(producerIds)]
  const transactions: ListTransactionsResult['transactions'][number][] = []
  for (const [transactionalId, known] of turn.state.transactions) {
    const state = stateOf(known)
    if (wantedStates.size > 0 && !wantedStates.has(state)) continue
    if (wantedIds.size > 0 && !wantedIds.has(known.producerId)) continue
    const open = known.transactionStatus === STATUS.Ongoing
    const age = open ? turn.now.wall - known.transactionStartTimestampMs : 0
    if (durationMs > OFF && (!open || age <= durationMs)) continue
    transactions.push({ transactionalId, producerId: known.producerId, state })
  }
  reply(turn, to, { transactions })
}
