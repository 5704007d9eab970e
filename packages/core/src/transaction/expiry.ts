// What time does to transactions: open ones that take too long are aborted, ids that nobody uses are forgotten. Durations are
// monotonic; wall time is only asked how much of one had passed when a coordinator takes over, and never grants more than all.

import { dueBy } from '../deadlines.ts'
import type { TransactionsLoaded, TransactionsTick } from './commands.ts'
import { fence } from './init-producer-id.ts'
import { isEnding, STATUS } from './state.ts'
import type { Turn } from './turn.ts'

/** A tick does no more than this, and the next one is due at once while there is more to do. */
const TIMERS_PER_TICK = 64

export function tick(turn: Turn, _command: TransactionsTick): void {
  for (const { what } of dueBy(turn.state.volatile.deadlines, turn.now.monotonic, TIMERS_PER_TICK)) {
    const known = turn.state.transactions.get(what)
    if (known?.transactionStatus === STATUS.Ongoing) fence(turn, what, known)
    else forget(turn, what)
  }
}

const forget = (turn: Turn, transactionalId: string): void => {
  if (turn.state.transactions.has(transactionalId))
    turn.kept.push({ type: 'transaction', transactionalId, value: null })
  turn.volatile.push({ type: 'timer', transactionalId, at: undefined })
  turn.volatile.push({ type: 'bumpedFrom', transactionalId, epoch: undefined })
}

export function loaded(turn: Turn, _command: TransactionsLoaded): void {
  const { wall, monotonic } = turn.now
  for (const [transactionalId, known] of turn.state.transactions) {
    if (isEnding(known)) continue
    const open = known.transactionStatus === STATUS.Ongoing
    const allowed = open ? known.transactionTimeoutMs : turn.config.idExpirationMs
    const since = open ? known.transactionStartTimestampMs : known.transactionLastUpdateTimestampMs
    const left = Math.min(allowed, Math.max(0, since + allowed - wall))
    turn.volatile.push({ type: 'timer', transactionalId, at: monotonic + left })
  }
  turn.volatile.push({ type: 'loaded' })
}
