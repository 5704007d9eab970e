// The way from one store instance to the disk and back. It takes time and loses what the faults say; it ends when the
// instance is closed or killed, or when the disk crashes.

import type { Clock } from '@jackdaw/ports'
import type { MemoryDisk } from './disk.ts'
import { BackendUnreachable } from './faults.ts'
import type { CallFault } from './faults.ts'

/** A call on a store that was closed, killed, or whose disk has crashed since it was opened. */
export class StoreClosed extends Error {
  override readonly name = 'StoreClosed'
  constructor() {
    super('The store is closed, or its disk has crashed since it was opened: open it again.')
  }
}

export class Wire {
  readonly #disk: MemoryDisk
  readonly #clock: Clock
  readonly #latencyMs: () => number
  readonly #closed = new AbortController()
  #dead = false

  constructor(disk: MemoryDisk, clock: Clock, latencyMs: () => number) {
    this.#disk = disk
    this.#clock = clock
    this.#latencyMs = latencyMs
    disk.instances.add(this.kill)
  }

  /** Aborts when no further call is taken. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  mustBeOpen(): void {
    this.closed.throwIfAborted()
  }

  /** Half of a call's latency: as long as the request travels, and again the reply. */
  halfMs(fault: { readonly delayMs?: number } | undefined): number {
    return (this.#latencyMs() + (fault?.delayMs ?? 0)) / 2
  }

  async ask<T>(name: string, fault: CallFault | undefined, work: () => T): Promise<T> {
    this.mustBeOpen()
    const half = this.halfMs(fault)
    await this.there(half)
    if (fault?.kind === 'REQUEST_LOST') return this.#unheard(half, `${name}: the request was lost`)
    const reply = work()
    if (fault?.kind === 'REPLY_LOST') return this.#unheard(half, `${name}: the reply was lost`)
    await this.back(half)
    return reply
  }

  /** On the way to the disk, or at work there: goes on when the instance is killed, ends with a crash of the disk. */
  async there(way: number | Promise<unknown>): Promise<void> {
    const { crashes } = this.#disk
    await this.#pass(way)
    if (this.#disk.crashes !== crashes) await never()
  }

  /** On the way back: nobody is there to hear it once the instance is killed. */
  async back(ms: number): Promise<void> {
    await this.#pass(ms)
    if (this.#dead) await never()
  }

  /** No further calls; replies that are on their way still arrive. */
  close(): void {
    this.#disk.instances.delete(this.kill)
    this.#closed.abort(new StoreClosed())
  }

  /** The process dies: nothing that it waits for ever settles. What it has sent still arrives. */
  readonly kill = (): void => {
    this.#dead = true
    this.close()
  }

  async #unheard(ms: number, message: string): Promise<never> {
    await this.back(ms)
    throw new BackendUnreachable(message)
  }

  async #pass(way: number | Promise<unknown>): Promise<void> {
    if (typeof way !== 'number') await way
    else if (way > 0) await new Promise<void>((resolve) => this.#clock.after(way, resolve))
  }
}

/** A fresh one each time, so that whoever awaits it can be forgotten. */
const never = (): Promise<never> => new Promise(() => {})
