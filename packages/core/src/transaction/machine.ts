// The transaction coordinator of one partition of `__transaction_state` as a machine. A table says which rule answers which
// command, another what each record changes. What it owes others, the markers of decided transactions, is derived from its state.

import { clearDeadline, nextDeadline, setDeadline } from '../deadlines.ts'
import { invariant } from '../invariant.ts'
import type { Machine } from '../machine.ts'
import { describeTransaction, listTransactions } from './admin.ts'
import type { TransactionCommand, TransactionReply, WriteMarkers } from './commands.ts'
import { endTransaction, markersWritten } from './end.ts'
import { loaded, tick } from './expiry.ts'
import { initProducerId } from './init-producer-id.ts'
import { addPartitions, verifyPartition } from './partitions.ts'
import type { TransactionsRec } from './records.ts'
import { emptyTransactions, isEnding, STATUS, type TransactionsState } from './state.ts'
import { closeTurn, openTurn, type TransactionConfig, type Turn } from './turn.ts'

type Rules = {
  [T in TransactionCommand['type']]: (turn: Turn, command: Extract<TransactionCommand, { type: T }>) => void
}

const rules: Rules = {
  initProducerId,
  addPartitions,
  verifyPartition,
  endTransaction,
  describeTransaction,
  listTransactions,
  loaded,
  tick,
  markersWritten,
}

type Changes = {
  [T in TransactionsRec['type']]: (
    state: TransactionsState,
    record: Extract<TransactionsRec, { type: T }>,
    at: number,
  ) => void
}

const changes: Changes = {
  transaction: ({ transactions, ending }, { transactionalId, value }, at) => {
    if (value === null) transactions.delete(transactionalId)
    else transactions.set(transactionalId, value)
    if (value !== null && isEnding(value)) ending.set(transactionalId, at)
    else ending.delete(transactionalId)
  },

  timer: ({ volatile: { deadlines } }, { transactionalId, at }) => {
    if (at === undefined) clearDeadline(deadlines, transactionalId)
    else setDeadline(deadlines, { key: transactionalId, at, what: transactionalId })
  },

  bumpedFrom: ({ volatile: { bumpedFrom } }, { transactionalId, epoch }) => {
    if (epoch === undefined) bumpedFrom.delete(transactionalId)
    else bumpedFrom.set(transactionalId, epoch)
  },

  loaded: (state) => {
    state.volatile.loaded = true
  },
}

export type TransactionMachine = Machine<
  TransactionsState,
  TransactionCommand,
  TransactionsRec,
  TransactionReply,
  WriteMarkers
>

/** After the replay the first command is `loaded`. */
export const transactionMachine = (config: TransactionConfig): TransactionMachine => ({
  initial: emptyTransactions,

  decide(state, command, now) {
    const first = command.type === 'loaded'
    invariant(first !== state.volatile.loaded, `a coordinator is loaded once, before anything else (${command.type})`)
    const turn = openTurn(state, config, now)
    decide(turn, command)
    return closeTurn(turn)
  },

  apply(state, { records }, at) {
    records.forEach((record, index) => change(state, record, at + index))
  },

  *owed({ transactions, ending }) {
    for (const [transactionalId, decidedAt] of ending) {
      const known = transactions.get(transactionalId)
      invariant(known !== undefined, 'what is being ended is known')
      yield {
        type: 'writeMarkers',
        transactionalId,
        producerId: known.producerId,
        producerEpoch: known.producerEpoch,
        committed: known.transactionStatus === STATUS.PrepareCommit,
        transactionVersion: known.clientTransactionVersion,
        partitions: known.transactionPartitions ?? [],
        decidedAt,
      }
    }
  },

  deadline: (state) => nextDeadline(state.volatile.deadlines),
})

function decide<T extends TransactionCommand['type']>(
  turn: Turn,
  command: Extract<TransactionCommand, { type: T }>,
): void {
  const rule: Rules[T] = rules[command.type as T]
  rule(turn, command)
}

function change<T extends TransactionsRec['type']>(
  state: TransactionsState,
  record: Extract<TransactionsRec, { type: T }>,
  at: number,
): void {
  const apply: Changes[T] = changes[record.type as T]
  apply(state, record, at)
}
