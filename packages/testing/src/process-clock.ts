// The clock of one simulated process. It can be frozen (SIGSTOP: what falls due waits for the thaw) and killed (nothing of
// this process ever runs again). Its monotonic time begins at its own birth, as a real process's does: a monotonic time that
// was stored and read back after a restart means nothing, and here that shows.
import type { Cancel, Clock } from '@jackdaw/ports'

interface Held {
  run: (() => void) | undefined
}

/** A {@link Clock} cut from another one, for one incarnation of a process. */
export class ProcessClock implements Clock {
  readonly #parent: Clock
  readonly #born: number
  #skewMs = 0
  #state: 'running' | 'frozen' | 'dead' = 'running'
  #held: Held[] = []

  constructor(parent: Clock) {
    this.#parent = parent
    this.#born = parent.monotonic()
  }

  wall(): number {
    return this.#parent.wall() + this.#skewMs
  }

  monotonic(): number {
    return this.#parent.monotonic() - this.#born
  }

  after(ms: number, run: () => void): Cancel {
    const held: Held = { run }
    if (this.#state === 'dead') return () => undefined
    const cancel = this.#parent.after(ms, () => this.#due(held))
    return () => {
      held.run = undefined
      cancel()
    }
  }

  soon(run: () => void): void {
    if (this.#state !== 'dead') this.#parent.soon(() => this.#due({ run }))
  }

  /** Moves this process's wall time by so many milliseconds, either way. */
  jumpWall(ms: number): void {
    this.#skewMs += ms
  }

  get state(): 'running' | 'frozen' | 'dead' {
    return this.#state
  }

  /** Stops the process: what falls due is held. Time goes on around it. */
  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen'
  }

  /** Lets it go on: all that fell due meanwhile runs at once, in the order in which it fell due. */
  thaw(): void {
    if (this.#state !== 'frozen') return
    this.#state = 'running'
    const held = this.#held
    this.#held = []
    for (const one of held) this.#parent.soon(() => this.#due(one))
  }

  /** Ends the process: nothing that it scheduled runs any more. */
  kill(): void {
    this.#state = 'dead'
    this.#held = []
  }

  #due(held: Held): void {
    if (this.#state === 'frozen') this.#held.push(held)
    else if (this.#state === 'running') held.run?.()
  }
}
