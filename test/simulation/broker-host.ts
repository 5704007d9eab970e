// The machine that the broker runs on, and its supervisor: it starts the broker, lets it be killed or frozen, cuts its power,
// and starts it again.
import type { MemoryDisk } from '@jackdaw/adapter-memory'
import { type Broker, type Logger, startBroker } from '@jackdaw/broker'
import { type BrokerConfig, parseBrokerConfig } from '@jackdaw/config'
import type { LogStore } from '@jackdaw/ports'
import { SimulatedProcess } from '@jackdaw/testing'
import type { Stage } from './stage.ts'
import { StorageFaults } from './storage-faults.ts'

export const BROKER = { host: 'broker-1', port: 9092 }

const RESTART_AFTER_FAILURE_MS = 500

export interface BrokerHostOptions {
  /** Puts something between the broker and its store: a broken store, for the proof that the laws catch it. */
  readonly wrapStore?: (store: LogStore, disk: MemoryDisk) => LogStore
}

export class BrokerHost {
  readonly faults: StorageFaults
  readonly #stage: Stage
  readonly #options: BrokerHostOptions
  readonly #config: BrokerConfig
  #process: SimulatedProcess | undefined
  #broker: Broker | undefined
  #incarnation = 0

  constructor(stage: Stage, options: BrokerHostOptions = {}) {
    this.#stage = stage
    this.#options = options
    this.faults = new StorageFaults(stage)
    this.#config = configOf(stage)
  }

  get state(): 'down' | 'starting' | 'up' | 'frozen' {
    if (this.#process === undefined) return 'down'
    if (this.#process.clock.state === 'frozen') return 'frozen'
    return this.#broker === undefined ? 'starting' : 'up'
  }

  start(): void {
    if (this.#process !== undefined) return
    const { clock, network, disk, random, history } = this.#stage
    const incarnation = ++this.#incarnation
    const process = new SimulatedProcess(
      { clock, network, disk },
      {
        name: BROKER.host,
        random: random.fork(`broker/${incarnation}`),
        storeFaults: this.faults,
        latencyMs: this.faults.latencyMs,
        supports: { durability: 'D3', durabilityReason: 'simulated' },
      },
    )
    this.#process = process
    history.note('broker', 'starting', { incarnation })
    this.#run(process, incarnation).catch((error: unknown) => {
      if (this.#process !== process) return
      history.note('broker', 'start failed', { error: String(error) })
      this.#end(false)
      clock.after(RESTART_AFTER_FAILURE_MS, () => this.start())
    })
  }

  /** The process is killed. `powerCut`: the whole machine goes, and what the disk had not synced goes or stays by chance. */
  kill(how: { readonly powerCut: boolean }): void {
    if (this.#process === undefined) return
    const { disk, history } = this.#stage
    const state = this.state
    this.#end(how.powerCut)
    const unsynced = entriesOf(disk, 'unsynced')
    const synced = entriesOf(disk, 'entries')
    if (how.powerCut) disk.crash()
    const spared = entriesOf(disk, 'entries') - synced
    history.note('broker', 'killed', { ...how, state, spared, lost: how.powerCut ? unsynced - spared : 0 })
  }

  freeze(): void {
    if (this.state === 'frozen' || this.#process === undefined) return
    this.#stage.history.note('broker', 'frozen')
    this.#process.freeze()
  }

  thaw(): void {
    if (this.state !== 'frozen') return
    this.#stage.history.note('broker', 'thawed')
    this.#process?.thaw()
  }

  async #run(process: SimulatedProcess, incarnation: number): Promise<void> {
    const { wrapStore = (store: LogStore) => store } = this.#options
    const broker = await startBroker({
      config: this.#config,
      store: wrapStore(process.store, this.#stage.disk),
      coordination: process.coordination,
      network: process.network,
      clock: process.clock,
      random: process.random.fork('broker'),
      log: logger(this.#stage),
    })
    if (this.#process !== process) return
    this.#broker = broker
    this.#stage.history.note('broker', 'up', { incarnation, clusterId: broker.clusterId })
  }

  #end(silently: boolean): void {
    this.#process?.kill(silently)
    this.#process = undefined
    this.#broker = undefined
  }
}

const entriesOf = (disk: MemoryDisk, which: 'entries' | 'unsynced'): number =>
  [...disk.logs.values()].reduce((sum, log) => sum + log[which].length, 0)

const configOf = ({ profile }: Stage): BrokerConfig => {
  const outcome = parseBrokerConfig(
    new Map(
      Object.entries({
        'node.id': '1',
        listeners: `PLAINTEXT://${BROKER.host}:${BROKER.port}`,
        'auto.create.topics.enable': 'false',
        'offsets.topic.num.partitions': '2',
        'group.min.session.timeout.ms': '100',
        'group.consumer.session.timeout.ms': '2000',
        'group.consumer.min.session.timeout.ms': '100',
        'group.consumer.heartbeat.interval.ms': '400',
        'group.consumer.min.heartbeat.interval.ms': '100',
        'group.consumer.assignment.interval.ms': String(profile.rebalanceDelayMs),
        'group.initial.rebalance.delay.ms': String(profile.rebalanceDelayMs),
      }),
    ),
  )
  if (outcome.kind === 'FAULTS') throw new Error(JSON.stringify(outcome.faults))
  return outcome.config
}

/** What the broker says goes into the run's log; what it calls an error is one that it cannot explain. */
const logger = ({ history }: Stage): Logger => {
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    history.note('broker', `says (${level})`, { message, ...plain(fields) })
  return { debug: () => undefined, info: write('info'), warn: write('warn'), error: write('error') }
}

const plain = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? String(value) : value]),
  )
