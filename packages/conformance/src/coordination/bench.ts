// The workbench of one case: brokers on one backend, and roles that no other case uses.

import { randomUUID } from 'node:crypto'
import type { Coordination, Hold } from '@jackdaw/ports'

/** What the author of an adapter gives to the suite. */
export interface CoordinationFactory {
  /** Another broker on the same backend. Several are open at the same time. */
  open(): Promise<Coordination>
  /** The broker's process dies, or is cut off for good: what it holds has to become free in time. */
  kill?(broker: Coordination): Promise<void>
  /** Restarts the backend, or kills and restores what the roles are kept in. Brokers that were open are dead. */
  crash?(): Promise<void>
  /** The broker can renew nothing from now on, but its process goes on. */
  cutOff?(broker: Coordination): Promise<void>
  /** The `Clock.monotonic` that holds count by. Default: `performance.now`. */
  monotonic?(): number
  /** Lets this much time pass where the backend's clock is not the machine's. Default: waits. */
  pass?(ms: number): Promise<void>
  /** Milliseconds after which the roles of a broker that is dead or cut off are free. Default 30,000. */
  readonly freeWithinMs?: number
}

export class CoordinationBench implements AsyncDisposable {
  readonly factory: CoordinationFactory
  readonly #prefix = `conformance-${randomUUID().slice(0, 8)}/`
  readonly #brokers: Coordination[] = []
  readonly #stop = new AbortController()

  constructor(factory: CoordinationFactory) {
    this.factory = factory
  }

  /** Aborts when the case ends. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  async broker(): Promise<Coordination> {
    const broker = await this.factory.open()
    this.#brokers.push(broker)
    return broker
  }

  role(name: string): string {
    return this.#prefix + name
  }

  monotonic(): number {
    return this.factory.monotonic?.() ?? performance.now()
  }

  async pass(ms: number): Promise<void> {
    if (this.factory.pass) await this.factory.pass(ms)
    else await new Promise((resolve) => setTimeout(resolve, ms))
  }

  /** Stands for the role; `won` is the hold once there is one. */
  stand(broker: Coordination, role: string, name = 'someone', signal: AbortSignal = this.signal): Candidacy {
    const hold = broker.elect(role, Buffer.from(name), signal)
    const candidacy: Candidacy = { hold, won: undefined }
    hold.then(
      (won) => (candidacy.won = won),
      () => undefined,
    )
    return candidacy
  }

  /** Lets time pass until `happened`; fails with `what` when it has not happened in time. */
  async until(happened: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const within = this.factory.freeWithinMs ?? 30_000
    const step = Math.max(1, within / 200)
    for (let waited = 0; !(await happened()); waited += step) {
      if (waited > within) throw new Error(`After ${within} ms still not: ${what}`)
      await this.pass(step)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the case is over'))
    for (const broker of this.#brokers) await broker[Symbol.asyncDispose]()
  }
}

export interface Candidacy {
  readonly hold: Promise<Hold>
  won: Hold | undefined
}
