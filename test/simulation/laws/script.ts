// Writes histories by hand, for the tests of the laws: one call is one request and its answer.
import { violationsOf } from './all.ts'
import {
  type Evidence,
  type FinalLog,
  History,
  type Op,
  type Operation,
  type Operations,
  type ReadRecord,
} from '../history.ts'

const TOPIC = { topic: 't', partition: 0 }
const FOREVER = 1
const PRODUCER = { id: 7, epoch: 0 }

type Sync = {
  member: string
  generation: number
  partitions?: readonly string[]
  assignments?: Record<string, readonly string[]>
  error?: string
}

export class Script {
  readonly history = new History()
  readonly logs: FinalLog[] = []
  #batch = 0

  get evidence(): Evidence {
    return { history: this.history, logs: this.logs }
  }

  ask<F extends Operation>(f: F, args: Operations[F]['args'], who = 'client', connection = FOREVER): Op<F> {
    return this.history.invoke(who, connection, f, args)
  }

  tell<F extends Operation>(op: Op<F>, result: Operations[F]['result']): void {
    this.history.answer(op, result)
  }

  call<F extends Operation>(f: F, args: Operations[F]['args'], result: Operations[F]['result'], who?: string): void {
    this.tell(this.ask(f, args, who), result)
  }

  /** Sends values to t-0. Without an outcome nothing came back; a number is the offset of the first. */
  produce(
    values: readonly number[],
    outcome?: number | string,
    options: { who?: string; sequence?: number; batch?: number } = {},
  ): number {
    const batch = options.batch ?? ++this.#batch
    const op = this.ask(
      'produce',
      {
        acks: -1,
        ...(options.sequence === undefined ? {} : { producer: PRODUCER }),
        batches: [{ ...TOPIC, batch, values, sequence: options.sequence }],
      },
      options.who,
    )
    if (outcome !== undefined) {
      const [error, offset] = typeof outcome === 'number' ? ['NONE', outcome] : [outcome, -1]
      this.tell(op, [{ ...TOPIC, error, offset }])
    }
    return batch
  }

  /** Reads t-0 from `offset` on. */
  fetch(offset: number, records: readonly ReadRecord[], highWatermark: number): void {
    const result = [{ ...TOPIC, error: 'NONE', highWatermark, logStart: 0, records }]
    this.call('fetch', { partitions: [{ ...TOPIC, offset }] }, result)
  }

  /** What the disk holds of t-0 in the end: values from offset 0 on, or records. */
  disk(values: readonly (number | ReadRecord)[], next = values.length): void {
    const records = values.map((one, i): ReadRecord => (typeof one === 'number' ? [i, one] : one))
    this.logs.push({ ...TOPIC, start: 0, next, records })
  }

  sync({ member, generation, partitions = [], assignments = {}, error = 'NONE' }: Sync): void {
    this.call('sync', { group: 'g', member, generation, protocol: 'roundrobin', assignments }, { error, partitions })
  }

  askCommit(tag: string, offset: number, generation = 1): Op<'commit'> {
    return this.ask('commit', { group: 'g', member: 'a', generation, offsets: [{ ...TOPIC, offset, tag }] })
  }

  tellCommit(op: Op<'commit'>, error = 'NONE'): void {
    this.tell(op, [{ ...TOPIC, error }])
  }

  commit(tag: string, offset: number, error = 'NONE', generation = 1): void {
    this.tellCommit(this.askCommit(tag, offset, generation), error)
  }

  askCommitted(): Op<'committed'> {
    return this.ask('committed', { group: 'g', partitions: [TOPIC] })
  }

  tellCommitted(op: Op<'committed'>, tag: string, offset: number): void {
    this.tell(op, [{ ...TOPIC, error: 'NONE', tag, offset }])
  }

  committed(tag: string, offset: number): void {
    this.tellCommitted(this.askCommitted(), tag, offset)
  }
}

/** The laws that a history breaks, each once. */
export const broken = (write: (script: Script) => void): string[] => {
  const script = new Script()
  write(script)
  return [...new Set(violationsOf(script.evidence).map(({ law }) => law))]
}
