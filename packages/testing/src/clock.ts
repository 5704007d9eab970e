// Virtual time: a second is a number, and the same seed gives the same order. Whatever is due runs one event a step, each
// followed by one real macrotask boundary, so that every promise the event settled has run its course before the next one.
// Events of the same instant run in an order that the seed decides; `soon` runs first in, first out before time moves.
import type { Cancel, Clock } from '@jackdaw/ports'
import { EventQueue, type ScheduledEvent } from './event-queue.ts'
import type { SeededRandom } from './random.ts'

const macrotask = setImmediate

/** 2026-01-01T00:00:00Z: wall time has to look like wall time to those who read timestamps. */
const DEFAULT_WALL_MS = 1_767_225_600_000

export interface VirtualClockOptions {
  /** Decides the order of what is due at the same instant. */
  readonly random: SeededRandom
  /** Wall time at the start, in milliseconds since the epoch. Default: 2026-01-01T00:00:00Z. */
  readonly wallMs?: number
}

/** Time passes in whole microseconds. A timer that asks for less gets one: what waits for "a little later" must not wait for ever. */
const MICROS_PER_MS = 1000
const ROUNDING = 1e-6
const microsOf = (ms: number): number => (ms > 0 ? Math.max(1, Math.ceil(ms * MICROS_PER_MS - ROUNDING)) : 0)

/** So many events at one instant are not many events: something schedules itself again and again without waiting. */
const EVENTS_PER_INSTANT_MAX = 100_000

/** How far a run may go before it is given up. */
export interface RunLimit {
  /** Virtual milliseconds. Default: unlimited. */
  readonly ms?: number
  /** Events. Default: unlimited. */
  readonly steps?: number
}

/** A {@link Clock} that stands still until it is stepped. */
export class VirtualClock implements Clock {
  readonly #random: SeededRandom
  readonly #timers = new EventQueue()
  readonly #soon: (() => void)[] = []
  #wallMs: number
  /** Microseconds. */
  #now = 0
  #steps = 0
  #stepsAtNow = 0
  #stepping = false

  constructor(options: VirtualClockOptions) {
    this.#random = options.random
    this.#wallMs = options.wallMs ?? DEFAULT_WALL_MS
  }

  wall(): number {
    return Math.floor(this.#wallMs + this.monotonic())
  }

  monotonic(): number {
    return this.#now / MICROS_PER_MS
  }

  after(ms: number, run: () => void): Cancel {
    if (Number.isNaN(ms)) throw new RangeError('a timer needs a number of milliseconds')
    if (ms === Infinity) return () => undefined
    const event: ScheduledEvent = { at: this.#now + microsOf(ms), tie: this.#random.next(), run }
    this.#timers.push(event)
    return () => {
      event.run = undefined
    }
  }

  soon(run: () => void): void {
    this.#soon.push(run)
  }

  /** Moves wall time by so many milliseconds, either way. Monotonic time does not notice. */
  jumpWall(ms: number): void {
    this.#wallMs += ms
  }

  /** Events run so far. */
  get steps(): number {
    return this.#steps
  }

  /** The monotonic time of the next event, or undefined where nothing is scheduled. */
  get nextAt(): number | undefined {
    if (this.#soon.length > 0) return this.monotonic()
    const timer = this.#timers.peek()
    return timer && timer.at / MICROS_PER_MS
  }

  /** Runs the next event and lets its promises run dry; false where there is none. What the event throws is thrown here. */
  async step(): Promise<boolean> {
    if (this.#stepping) throw new Error('step() while a step is under way: only one driver may move a virtual clock')
    this.#stepping = true
    try {
      const run = this.#take()
      if (run === undefined) return false
      this.#steps++
      run()
      await this.#drain()
      return true
    } finally {
      this.#stepping = false
    }
  }

  /** Runs everything due up to `time` (monotonic), then stands at `time`. */
  async runUntil(time: number): Promise<void> {
    await this.#drain()
    while ((this.nextAt ?? Infinity) <= time) await this.step()
    this.#moveTo(Math.round(time * MICROS_PER_MS))
  }

  /** Runs so many virtual milliseconds. */
  async runFor(ms: number): Promise<void> {
    await this.runUntil(this.monotonic() + ms)
  }

  /** Runs as long as `going` says so; false where the limit or an empty schedule stopped it first. */
  async runWhile(going: () => boolean, limit: RunLimit = {}): Promise<boolean> {
    const until = this.monotonic() + (limit.ms ?? Infinity)
    const steps = this.#steps + (limit.steps ?? Infinity)
    await this.#drain()
    while (going()) {
      if (this.#steps >= steps || (this.nextAt ?? Infinity) > until || !(await this.step())) return false
    }
    return true
  }

  /** Runs until nothing is scheduled; false where the limit came first. */
  async runUntilIdle(limit: RunLimit = {}): Promise<boolean> {
    await this.#drain()
    await this.runWhile(() => this.nextAt !== undefined, limit)
    return this.nextAt === undefined
  }

  /** Runs on until `promise` settles and hands its outcome over. Rejects where the limit or an empty schedule came first. */
  async resolve<T>(promise: Promise<T>, limit: RunLimit = {}): Promise<T> {
    let settled = false
    const settle = () => {
      settled = true
    }
    promise.then(settle, settle)
    if (await this.runWhile(() => !settled, limit)) return promise
    throw new Error(
      `still pending at ${this.monotonic()} ms of virtual time: nothing scheduled can settle it within the limit`,
    )
  }

  #take(): (() => void) | undefined {
    if (++this.#stepsAtNow > EVENTS_PER_INSTANT_MAX) {
      throw new Error(
        `${EVENTS_PER_INSTANT_MAX} events at ${this.monotonic()} ms: something schedules itself without waiting`,
      )
    }
    const soon = this.#soon.shift()
    if (soon !== undefined) return soon
    const event = this.#timers.pop()
    if (event === undefined) return undefined
    this.#moveTo(event.at)
    return event.run
  }

  #moveTo(micros: number): void {
    if (micros <= this.#now) return
    this.#now = micros
    this.#stepsAtNow = 0
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => macrotask(resolve))
  }
}
