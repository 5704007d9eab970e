// One broker process under test: Jackdaw by default, or the real Apache Kafka as the oracle. Every test of this project runs
// against either, so a test that fails against Kafka is a wrong test.

import { rm } from 'node:fs/promises'
import { answersApiVersions } from '../toolbox/net.ts'
import type { Running } from '../toolbox/process.ts'
import { until } from '../toolbox/until.ts'
import { jackdawProcess } from './jackdaw.ts'
import { kafkaProcess } from './kafka.ts'

export type BrokerKind = 'jackdaw' | 'kafka'

export const brokerKind: BrokerKind = process.env.JACKDAW_INTEROP_BROKER === 'kafka' ? 'kafka' : 'jackdaw'

/** Broker properties by Kafka's names. */
export type Properties = Readonly<Record<string, string>>

/** How to run a broker of one kind on one directory: made once, started as often as the test likes. */
export interface BrokerProcess {
  readonly directory: string
  /** Where partition directories (`topic-0/…`) lie. */
  readonly logDirectory: string
  readonly port: number
  launch(): Running
}

/** What the tests of this project expect of a broker, whichever it is. */
const properties: Properties = {
  'num.partitions': '1',
  'auto.create.topics.enable': 'true',
  'group.initial.rebalance.delay.ms': '0',
  'offsets.topic.num.partitions': '1',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
}

/** A broker that accepts. Disposing it kills the process and removes its directory. */
export class Broker implements AsyncDisposable {
  readonly kind: BrokerKind
  readonly bootstrap: string
  readonly logDirectory: string
  readonly #process: BrokerProcess
  #running: Running

  private constructor(kind: BrokerKind, process: BrokerProcess) {
    this.kind = kind
    this.bootstrap = `127.0.0.1:${process.port}`
    this.logDirectory = process.logDirectory
    this.#process = process
    this.#running = process.launch()
  }

  static async start(overrides: Properties = {}, kind: BrokerKind = brokerKind): Promise<Broker> {
    const all = { ...properties, ...overrides }
    const broker = new Broker(kind, await (kind === 'kafka' ? kafkaProcess(all) : jackdawProcess(all)))
    try {
      await broker.#accepts()
    } catch (error) {
      await broker[Symbol.asyncDispose]()
      throw error
    }
    return broker
  }

  /** SIGKILL: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    await this.#running.kill('SIGKILL')
  }

  /** SIGTERM, and waits for the end. Throws if it does not come. */
  async stop(): Promise<void> {
    const running = this.#running
    const ended = running.kill('SIGTERM')
    await until('the broker to stop', () => !running.running, { withinMs: 30_000 })
    await ended
  }

  /** Starts it again after `kill` or `stop`, on the same directory and port. */
  async startAgain(): Promise<void> {
    this.#running = this.#process.launch()
    await this.#accepts()
  }

  /** What the process has printed, for a failing test. */
  report(): string {
    return this.#running.report()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await rm(this.#process.directory, { recursive: true, force: true, maxRetries: 3 })
  }

  async #accepts(): Promise<void> {
    const look = () => {
      if (!this.#running.running) throw new Error(`The broker ended while it started.\n${this.report()}`)
      return answersApiVersions(this.#process.port)
    }
    await until(`${this.kind} to accept on ${this.bootstrap}`, look, { withinMs: 60_000, everyMs: 50 })
  }
}
