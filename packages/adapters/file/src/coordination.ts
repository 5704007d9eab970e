// Roles of one process: whoever asks first holds until it lets go. Terms are in the journal, so that they go on rising
// after a restart.
import type { Coordination, Hold, Holder } from '@jackdaw/ports'
import type { Committer } from './committer.ts'
import type { Health } from './health.ts'
import { Hints } from './hints.ts'
import type { State } from './log-state.ts'

interface Held {
  readonly term: number
  readonly holder: Uint8Array
  readonly lose: (reason: Error) => void
}

export class FileCoordination implements Coordination {
  readonly #state: State
  readonly #committer: Committer
  readonly #health: Health
  readonly #held = new Map<string, Held>()
  // Whose turn it is for a role: each elect waits for the one before it to end.
  readonly #queues = new Map<string, Promise<void>>()
  readonly #hints = new Hints<string>()
  readonly #closed = new AbortController()

  constructor(state: State, committer: Committer, health: Health) {
    this.#state = state
    this.#committer = committer
    this.#health = health
  }

  async elect(role: string, holder: Uint8Array, signal: AbortSignal): Promise<Hold> {
    const until = AbortSignal.any([signal, this.#closed.signal])
    until.throwIfAborted()
    const before = this.#queues.get(role)
    const freed = Promise.withResolvers<void>()
    const own = Promise.all([before, freed.promise]).then(() => {
      if (this.#queues.get(role) === own) this.#queues.delete(role)
    })
    this.#queues.set(role, own)
    try {
      await untilAborted(before, until)
      const term = await this.#nextTerm(role)
      until.throwIfAborted()
      return this.#hold(role, term, Uint8Array.from(holder), freed.resolve)
    } catch (error) {
      freed.resolve()
      throw error
    }
  }

  async #nextTerm(role: string): Promise<number> {
    this.#health.mustRun()
    const term = (this.#state.terms.get(role) ?? 0) + 1
    const committed = await this.#committer.commit({ kind: 'CHANGE', change: { term: [role, term] } })
    if (committed.kind !== 'DONE') throw committed.cause
    return term
  }

  #hold(role: string, term: number, holder: Uint8Array, free: () => void): Hold {
    const lost = new AbortController()
    let valid = true
    const end = () => {
      if (!valid) return
      valid = false
      this.#held.delete(role)
      this.#hints.tell(role)
      free()
    }
    const lose = (reason: Error) => {
      end()
      lost.abort(reason)
    }
    this.#held.set(role, { term, holder, lose })
    this.#hints.tell(role)
    return {
      term,
      validUntil: () => (valid ? Infinity : -Infinity),
      lost: lost.signal,
      release: async () => end(),
    }
  }

  async holders(prefix: string): Promise<readonly Holder[]> {
    return [...this.#held]
      .filter(([role]) => role.startsWith(prefix))
      .map(([role, { term, holder }]) => ({ role, term, holder }))
      .sort((a, b) => (a.role < b.role ? -1 : 1))
  }

  async *changed(signal: AbortSignal): AsyncIterable<void> {
    const until = AbortSignal.any([signal, this.#closed.signal])
    for await (const _ of this.#hints.listen(() => true, until)) yield
  }

  /** All roles are given up and nothing more is elected. The store itself stays open. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed.signal.aborted) return
    const reason = new Error('the store is closed')
    this.#closed.abort(reason)
    for (const { lose } of this.#held.values()) lose(reason)
  }
}

function untilAborted(wait: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    void Promise.resolve(wait).then(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}
