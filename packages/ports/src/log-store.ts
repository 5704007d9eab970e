// LogStore: where bytes live. The law that cuts this port: could an object store and a twenty-line map both honour it?
// A store knows offsets, times and sizes; it never learns what a record batch, a group or a transaction is.

/** A log of one topic partition. `id` is identity (topic id and partition), `name` is for people and directories. */
export interface LogId {
  readonly id: string
  readonly name: string
}

/**
 * One entry of a log: opaque bytes that occupy the offsets [at, next). The caller puts the whole record batches of one
 * flush into one entry. An entry may claim more offsets than its batches hold (compaction leaves holes).
 */
export interface Entry {
  readonly at: number
  readonly next: number
  /** The largest record timestamp in the entry, in milliseconds since the epoch, or -1 where there is none. */
  readonly time: number
  readonly bytes: readonly Uint8Array[]
}

/** What `scan` and `findByTime` tell of an entry. `size` is in bytes. */
export interface EntryInfo {
  readonly at: number
  readonly next: number
  readonly time: number
  readonly size: number
}

/** A token made by the storage at each `open`. Every later call of that writer carries it. */
export type Opening = string

/** Offsets are numbers below this one on every path; a store refuses what would reach it. */
export const OFFSET_LIMIT = Number.MAX_SAFE_INTEGER

export interface Snapshot {
  /** The offset up to which `bytes` sum up the log. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** The answer to a successful `open`. */
export interface Opened {
  readonly kind: 'OPENED'
  readonly opening: Opening
  /** Log start offset. */
  readonly start: number
  /** Log end offset: the offset that the next entry has to begin at. */
  readonly next: number
  /** Stored bytes of the log. */
  readonly bytes: number
  /** A random id that is kept with the data: it changes only if the store was emptied. */
  readonly incarnation: string
  readonly snapshot?: Snapshot
}

/** Another opening has taken the log over, or the log is gone: this writer's turn is over. Nothing was written. */
export interface Fenced {
  readonly kind: 'FENCED'
}
/** The store does not hold this log. It is never created in passing. */
export interface Missing {
  readonly kind: 'MISSING'
}
/** `entries[0].at` is not the end of the log. Nothing was written. */
export interface Conflict {
  readonly kind: 'CONFLICT'
  readonly next: number
}
/**
 * No room: in the store, above `largestEntry` for one entry, or below OFFSET_LIMIT for its offsets. Nothing was written; the
 * log still reads, and takes what there is room for.
 */
export interface Full {
  readonly kind: 'FULL'
  readonly reason: string
}
/** It may have landed, wholly, in part (a prefix of whole entries) or not at all. Only `open` settles it. */
export interface Unknown {
  readonly kind: 'UNKNOWN'
  readonly cause: unknown
}
/** Landed, at the durability class that the store states. A success reply is built from nothing else. */
export interface Appended {
  readonly kind: 'APPENDED'
  /** The new log end offset. */
  readonly next: number
}
export interface Done {
  readonly kind: 'DONE'
}

export type Outcome = Appended | Fenced | Conflict | Full | Unknown
/** The outcome of a write that does not extend the log. */
export type ChangeOutcome = Done | Fenced | Full | Unknown

export interface LogEnds {
  readonly start: number
  readonly next: number
  readonly bytes: number
}

/** What survives, weakest first. D0: nothing. D1: a kill of the broker. D2: of the backend. D3: a power cut. D4: the loss of a node. */
export type DurabilityClass = 'D0' | 'D1' | 'D2' | 'D3' | 'D4'

/** Found out when the store is opened, never declared by configuration. */
export interface LogStoreSupports {
  /** Who can read what this process appended: only itself, other processes of this machine, or any machine. */
  readonly scope: 'process' | 'host' | 'shared'
  readonly durability: DurabilityClass
  /** One sentence for people: how `durability` was found out. */
  readonly durabilityReason: string
  /** Bytes of the largest entry that an append takes. */
  readonly largestEntry: number
  /** How many logs the store holds at most. */
  readonly maxLogs: number
  /** How many `append` calls are usefully under way at once. */
  readonly flushesInFlight: number
  /** Whether a second append of the same log may be sent before the first has settled. */
  readonly pipelined: boolean
  /** Bytes that a flush gathers at best. */
  readonly bestFlushBytes: number
  /** Milliseconds that a flush waits for company at best; 0 = none. */
  readonly bestLingerMs: number
}

/**
 * A set of append-only logs.
 *
 * The laws (each is a file in @jackdaw/conformance):
 * - **Append is the arbiter.** Opening and position are checked inside the storage's own atomic append.
 * - **After `open` returns, nothing sent under an earlier opening can land**: `open` is the barrier that settles an
 *   unknown outcome.
 * - What lands of an append is a prefix of its entries, each whole. No outcome is a rejection.
 * - `read`, `ends` and `scan` show only what `append` would have acknowledged.
 * - A vanished log is MISSING, never re-created.
 * - Cost follows the bytes returned, never backlog or lag.
 */
export interface LogStore extends AsyncDisposable {
  // Disposed of: what is under way settles, `advanced` ends, every later call rejects (`append`: UNKNOWN) and does nothing.

  readonly supports: LogStoreSupports

  /** Idempotent. `at` is the offset at which the log begins (default 0). Durable when it resolves. Rejects if it could not. */
  create(logs: readonly { readonly log: LogId; readonly at?: number }[]): Promise<void>

  /** Idempotent; durable when it resolves. A later `create` of the same name and another id starts an empty log. */
  remove(logs: readonly LogId[]): Promise<void>

  /** Takes over for writing. Refuses a lower epoch; the same epoch may open again and fences its earlier opening. */
  open(
    logs: readonly { readonly log: LogId; readonly epoch: number }[],
  ): Promise<readonly (Opened | Fenced | Missing)[]>

  /**
   * One outcome per write, in order, each settled by itself and never rejected. The bytes stay untouched until it settles.
   * The entries of a write stand one behind the other: each begins at the `next` of the one before.
   */
  append(
    writes: readonly { readonly log: LogId; readonly opening: Opening; readonly entries: readonly Entry[] }[],
  ): readonly Promise<Outcome>[]

  /** `undefined` for a log that the store does not hold. One round trip. */
  ends(logs: readonly LogId[]): Promise<readonly (LogEnds | undefined)[]>

  /**
   * The entry that holds `from` (in a hole: the next one; below the log start: the one that holds the start), then on, up to
   * `maxBytes` but at least one; none at the end, past it, or of a log that the store does not hold. Entries may be finer than what was appended, never merged. Rejects with {@link CorruptLog} rather than skip damage.
   */
  read(
    reads: readonly { readonly log: LogId; readonly from: number; readonly maxBytes: number }[],
  ): Promise<readonly (readonly Entry[])[]>

  /** The entries from the one that holds `from` on, without their payload, as the log stood when the scan began. */
  scan(log: LogId, from: number): AsyncIterable<EntryInfo>

  /** The first entry, in offset order from the log start on, whose `time` is at least `time`. */
  findByTime(log: LogId, time: number): Promise<EntryInfo | undefined>

  /**
   * Moves the log start forward to `before` exactly (backwards: nothing happens), but never past the log end. The entry that
   * holds the start stays whole. Freeing bytes may lag behind.
   */
  trim(
    trims: readonly { readonly log: LogId; readonly opening: Opening; readonly before: number }[],
  ): Promise<readonly ChangeOutcome[]>

  /**
   * Swaps the entries of [from, to), at most 16 MB of them, for others or none. Readers see old or new. The end never moves.
   * Rejects with a RangeError, and changes nothing, where the range cuts through an entry.
   */
  replace(log: LogId, opening: Opening, from: number, to: number, entries: readonly Entry[]): Promise<ChangeOutcome>

  /** Keeps the newest snapshot; `open` hands it back. */
  snapshot(log: LogId, opening: Opening, at: number, bytes: Uint8Array): Promise<ChangeOutcome>

  /** A hint that logs have grown: may be lost, late or spurious. Ends when `signal` aborts. */
  advanced(logs: readonly LogId[], signal: AbortSignal): AsyncIterable<readonly LogId[]>
}

/** Stored bytes are not what was stored. The log is refused from here on until someone looks. */
export class CorruptLog extends Error {
  override readonly name = 'CorruptLog'
  readonly log: LogId
  constructor(log: LogId, message: string, options?: ErrorOptions) {
    super(`${log.name}: ${message}`, options)
    this.log = log
  }
}

/** What stands at a position of a log's bytes, for a store that keeps nothing but those bytes (see {@link Framing}). */
export type Frame = EntryInfo | 'TORN' | 'CORRUPT'

/**
 * Finds entry boundaries in plain bytes, so that a store can keep a file of nothing but its caller's bytes and still not
 * know what they are. `bytes` begins at an entry; the answer is that entry's place, time and size, TORN where the bytes end
 * before the entry does, or CORRUPT where they cannot be one. With `verify`, checksums are computed too.
 */
export interface Framing {
  /** Bytes that are needed to tell the place, time and size of an entry. */
  readonly headerBytes: number
  /** With fewer bytes than the entry's `size` it answers from the header alone, unless `verify` asks for the whole. */
  frame(bytes: Uint8Array, verify: boolean): Frame
}
