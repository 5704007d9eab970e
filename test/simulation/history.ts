// What the clients of a run asked and were told, in the order in which it happened. An operation is one request on one
// connection; its place in the log at both ends is the only notion of time that the laws need. The log's text is what two
// runs of one seed must agree on, byte for byte.

/** A batch as a producer sent it. The same `batch` is sent again, with the same values, when its fate is not known. */
export interface SentBatch {
  readonly topic: string
  readonly partition: number
  /** Unique in the run. */
  readonly batch: number
  /** Unique in the run, ascending in each producer. */
  readonly values: readonly number[]
  /** Undefined for a producer that is not idempotent. */
  readonly sequence?: number
}

export interface PartitionRef {
  readonly topic: string
  readonly partition: number
}

/** The offset and the value of a record. */
export type ReadRecord = readonly [offset: number, value: number]

export interface ReadPartition extends PartitionRef {
  readonly error: string
  readonly highWatermark: number
  readonly logStart: number
  readonly records: readonly ReadRecord[]
}

/** An offset with a tag (the commit's metadata) that is unique in the run. */
export interface TaggedOffset extends PartitionRef {
  readonly offset: number
  readonly tag: string
}

export interface TopicSeen {
  readonly name: string
  readonly error: string
  /** Empty in versions that do not tell it. */
  readonly id: string
  readonly partitions: number
}

export interface ProducerIdentity {
  readonly id: number
  readonly epoch: number
}

/** Part of the transaction with this number, which is unique in the run. */
interface InTransaction {
  readonly id: string
  readonly txn: number
  readonly producer: ProducerIdentity
}

/** What a reader makes of a partition: with `committedOnly`, without the records of aborted transactions. */
export interface ReadTransactions extends PartitionRef {
  readonly error: string
  readonly highWatermark: number
  readonly lastStable: number
  /** Where to read on. */
  readonly next: number
  readonly records: readonly ReadRecord[]
}

interface InGroup {
  readonly group: string
  readonly member: string
  readonly generation: number
  readonly instance?: string | undefined
}

/** What can be asked and what an answer says. Errors are Kafka's names; NONE is success. */
export interface Operations {
  produce: {
    args: {
      readonly acks: number
      readonly producer?: { readonly id: number; readonly epoch: number }
      readonly batches: readonly SentBatch[]
    }
    result: readonly (PartitionRef & { readonly error: string; readonly offset: number })[]
  }
  initProducer: { args: object; result: { readonly error: string; readonly id: number; readonly epoch: number } }
  fetch: {
    args: { readonly partitions: readonly (PartitionRef & { readonly offset: number })[] }
    result: readonly ReadPartition[]
  }
  listOffsets: {
    args: { readonly partitions: readonly (PartitionRef & { readonly time: number })[] }
    result: readonly (PartitionRef & { readonly error: string; readonly offset: number })[]
  }
  join: {
    args: InGroup & { readonly protocols: readonly string[]; readonly topics?: readonly string[] }
    result: {
      readonly error: string
      readonly member: string
      readonly generation: number
      readonly protocol: string
      readonly leader: string
      readonly members: readonly string[]
    }
  }
  sync: {
    /** The leader hands in everybody's partitions, by member. */
    args: InGroup & { readonly protocol: string; readonly assignments: Readonly<Record<string, readonly string[]>> }
    result: { readonly error: string; readonly partitions: readonly string[] }
  }
  /** A null field says: as before. */
  consumerHeartbeat: {
    args: {
      readonly group: string
      readonly member: string
      readonly epoch: number
      readonly instance?: string | undefined
      readonly topics: readonly string[] | null
      readonly owned: readonly string[] | null
    }
    result: {
      readonly error: string
      readonly member: string
      readonly epoch: number
      readonly partitions: readonly string[] | null
    }
  }
  heartbeat: { args: InGroup; result: { readonly error: string } }
  leave: { args: InGroup; result: { readonly error: string } }
  commit: {
    args: InGroup & { readonly offsets: readonly TaggedOffset[] }
    result: readonly (PartitionRef & { readonly error: string })[]
  }
  committed: {
    args: { readonly group: string; readonly partitions: readonly PartitionRef[] }
    result: readonly (TaggedOffset & { readonly error: string })[]
  }
  createTopic: {
    args: { readonly topic: string; readonly partitions: number }
    result: { readonly error: string; readonly id: string }
  }
  deleteTopic: { args: { readonly topic: string }; result: { readonly error: string } }
  metadata: { args: { readonly topics: readonly string[] }; result: readonly TopicSeen[] }
  txnCoordinator: { args: { readonly id: string }; result: { readonly error: string } }
  txnInit: { args: { readonly id: string }; result: { readonly error: string; readonly producer: ProducerIdentity } }
  txnAdd: { args: InTransaction & { readonly partitions: readonly PartitionRef[] }; result: { readonly error: string } }
  txnAddOffsets: { args: InTransaction & { readonly group: string }; result: { readonly error: string } }
  txnProduce: {
    args: InTransaction & { readonly batch: SentBatch }
    result: { readonly error: string; readonly offset: number }
  }
  txnOffsets: {
    args: InTransaction & { readonly group: string; readonly offset: TaggedOffset }
    result: { readonly error: string }
  }
  txnEnd: {
    args: InTransaction & { readonly committed: boolean }
    result: { readonly error: string; readonly producer: ProducerIdentity }
  }
  /** The offset that a group is at once all transactions have ended. */
  txnCommitted: {
    args: { readonly group: string; readonly at: PartitionRef }
    result: { readonly error: string; readonly offset: number }
  }
  txnFetch: {
    args: {
      readonly committedOnly: boolean
      readonly partitions: readonly (PartitionRef & { readonly offset: number })[]
    }
    result: readonly ReadTransactions[]
  }
  findCoordinator: { args: { readonly group: string }; result: { readonly error: string; readonly node: number } }
}

export type Operation = keyof Operations

/** One request and what became of it. `sent` and `done` are places in the log; `done` is Infinity where nothing came back. */
export interface Op<F extends Operation = Operation> {
  readonly f: F
  readonly who: string
  readonly connection: number
  readonly args: Operations[F]['args']
  readonly sent: number
  done: number
  /** Undefined where the connection closed first or the run ended. */
  result: Operations[F]['result'] | undefined
}

/** Whatever else happened: faults, connections, assignments, states reached. */
export interface Note {
  readonly index: number
  readonly who: string
  readonly what: string
  readonly data: unknown
}

export class History {
  readonly ops: Op[] = []
  readonly notes: Note[] = []
  readonly #now: () => number
  readonly #lines: string[] = []

  /** `now`: virtual milliseconds, for the text alone. */
  constructor(now: () => number = () => 0) {
    this.#now = now
  }

  invoke<F extends Operation>(who: string, connection: number, f: F, args: Operations[F]['args']): Op<F> {
    const sent = this.#write(who, `${f}?`, { connection, ...args })
    const op: Op<F> = { f, who, connection, args, sent, done: Infinity, result: undefined }
    this.ops.push(op as unknown as Op)
    return op
  }

  answer<F extends Operation>(op: Op<F>, result: Operations[F]['result']): void {
    op.done = this.#write(op.who, `${op.f}!`, { to: op.sent, result })
    op.result = result
  }

  note(who: string, what: string, data: unknown = {}): void {
    this.notes.push({ index: this.#write(who, what, data), who, what, data })
  }

  /** The operations of one kind, in the order in which they were sent. */
  of<F extends Operation>(f: F): readonly Op<F>[] {
    return this.ops.filter((op) => op.f === f) as unknown as readonly Op<F>[]
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  #write(who: string, what: string, data: unknown): number {
    const index = this.#lines.length
    this.#lines.push(`${index} ${this.#now().toFixed(3)} ${who} ${what} ${JSON.stringify(data)}`)
    return index
  }
}

/** The log of a partition as the disk holds it when all is over. */
export interface FinalLog extends PartitionRef {
  readonly start: number
  readonly next: number
  readonly records: readonly ReadRecord[]
}

/** A batch of a transaction, or its end. */
export interface TransactionBatch {
  readonly producer: ProducerIdentity
  readonly at: number
  readonly end?: 'commit' | 'abort'
  readonly values: readonly number[]
}

export interface TransactionLog extends PartitionRef {
  readonly batches: readonly TransactionBatch[]
}

/** All that the laws look at. */
export interface Evidence {
  readonly history: History
  /** Of the partitions that transactions write to. */
  readonly transactionLogs?: readonly TransactionLog[]
  /** Of every partition that still exists. */
  readonly logs: readonly FinalLog[]
}

export interface Violation {
  readonly law: string
  readonly detail: string
}

export type Law = (evidence: Evidence) => readonly Violation[]

export const nameOf = ({ topic, partition }: PartitionRef): string => `${topic}-${partition}`
