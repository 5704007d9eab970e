// One contender's process on a directory of its own: started, measured from outside, stopped, removed.

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { answersApiVersions, freePorts } from '../interop/toolbox/net.ts'
import { type Running, start } from '../interop/toolbox/process.ts'
import { until } from '../interop/toolbox/until.ts'
import type { Contender, Launch } from './contenders.ts'
import { childPids, type Usage, usageOf } from './proc.ts'

const START_WITHIN_MS = 120_000
const STOP_WITHIN_MS = 60_000

export class Broker implements AsyncDisposable {
  readonly contender: Contender
  readonly port: number
  readonly #directory: string
  readonly #launch: Launch
  #running: Running | undefined
  #pid = 0
  static #count = 0

  /** Ready to be launched, in a new directory below `root`. */
  static async prepare(contender: Contender, root: string): Promise<Broker> {
    const directory = join(root, `${contender.name}-${process.pid}-${++Broker.#count}`)
    await mkdir(directory, { recursive: true })
    const [port = 0] = await freePorts(1)
    return new Broker(contender, directory, port, await contender.prepare(directory, port))
  }

  /** The same, launched and answering. */
  static async start(contender: Contender, root: string): Promise<Broker> {
    const broker = await Broker.prepare(contender, root)
    try {
      broker.launch()
      await broker.answers()
      return broker
    } catch (error) {
      await broker[Symbol.asyncDispose]()
      throw error
    }
  }

  private constructor(contender: Contender, directory: string, port: number, launch: Launch) {
    this.contender = contender
    this.port = port
    this.#directory = directory
    this.#launch = launch
  }

  get bootstrap(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Starts the process and does not wait for anything. */
  launch(): void {
    const before = new Set(childPids())
    this.#running = start(this.#launch.program, this.#launch.args)
    this.#pid = childPids().find((pid) => !before.has(pid)) ?? 0
  }

  answers(): Promise<boolean> {
    const ask = () => {
      this.check()
      return answersApiVersions(this.port)
    }
    return until(`${this.contender.title} to answer`, ask, { withinMs: START_WITHIN_MS, everyMs: 50 })
  }

  /** Throws with what it has printed if it has ended. */
  check(): void {
    if (this.#running?.running !== true) throw new Error(`${this.contender.title} ended.\n${this.#running?.report()}`)
  }

  usage(): Usage {
    this.check()
    return usageOf(this.#pid)
  }

  /** SIGTERM, and waits for the end. Throws if it does not come. */
  async stop(): Promise<void> {
    this.check()
    const ended = this.#running?.kill('SIGTERM')
    const gone = () => this.#running?.running === false
    await until(`${this.contender.title} to stop`, gone, { withinMs: STOP_WITHIN_MS, everyMs: 20 })
    await ended
  }

  /** Kills what still runs and removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]()
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 })
  }
}
