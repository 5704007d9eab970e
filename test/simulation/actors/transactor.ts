// A transactional producer: transactions of some batches and a group's offset, committed or aborted on purpose, each step again
// until it knows what became of it. Two of them under one id fence each other, and now and then one leaves a transaction open
// or sends again what belongs to one that has ended.
import type { SeededRandom } from '@jackdaw/testing'
import type { Client } from '../client/client.ts'
import { nameOf, type Operation, type Operations, type PartitionRef, type ProducerIdentity } from '../history.ts'
import type { Stage } from '../stage.ts'

/** Whoever is told so has to start over: another has taken over, or the transaction was aborted over its head. */
const LOST = new Set([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'PRODUCER_FENCED',
  'TRANSACTION_ABORTABLE',
  'UNKNOWN_PRODUCER_ID',
])
const ATTEMPTS = 40

type Versions = Partial<Record<Operation, number>>
const ADDS_IMPLICITLY: Versions = { txnProduce: 12, txnOffsets: 5, txnEnd: 5, metadata: 10, txnCoordinator: 1 }
const ADDS_FIRST: Versions = { txnProduce: 11, txnOffsets: 4, txnEnd: 4, txnAdd: 3 }

interface OpenTransaction {
  readonly id: string
  readonly txn: number
  readonly producer: ProducerIdentity
}

class Lost extends Error {}

export const groupOf = (id: string): string => `offsets-of-${id}`

export const runTransactor = async (stage: Stage, who: string, id: string): Promise<void> => {
  const random = stage.random.fork(who)
  const versions: [Versions, Versions?] =
    stage.profile.transactions.version === 2 ? [ADDS_IMPLICITLY] : [{ metadata: 10, txnCoordinator: 1 }, ADDS_FIRST]
  const transactor = new Transactor(stage, stage.client(who, ...versions), random, id)
  stage.transacting++
  while (!stage.calm) {
    try {
      await transactor.run()
    } catch (error) {
      if (!(error instanceof Lost)) throw error
      stage.history.note(who, 'starts over', { id, reason: error.message })
      await stage.sleep(random.between(50, 600))
    }
  }
  stage.transacting--
}

class Transactor {
  readonly #stage: Stage
  readonly #client: Client
  readonly #random: SeededRandom
  readonly #id: string
  readonly #isV2: boolean
  readonly #sequences = new Map<string, number>()
  #producer: ProducerIdentity | undefined
  #former: Operations['txnEnd']['args'] | undefined
  #formerWrite: Operations['txnProduce']['args'] | undefined
  #lastWrite: Operations['txnProduce']['args'] | undefined

  constructor(stage: Stage, client: Client, random: SeededRandom, id: string) {
    this.#stage = stage
    this.#client = client
    this.#random = random
    this.#id = id
    this.#isV2 = stage.profile.transactions.version === 2
  }

  /** One transaction from begin to end. */
  async run(): Promise<void> {
    const producer = (this.#producer ??= await this.#start())
    const open: OpenTransaction = { id: this.#id, txn: this.#stage.nextBatch(), producer }
    try {
      const partitions = this.#stage.transactionPartitions.filter(() => this.#random.chance(0.6))
      if (partitions.length > 0) await this.#fill(open, partitions)
      if (this.#random.chance(this.#stage.profile.transactions.abandons)) return this.#abandon(open)
      if (partitions.length > 0) await this.#end({ ...open, committed: this.#random.chance(0.7) })
    } catch (error) {
      this.#producer = undefined
      throw error
    }
    await this.#stage.sleep(this.#random.between(0, 300))
  }

  async #start(): Promise<ProducerIdentity> {
    const names = [...new Set(this.#stage.transactionPartitions.map(({ topic }) => topic))]
    await this.#until(async () => ((await this.#client.call('metadata', { topics: names })) ? 'NONE' : undefined))
    await this.#until(async () => (await this.#client.call('txnCoordinator', { id: this.#id }))?.error)
    await this.#until(async () => (await this.#client.call('findCoordinator', { group: groupOf(this.#id) }))?.error)
    let producer: ProducerIdentity | undefined
    await this.#until(async () => {
      const answer = await this.#client.call('txnInit', { id: this.#id })
      producer = answer?.producer
      return answer?.error
    })
    this.#sequences.clear()
    this.#former = undefined
    return producer!
  }

  async #fill(open: OpenTransaction, partitions: readonly PartitionRef[]): Promise<void> {
    if (!this.#isV2) await this.#step('txnAdd', { ...open, partitions })
    for (const at of partitions) await this.#write(open, at)
    if (this.#random.chance(0.2)) this.#sendFormerAgain()
    if (!this.#random.chance(0.5)) return
    const group = groupOf(this.#id)
    if (!this.#isV2) await this.#step('txnAddOffsets', { ...open, group })
    const offset = { ...this.#stage.transactionPartitions[0]!, offset: open.txn, tag: String(open.txn) }
    await this.#step('txnOffsets', { ...open, group, offset })
  }

  /** Several batches under way at once: all of them, or those of which nothing is known, again. */
  async #write(open: OpenTransaction, at: PartitionRef): Promise<void> {
    let batches = Array.from({ length: this.#random.int(1, 3) }, () => {
      const sequence = this.#sequences.get(nameOf(at)) ?? 0
      const values = Array.from({ length: this.#random.int(1, 3) }, () => this.#stage.nextValue())
      this.#sequences.set(nameOf(at), sequence + values.length)
      return { ...at, batch: this.#stage.nextBatch(), values, sequence }
    })
    await this.#until(async () => {
      const requests = batches.map((batch) => ({ ...open, batch }))
      this.#lastWrite = this.#random.pick(requests)
      const answers = await this.#client.callAll('txnProduce', requests)
      const lost = answers.find((answer) => answer !== undefined && LOST.has(answer.error))
      if (lost !== undefined) return lost.error
      if (answers[0]?.error === 'OUT_OF_ORDER_SEQUENCE_NUMBER')
        this.#stage.impossible(this.#client.who, 'a sequence of a transaction was forgotten', { ...open, at })
      batches = batches.filter((_, i) => answers[i]?.error !== 'NONE')
      return batches.length === 0 ? 'NONE' : undefined
    })
  }

  async #end(args: Operations['txnEnd']['args']): Promise<void> {
    const answer = await this.#step('txnEnd', args)
    this.#formerWrite = this.#lastWrite
    if (!this.#isV2) return
    this.#producer = answer.producer
    this.#sequences.clear()
    this.#former = args
  }

  /**
   * On another connection, as frames that were held up somewhere: the transaction that is open now must not feel them. An EndTxn
   * of version 1 does not say which transaction it ends.
   */
  #sendFormerAgain(): void {
    if (this.#formerWrite !== undefined) void this.#client.call('txnProduce', this.#formerWrite, 'late')
    if (this.#former !== undefined) void this.#client.call('txnEnd', this.#former, 'late')
  }

  #abandon(open: OpenTransaction): void {
    this.#stage.history.note(this.#client.who, 'leaves a transaction open', open)
    this.#producer = undefined
  }

  async #step<F extends 'txnAdd' | 'txnAddOffsets' | 'txnOffsets' | 'txnEnd'>(
    f: F,
    args: Operations[F]['args'],
  ): Promise<Operations[F]['result']> {
    let last: Operations[F]['result'] | undefined
    await this.#until(async () => {
      last = await this.#client.call(f, args)
      return last?.error
    })
    return last!
  }

  /** Tries until there is no error. */
  async #until(attempt: () => Promise<string | undefined>): Promise<void> {
    for (let i = 0; i < ATTEMPTS; i++) {
      const error = await attempt()
      if (error === 'NONE') return
      if (error !== undefined && LOST.has(error)) throw new Lost(error)
      await this.#stage.sleep(this.#random.between(20, 300))
    }
    throw new Lost(`${ATTEMPTS} attempts`)
  }
}
