// Producers: a plain one that sends again what it knows nothing of and then gives up, and an idempotent one that sends several
// batches at once and does not let go of one before it knows its fate.
import type { SeededRandom } from '@jackdaw/testing'
import type { Client } from '../client/client.ts'
import { nameOf, type PartitionRef, type SentBatch } from '../history.ts'
import { isDefinite } from '../laws/definite.ts'
import type { Stage } from '../stage.ts'

const PLAIN_ATTEMPTS = 5
/** As many as a broker remembers of a producer. */
const IN_FLIGHT_MAX = 5

const newBatch = (stage: Stage, random: SeededRandom, at: PartitionRef, sequence?: number): SentBatch => ({
  ...at,
  batch: stage.nextBatch(),
  values: Array.from({ length: random.int(1, 4) }, () => stage.nextValue()),
  sequence,
})

const learn = (stage: Stage, batch: SentBatch, offset: number): void => {
  if (offset >= 0) stage.learnEnd(batch, offset + batch.values.length)
}

/** One batch to each of some partitions, in one request. */
export const runPlainProducer = async (stage: Stage, who: string): Promise<void> => {
  const random = stage.random.fork(who)
  const client = stage.client(who)
  while (!stage.calm) {
    const partitions = stage.partitions.filter(() => random.chance(0.5))
    const acks = Number(random.weighted({ '-1': 8, '1': 3, '0': 1 }))
    let batches = partitions.map((at) => newBatch(stage, random, at))
    for (let attempt = 0; batches.length > 0 && attempt < PLAIN_ATTEMPTS; attempt++) {
      if (attempt > 0) await stage.sleep(random.between(20, 400))
      if (!(await knowsTopics(stage, client))) continue
      batches = await sendPlain(stage, client, acks, batches)
    }
    await stage.sleep(random.between(10, 250))
  }
}

/** Sends batches; those whose fate stays open. */
const sendPlain = async (
  stage: Stage,
  client: Client,
  acks: number,
  batches: readonly SentBatch[],
): Promise<SentBatch[]> => {
  const answers = await client.call('produce', { acks, batches })
  if (acks === 0) return []
  return batches.filter((batch) => {
    const answer = answers?.find((one) => nameOf(one) === nameOf(batch))
    if (answer?.error === 'NONE') learn(stage, batch, answer.offset)
    return answer === undefined || (answer.error !== 'NONE' && !isDefinite(answer.error))
  })
}

/** Topic ids are learned once; without them some versions cannot say where a batch belongs. */
export const knowsTopics = async (stage: Stage, client: Client): Promise<boolean> => {
  if (client.knowsTopics) return true
  const names = stage.profile.topics.map(({ name }) => name)
  return (await client.call('metadata', { topics: names })) !== undefined && client.knowsTopics
}

export const runIdempotentProducer = async (stage: Stage, who: string): Promise<void> => {
  const random = stage.random.fork(who)
  const client = stage.client(who)
  const producer = new IdempotentProducer(stage, client, random)
  while (!stage.calm) {
    await producer.sendRound()
    await stage.sleep(random.between(10, 250))
  }
}

class IdempotentProducer {
  readonly #stage: Stage
  readonly #client: Client
  readonly #random: SeededRandom
  #identity: { readonly id: number; readonly epoch: number } | undefined
  #sequences = new Map<string, number>()
  readonly #acked = new Set<string>()

  constructor(stage: Stage, client: Client, random: SeededRandom) {
    this.#stage = stage
    this.#client = client
    this.#random = random
  }

  /** Some batches for one partition, all under way at once, and again until the fate of each is known. */
  async sendRound(): Promise<void> {
    if (!(await this.#ready())) return
    const at = this.#random.pick(this.#stage.partitions)
    let open = this.#newBatches(at)
    for (let first = true; open.length > 0; first = false) {
      if (!first) await this.#stage.sleep(this.#random.between(20, 400))
      // The first of several is lost on its way, now and then: what follows it is out of order and has to be refused.
      const lost = first && open.length > 1 && this.#known(at) && this.#random.chance(0.05)
      const errors = lost ? [undefined, ...(await this.#send(open.slice(1)))] : await this.#send(open)
      if (errors.some((error) => error !== undefined && FATAL.has(error))) return this.#startOver(at, errors)
      this.#lookAtFirst(open[0]!, errors[0])
      open = open.filter((_, i) => errors[i] !== 'NONE' && errors[i] !== 'DUPLICATE_SEQUENCE_NUMBER')
    }
  }

  async #ready(): Promise<boolean> {
    if (!(await knowsTopics(this.#stage, this.#client))) return this.#rest()
    if (this.#identity !== undefined) return true
    const answer = await this.#client.call('initProducer', {})
    if (answer?.error !== 'NONE') return this.#rest()
    this.#identity = { id: answer.id, epoch: answer.epoch }
    this.#sequences = new Map()
    this.#acked.clear()
    return true
  }

  async #rest(): Promise<false> {
    await this.#stage.sleep(this.#random.between(50, 400))
    return false
  }

  /** Whether the partition knows this producer: of one that it does not know it takes any first sequence. */
  #known(at: PartitionRef): boolean {
    return this.#acked.has(nameOf(at))
  }

  #newBatches(at: PartitionRef): SentBatch[] {
    return Array.from({ length: this.#random.int(1, IN_FLIGHT_MAX) }, () => {
      const sequence = this.#sequences.get(nameOf(at)) ?? 0
      const batch = newBatch(this.#stage, this.#random, at, sequence)
      this.#sequences.set(nameOf(at), sequence + batch.values.length)
      return batch
    })
  }

  async #send(batches: readonly SentBatch[]): Promise<(string | undefined)[]> {
    const requests = batches.map((batch) => ({ acks: -1, producer: this.#identity!, batches: [batch] }))
    const answers = await this.#client.callAll('produce', requests)
    return answers.map((answer, i) => {
      if (answer?.[0]?.error === 'NONE') {
        learn(this.#stage, batches[i]!, answer[0].offset)
        this.#acked.add(nameOf(batches[i]!))
      }
      return answer?.[0]?.error
    })
  }

  /** All before the first open batch was acknowledged: to call it out of order is to have forgotten what was acknowledged. */
  #lookAtFirst(first: SentBatch, error: string | undefined): void {
    if (error !== 'OUT_OF_ORDER_SEQUENCE_NUMBER' && error !== 'UNKNOWN_PRODUCER_ID') return
    this.#stage.impossible(this.#client.who, 'a sequence was forgotten', {
      at: nameOf(first),
      sequence: first.sequence,
      error,
    })
  }

  #startOver(at: PartitionRef, errors: readonly (string | undefined)[]): void {
    this.#stage.history.note(this.#client.who, 'starts over', { at: nameOf(at), errors })
    this.#identity = undefined
  }
}

const FATAL = new Set(['CORRUPT_MESSAGE', 'INVALID_PRODUCER_EPOCH', 'INVALID_RECORD', 'PRODUCER_FENCED'])
