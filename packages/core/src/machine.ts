// The shape of every rule in this package: `decide` says what should happen, `apply` is the only thing that changes state,
// and replaying a log is a loop over `apply`. No I/O, no clock, no timers, no promises. Kafka's coordinators have the same
// shape; what is different here is that a reply is a value, so a waiting JoinGroup is merely the absence of one.

/** Time as a machine sees it, in milliseconds. Wall time is for what people see, monotonic for durations and deadlines. */
export interface Now {
  readonly wall: number
  readonly monotonic: number
}

/** Records that are appended together: all of them or none. */
export interface Batch<Rec> {
  /** In a transaction of this producer. */
  readonly producer?: { readonly id: number; readonly epoch: number }
  /** The end of the producer's transaction in this log; the batch has no other records. */
  readonly control?: { readonly type: 'commit' | 'abort'; readonly coordinatorEpoch: number }
  readonly records: readonly Rec[]
}

/** An answer to the request with this id. It leaves when everything that was applied before it is durable. */
export interface Reply<Response> {
  readonly to: number
  readonly response: Response
}

export interface Decision<Rec, Response> {
  /** What has to be durable. */
  readonly batches: readonly Batch<Rec>[]
  /** What changes state without being kept (a heartbeat seen, a join that waits): gone after a replay. */
  readonly volatile: readonly Rec[]
  readonly replies: readonly Reply<Response>[]
}

export interface Machine<State, Command, Rec, Response, Effect = never> {
  initial(): State
  decide(state: Readonly<State>, command: Command, now: Now): Decision<Rec, Response>
  /** Changes `state`. `at` is the offset of the batch's first record; volatile records come as one batch with at = -1. */
  apply(state: State, batch: Batch<Rec>, at: number): void
  /** What this state owes others: derived, idempotent, derived again after a replay. */
  owed(state: Readonly<State>): Iterable<Effect>
  /** The monotonic time at which a tick is due. A tick may come late and does bounded work. */
  deadline(state: Readonly<State>): number | undefined
}
