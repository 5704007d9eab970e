import { expect, test } from 'vitest'
import { History, type Operations, type ReadRecord, type TransactionBatch } from '../history.ts'
import { transactionLaws } from './transactions.ts'

const AT = { topic: 'x0', partition: 0 }
const ID = { id: 'id0', producer: { id: 7, epoch: 0 } }

/** A history of one transactional id, by hand. */
class Script {
  readonly history = new History()
  batches: readonly TransactionBatch[] = []
  #batch = 0

  call<F extends 'txnProduce' | 'txnEnd' | 'txnOffsets' | 'txnFetch' | 'txnCommitted'>(
    f: F,
    args: Operations[F]['args'],
    result?: Operations[F]['result'],
  ): void {
    const op = this.history.invoke('client', 1, f, args)
    if (result !== undefined) this.history.answer(op, result)
  }

  write(txn: number, values: readonly number[], offset: number): void {
    const batch = { ...AT, batch: ++this.#batch, values }
    this.call('txnProduce', { ...ID, txn, batch }, { error: 'NONE', offset })
  }

  end(txn: number, committed: boolean, error?: string): void {
    const result = error === undefined ? undefined : { error, producer: ID.producer }
    this.call('txnEnd', { ...ID, txn, committed }, result)
  }

  offsets(txn: number): void {
    const args = { ...ID, txn, group: 'g', offset: { ...AT, offset: txn, tag: '' } }
    this.call('txnOffsets', args, { error: 'NONE' })
  }

  read(records: readonly ReadRecord[], lastStable = 100): void {
    const result = { ...AT, error: 'NONE', highWatermark: 100, lastStable, next: 100, records }
    this.call('txnFetch', { committedOnly: true, partitions: [{ ...AT, offset: 0 }] }, [result])
    this.history.note('run', 'transactions read')
  }
}

const broken = (write: (script: Script) => void): string[] => {
  const script = new Script()
  write(script)
  const evidence = { history: script.history, logs: [], transactionLogs: [{ ...AT, batches: script.batches }] }
  return [...new Set(transactionLaws.flatMap((law) => law(evidence)).map(({ law }) => law))]
}

const ATOMIC = ['transactions are read whole or not at all']

test('a committed transaction that is read whole breaks no law, nor does an aborted one that is not read', () => {
  const run = broken((s) => {
    s.write(1, [1, 2], 0)
    s.end(1, true, 'NONE')
    s.write(2, [3], 3)
    s.end(2, false, 'NONE')
    s.read([[0, 1], [1, 2]]) // prettier-ignore
  })
  expect(run).toEqual([])
})

test('a committed transaction of which a record is missing is caught', () => {
  const run = broken((s) => {
    s.write(1, [1, 2], 0)
    s.end(1, true, 'NONE')
    s.read([[0, 1]])
  })
  expect(run).toEqual(ATOMIC)
})

test('an aborted record that is read is caught, also where the commit was refused', () => {
  for (const [committed, error] of [
    [false, 'NONE'],
    [true, 'PRODUCER_FENCED'],
  ] as const) {
    const run = broken((s) => {
      s.write(1, [1], 0)
      s.end(1, committed, error)
      s.read([[0, 1]])
    })
    expect(run).toEqual(ATOMIC)
  }
})

test('a transaction whose commit was never answered may be read whole or not at all, but not in part', () => {
  const run = (records: readonly ReadRecord[]) =>
    broken((s) => {
      s.write(1, [1, 2], 0)
      s.end(1, true)
      s.end(1, true, 'PRODUCER_FENCED')
      s.read(records)
    })
  expect(run([[0, 1], [1, 2]])).toEqual([]) // prettier-ignore
  expect(run([])).toEqual([])
  expect(run([[0, 1]])).toEqual(ATOMIC)
})

test('a record beyond the last stable offset is caught', () => {
  const run = broken((s) => {
    s.write(1, [1], 5)
    s.end(1, true, 'NONE')
    s.read([[5, 1]], 5)
  })
  expect(run).toEqual(ATOMIC)
})

test('a record at two offsets is caught', () => {
  const run = broken((s) => {
    s.write(1, [1], 0)
    s.end(1, true, 'NONE')
    s.read([[0, 1], [4, 1]]) // prettier-ignore
  })
  expect(run).toEqual(['a record of a transaction is read at one offset'])
})

test('a second marker of an ended transaction is caught, one of the next transaction is not', () => {
  const [data, marker] = [
    { producer: ID.producer, at: 0, values: [1] },
    { producer: ID.producer, at: 1, end: 'commit', values: [] },
  ] as const
  expect(broken((s) => (s.batches = [data, marker, data, marker]))).toEqual([])
  expect(broken((s) => (s.batches = [data, marker, marker]))).toEqual(['a transaction ends once in each partition'])
})

test('an offset of an aborted transaction is caught, and one that a later commit should have moved', () => {
  const run = (offset: number) =>
    broken((s) => {
      for (const [txn, committed] of [
        [1, true],
        [2, true],
        [3, false],
      ] as const) {
        // prettier-ignore
        s.offsets(txn)
        s.end(txn, committed, 'NONE')
      }
      s.read([])
      s.call('txnCommitted', { group: 'g', at: AT }, { error: 'NONE', offset })
    })
  expect(run(2)).toEqual([])
  expect(run(1)).toEqual(['offsets move with their transactions'])
  expect(run(3)).toEqual(['offsets move with their transactions'])
})
