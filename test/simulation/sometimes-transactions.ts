// Rare states of transactions that the simulation has to reach.
import { nameOf } from './history.ts'
import type { Look } from './sometimes.ts'

const ended = (look: Look, committed: boolean) =>
  look.of('txnEnd').filter(({ args, result }) => args.committed === committed && result?.error === 'NONE')

export const TRANSACTION_POINTS: Readonly<Record<string, (look: Look) => boolean>> = {
  'a transaction committed': (look) => ended(look, true).length > 0,
  'a transaction was aborted on purpose': (look) => ended(look, false).length > 0,
  'an end of a transaction went unheard and was asked for again': (look) => {
    const silent = new Set(look.of('txnEnd').flatMap(({ args, result }) => (result === undefined ? [args.txn] : [])))
    return [...ended(look, true), ...ended(look, false)].some(({ args }) => silent.has(args.txn))
  },
  'a transaction was left open and aborted over time': (look) =>
    look.notes('leaves a transaction open').length > 0 && look.notes('transactions read').length > 0,
  'a producer was fenced while it wrote': (look) => look.answered('txnProduce', 'INVALID_PRODUCER_EPOCH'),
  'a producer was fenced while it ended its transaction': (look) => look.answered('txnEnd', 'PRODUCER_FENCED'),
  'a producer came while the transaction before was being ended': (look) =>
    look.answered('txnInit', 'CONCURRENT_TRANSACTIONS'),
  'a partition was asked for that is not part of the transaction': (look) =>
    ['INVALID_TXN_STATE', 'TRANSACTION_ABORTABLE', 'INVALID_PRODUCER_EPOCH'].some((error) =>
      look.answered('txnProduce', error),
    ),
  'a reader of committed records waited in front of an open transaction': (look) =>
    look
      .of('txnFetch')
      .some(({ args, result }) =>
        (result ?? []).some((one) => args.committedOnly && one.next === one.lastStable && one.next < one.highWatermark),
      ),
  'an aborted record was stepped over': (look) => {
    const [committed, all] = [true, false].map(
      (only) =>
        new Set(
          look
            .of('txnFetch')
            .filter(({ args }) => args.committedOnly === only)
            .flatMap(({ result }) => (result ?? []).flatMap(({ records }) => records.map(([, value]) => value))),
        ),
    )
    return all!.size > 0 && [...all!].some((value) => !committed!.has(value))
  },
  'offsets moved with a transaction': (look) =>
    look.of('txnCommitted').some(({ result }) => result?.error === 'NONE' && result.offset >= 0),
  'the log of transactions met a fault': (look) =>
    look.notes('append fault').some(({ data }) => (data as { log: string }).log.startsWith('__transaction_state')),
  'a partition lost its log with a transaction open': (look) =>
    look.notes('append fault').some(({ data }) => {
      const { log, kind } = data as { log: string; kind: string }
      return kind === 'FULL' && look.of('txnProduce').some(({ args }) => nameOf(args.batch) === log)
    }),
  'the broker was killed while transactions were under way': (look) =>
    look.notes('killed').some(({ index }) => look.of('txnEnd').some((op) => op.sent < index && op.done === Infinity)),
}
