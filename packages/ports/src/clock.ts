// Time and chance. Nothing in broker, transport, tiering or client takes them from anywhere else, so that all of it also
// runs in the simulator, where a second is a number and the same seed gives the same run.

export type Cancel = () => void

export interface Clock {
  /** Milliseconds since the epoch, for timestamps that people and clients see. May jump. */
  wall(): number
  /** Milliseconds since an arbitrary start, for every duration and deadline. Never goes back. */
  monotonic(): number
  /** Runs once, `ms` from now at the earliest. Does not keep a process alive. */
  after(ms: number, run: () => void): Cancel
  /** Runs once, when what has already arrived in this turn of the event loop has been worked on. */
  soon(run: () => void): void
}

export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** `count` bytes; for identities (uuids, member ids, nonces), so unpredictable outside the simulator. */
  bytes(count: number): Uint8Array
}
