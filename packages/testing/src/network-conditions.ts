// How the simulated network behaves, and the errors it raises: those of the system, with the system's codes.
import type { Endpoint } from '@jackdaw/transport'

export interface NetworkConditions {
  /** One way, drawn anew for every piece and rounded to microseconds. Pieces of one stream never overtake each other. */
  readonly latencyMs: { readonly min: number; readonly max: number }
  /** How likely bytes that are sent together arrive in several pieces, cut at any place. */
  readonly splitChance: number
  /** Bytes that may be under way or unread on one stream before its sender has to wait. */
  readonly windowBytes: number
  /** Queued bytes from which on `write` answers false. */
  readonly highWaterBytes: number
  /** How long a connect waits for an answer where its caller names no time. */
  readonly connectTimeoutMs: number
  /** How long bytes that cannot get through are tried again before the sender's system gives the connection up. */
  readonly retransmitTimeoutMs: number
}

export const DEFAULT_CONDITIONS: NetworkConditions = {
  latencyMs: { min: 0.05, max: 0.5 },
  splitChance: 0.1,
  windowBytes: 64 * 1024,
  highWaterBytes: 16 * 1024,
  connectTimeoutMs: 75_000,
  retransmitTimeoutMs: 30_000,
}

const SYSCALL_TEXT = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'address not available',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  ETIMEDOUT: 'connection timed out',
} as const

/** An error as the system raises it: `code` is what callers look at. */
export const systemError = (
  code: keyof typeof SYSCALL_TEXT,
  syscall: string,
  at: Endpoint,
): Error & { readonly code: string } =>
  Object.assign(new Error(`${syscall} ${code}: ${SYSCALL_TEXT[code]} ${at.host}:${at.port}`), {
    code,
    syscall,
    address: at.host,
    port: at.port,
  })
