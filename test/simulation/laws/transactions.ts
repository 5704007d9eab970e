// Transactions: read whole or not at all, ended once in each partition, and their offsets with them.
import { type Evidence, type Law, nameOf, type Op, type Violation } from '../history.ts'

type Fate = 'committed' | 'aborted' | 'open'

interface Transaction {
  readonly txn: number
  readonly id: string
  readonly values: number[]
  readonly ends: Op<'txnEnd'>[]
  fate: Fate
}

/** What its producer may believe: committed when it was told so, aborted when no commit can have landed. */
const fateOf = (ends: readonly Op<'txnEnd'>[]): Fate => {
  const commits = ends.filter(({ args }) => args.committed)
  if (commits.length === 0) return 'aborted'
  if (commits.some(({ result }) => result?.error === 'NONE')) return 'committed'
  return commits.every(({ result }) => result !== undefined && REFUSED.has(result.error)) ? 'aborted' : 'open'
}

/** Errors after which an EndTxn surely has not committed. */
const REFUSED = new Set(['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'PRODUCER_FENCED'])

const transactionsOf = ({ history }: Evidence): ReadonlyMap<number, Transaction> => {
  const found = new Map<number, Transaction>()
  const of = ({ id, txn }: { readonly id: string; readonly txn: number }): Transaction => {
    const known = found.get(txn) ?? { txn, id, values: [], ends: [], fate: 'open' }
    found.set(txn, known)
    return known
  }
  for (const { args } of history.of('txnProduce')) {
    const { values } = of(args)
    for (const value of args.batch.values) if (!values.includes(value)) values.push(value)
  }
  for (const op of history.of('txnEnd')) of(op.args).ends.push(op)
  for (const one of found.values()) one.fate = fateOf(one.ends)
  return found
}

const ATOMIC = 'transactions are read whole or not at all'
const ONCE = 'a record of a transaction is read at one offset'

const readsAreAtomic: Law = (evidence) => {
  const violations: Violation[] = []
  const transactions = transactionsOf(evidence)
  const owner = new Map<number, Transaction>()
  for (const one of transactions.values()) for (const value of one.values) owner.set(value, one)
  const offsets = new Map<number, string>()
  const read = new Set<number>()
  for (const op of evidence.history.of('txnFetch')) {
    for (const partition of op.result ?? []) {
      for (const [offset, value] of partition.records) {
        const place = `${nameOf(partition)} ${offset}`
        const before = offsets.get(value) ?? place
        offsets.set(value, place)
        if (before !== place) violations.push({ law: ONCE, detail: `${value} at ${before} and at ${place}` })
        if (!op.args.committedOnly) continue
        read.add(value)
        const one = owner.get(value)
        if (one?.fate === 'aborted')
          violations.push({ law: ATOMIC, detail: `${place}: ${value} of the aborted transaction ${one.txn} was read` })
        if (partition.lastStable >= 0 && offset >= partition.lastStable)
          violations.push({
            law: ATOMIC,
            detail: `${place}: read beyond the last stable offset ${partition.lastStable}`,
          })
      }
    }
  }
  if (!finished(evidence)) return violations
  for (const { txn, fate, values } of transactions.values()) {
    const missing = values.filter((value) => !read.has(value))
    if (missing.length === 0 || (fate !== 'committed' && missing.length === values.length)) continue
    violations.push({ law: ATOMIC, detail: `transaction ${txn} (${fate}) was read without ${missing.join(', ')}` })
  }
  return violations
}

/** Whether the readers have come to the end of everything. */
const finished = ({ history }: Evidence): boolean => history.notes.some(({ what }) => what === 'transactions read')

const MARKED = 'a transaction ends once in each partition'

const markersAreUnique: Law = ({ transactionLogs = [] }) => {
  const violations: Violation[] = []
  for (const log of transactionLogs) {
    const open = new Map<number, boolean>()
    const marked = new Set<string>()
    for (const { producer, at, end } of log.batches) {
      if (end === undefined) {
        open.set(producer.id, true)
        marked.delete(`${producer.id}/${producer.epoch}`)
        continue
      }
      const key = `${producer.id}/${producer.epoch}`
      if (marked.has(key) && open.get(producer.id) !== true)
        violations.push({ law: MARKED, detail: `${nameOf(log)} ${at}: a second marker of ${key}` })
      marked.add(key)
      open.set(producer.id, false)
    }
  }
  return violations
}

const OFFSETS = 'offsets move with their transactions'

/** The committed offset in the end is of a transaction that committed, and of none that a later one has overtaken. */
const offsetsAreAtomic: Law = (evidence) => {
  if (!finished(evidence)) return []
  const transactions = transactionsOf(evidence)
  const violations: Violation[] = []
  const withOffsets = new Map<number, string>()
  for (const { args, result } of evidence.history.of('txnOffsets'))
    if (result?.error === 'NONE') withOffsets.set(args.txn, args.group)
  const last = new Map<string, number>()
  for (const { args, result } of evidence.history.of('txnCommitted'))
    if (result?.error === 'NONE') last.set(args.group, result.offset)
  for (const [group, offset] of last) {
    const one = transactions.get(offset)
    if (offset >= 0 && (one === undefined || one.fate === 'aborted'))
      violations.push({ law: OFFSETS, detail: `${group} is at the offset of transaction ${offset}, which was aborted` })
    const began = one === undefined ? -1 : Math.max(...one.ends.map(({ done }) => done))
    for (const other of transactions.values()) {
      if (withOffsets.get(other.txn) !== group || other.fate !== 'committed') continue
      const first = Math.min(...other.ends.map(({ sent }) => sent))
      if (first > began)
        violations.push({
          law: OFFSETS,
          detail: `${group} is at ${offset}, but transaction ${other.txn} committed later`,
        })
    }
  }
  return violations
}

export const transactionLaws: readonly Law[] = [readsAreAtomic, markersAreUnique, offsetsAreAtomic]
