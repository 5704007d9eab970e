// Coordination: who should act. It gives liveness; safety is LogStore.append's.

/** A role that is held. `term` is higher than that of every earlier hold of the role. */
export interface Hold {
  readonly term: number
  /**
   * Monotonic milliseconds (of `Clock.monotonic`) until which nobody else can hold the role; Infinity where holds cannot
   * expire. In the past once the role is released or lost.
   */
  validUntil(): number
  /** Aborts when the role is lost, before anyone else can hold it. Releasing it is not losing it. */
  readonly lost: AbortSignal
  /** Gives the role up. Idempotent. */
  release(): Promise<void>
}

export interface Holder {
  readonly role: string
  readonly term: number
  readonly holder: Uint8Array
}

/**
 * Elections: at most one holder of a role at a time, and every new hold has a higher term. Disposing gives up what is held and
 * rejects elections that wait.
 */
export interface Coordination extends AsyncDisposable {
  /** Waits until `role` is ours. `holder` is what others see of us. Rejects with the signal's reason when it aborts. */
  elect(role: string, holder: Uint8Array, signal: AbortSignal): Promise<Hold>
  /** Who holds the roles that begin with `prefix`, in order of role. May be stale: decide only on what a hold or an append says. */
  holders(prefix: string): Promise<readonly Holder[]>
  /** A hint that holders changed, with a fallback poll: may be late or spurious. Ends when `signal` aborts. */
  changed(signal: AbortSignal): AsyncIterable<void>
}
