// A transaction coordinator without a broker: commands in, replies out, time by hand, records through their bytes.

import type {
  ProducerIdentity,
  TransactionCommand,
  TransactionReply,
  TransactionRequest,
  TransactionResults,
  WriteMarkers,
} from '../../src/transaction/commands.ts'
import { transactionMachine } from '../../src/transaction/machine.ts'
import { transactionCodec } from '../../src/transaction/records.ts'
import type { TransactionsState } from '../../src/transaction/state.ts'

export const CONFIG = { maxTimeoutMs: 900_000, idExpirationMs: 7 * 24 * 3_600_000 }
const EPOCH = 1_700_000_000_000
export const TIMEOUT_MS = 60_000

type Unsent<T> = T extends TransactionRequest ? Omit<T, 'to'> : never

export class Coordinator {
  state: TransactionsState
  readonly log: { key: Buffer; value: Buffer | null }[] = []
  readonly #machine = transactionMachine(CONFIG)
  #now = 1_000
  #nextId = 1
  #nextProducerId = 100
  #answers = new Map<number, TransactionReply>()

  constructor() {
    this.state = this.#machine.initial()
    this.#run({ type: 'loaded' })
  }

  ask<R extends Unsent<TransactionRequest>>(request: R): TransactionResults[R['type']] {
    const to = this.#nextId++
    this.#run({ ...request, to } as TransactionCommand)
    const answer = this.#answers.get(to)
    if (answer === undefined) throw new Error(`${request.type} was not answered`)
    return answer as TransactionResults[R['type']]
  }

  init(id = 't', expected: ProducerIdentity | null = null, transactionTimeoutMs = TIMEOUT_MS) {
    const request = { type: 'initProducerId', transactionalId: id, transactionTimeoutMs, expected } as const
    const first = this.ask({ ...request, newProducerId: null })
    return first.needsProducerId ? this.ask({ ...request, newProducerId: this.#nextProducerId++ }) : first
  }

  add(who: ProducerIdentity, id = 't', topic = 'a', partitionIds = [0]) {
    const { producerId, producerEpoch } = who
    const partitions = [{ topic, partitionIds }]
    return this.ask({ type: 'addPartitions', transactionalId: id, producerId, producerEpoch, partitions }).error
  }

  verify(who: ProducerIdentity, topic = 'a', partition = 0, id = 't') {
    const { producerId, producerEpoch } = who
    return this.ask({ type: 'verifyPartition', transactionalId: id, producerId, producerEpoch, topic, partition }).error
  }

  end(who: ProducerIdentity, committed: boolean, transactionVersion = 2, id = 't') {
    const { producerId, producerEpoch } = who
    const request = {
      type: 'endTransaction',
      transactionalId: id,
      producerId,
      producerEpoch,
      committed,
      transactionVersion,
    } as const
    const first = this.ask({ ...request, newProducerId: null })
    return first.needsProducerId ? this.ask({ ...request, newProducerId: this.#nextProducerId++ }) : first
  }

  owed(): readonly WriteMarkers[] {
    return [...this.#machine.owed(this.state)]
  }

  /** All markers that are owed get written. */
  complete(): void {
    for (const { transactionalId, producerId, producerEpoch } of this.owed())
      this.#run({ type: 'markersWritten', transactionalId, producerId, producerEpoch })
  }

  tell(command: TransactionCommand): void {
    this.#run(command)
  }

  stateOf(id = 't') {
    const { error, state } = this.ask({ type: 'describeTransaction', transactionalId: id })
    return error === 'NONE' ? state : error
  }

  advance(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const due = this.#machine.deadline(this.state)
      if (due === undefined || due > until) break
      this.#now = Math.max(this.#now, due)
      this.#run({ type: 'tick' })
    }
    this.#now = until
  }

  /** Another coordinator takes over, `awayMs` later, and knows the log. */
  reload(awayMs = 0): void {
    this.#now += awayMs
    this.state = replay(this.log)
    this.#run({ type: 'loaded' })
  }

  #run(command: TransactionCommand): void {
    const now = { monotonic: this.#now, wall: EPOCH + this.#now }
    const { batches, volatile, replies } = this.#machine.decide(this.state, command, now)
    for (const batch of batches) {
      this.#machine.apply(this.state, batch, this.log.length)
      this.log.push(...batch.records.map(transactionCodec.encode))
    }
    this.#machine.apply(this.state, { records: volatile }, -1)
    for (const { to, response } of replies) {
      if (this.#answers.has(to)) throw new Error(`request ${to} was answered twice`)
      this.#answers.set(to, response)
    }
  }
}

export const replay = (log: Coordinator['log']): TransactionsState => {
  const machine = transactionMachine(CONFIG)
  const state = machine.initial()
  for (const [at, { key, value }] of log.entries()) {
    const record = transactionCodec.decode(key, value)
    if (record !== undefined) machine.apply(state, { records: [record] }, at)
  }
  return state
}
