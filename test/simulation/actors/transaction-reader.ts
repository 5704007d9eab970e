// A reader of the partitions that transactions write to: of committed records alone, or of all.
import { nameOf, type PartitionRef } from '../history.ts'
import type { Client } from '../client/client.ts'
import type { Stage } from '../stage.ts'
import { Positions } from './reader.ts'
import { groupOf } from './transactor.ts'

export class TransactionReader {
  readonly #stage: Stage
  readonly #client: Client
  readonly #committedOnly: boolean
  readonly #atEnd = new Set<string>()
  #positions = new Positions()
  #final = false
  #offsetsRead = false

  constructor(stage: Stage, who: string, committedOnly: boolean) {
    this.#stage = stage
    this.#client = stage.client(who, { metadata: 10, txnCommitted: 7 }, { txnCommitted: 9 })
    this.#committedOnly = committedOnly
  }

  get who(): string {
    return this.#client.who
  }

  /** It has begun anew after the last fault, nothing is undecided any more, and it has read all there is. */
  get done(): boolean {
    return this.#final && this.#offsetsRead && this.#atEnd.size === this.#stage.transactionPartitions.length
  }

  async run(): Promise<void> {
    const stage = this.#stage
    const random = stage.random.fork(this.who)
    const topics = [...new Set(stage.transactionPartitions.map(({ topic }) => topic))]
    while (!stage.over && (await this.#client.call('metadata', { topics })) === undefined) await stage.sleep(200)
    while (!stage.over) {
      if (stage.calm && stage.transacting === 0 && !this.#final) this.#beginAnew()
      const asked = stage.transactionPartitions.filter(() => stage.calm || random.chance(0.7))
      const read = asked.length > 0 && (await this.#read(asked))
      if (this.#final && this.#atEnd.size === stage.transactionPartitions.length && !this.#offsetsRead)
        await this.#readOffsets()
      await stage.sleep(read ? random.between(0, 100) : random.between(50, 400))
    }
  }

  #beginAnew(): void {
    this.#final = true
    this.#positions = new Positions()
    this.#atEnd.clear()
    this.#stage.history.note(this.who, 'reads all', { committedOnly: this.#committedOnly })
  }

  async #read(partitions: readonly PartitionRef[]): Promise<boolean> {
    const args = { committedOnly: this.#committedOnly, partitions: partitions.map((at) => ({ ...at, offset: this.#positions.of(at) })) } // prettier-ignore
    const answers = await this.#client.call('txnFetch', args, 'data')
    for (const answer of answers ?? []) {
      if (answer.error !== 'NONE') continue
      this.#positions.set(answer, answer.next)
      if (answer.next === answer.highWatermark && answer.lastStable === answer.highWatermark)
        this.#atEnd.add(nameOf(answer))
      else this.#atEnd.delete(nameOf(answer))
    }
    return answers !== undefined
  }

  async #readOffsets(): Promise<void> {
    const [at] = this.#stage.transactionPartitions
    const groups = Array.from({ length: this.#stage.profile.transactions.ids }, (_, i) => groupOf(`id${i}`))
    for (const group of groups) {
      const answer = await this.#client.call('txnCommitted', { group, at: at! })
      if (answer?.error !== 'NONE') return
    }
    this.#offsetsRead = true
  }
}
