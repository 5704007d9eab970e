// A whole broker inside a test process: real TCP, storage in memory, up in milliseconds, gone with the test. It can be closed
// as an operator would, killed as an operating system would, and started again on what its storage then holds.
import { type LogStoreFaults, MemoryDisk, openMemoryCoordination, openMemoryStore } from '@jackdaw/adapter-memory'
import { type Broker, type Logger, silentLogger, startBroker } from '@jackdaw/broker'
import { type BrokerConfig, parseBrokerConfig } from '@jackdaw/config'
import { type Network, systemClock, systemRandom, tcp } from '@jackdaw/transport'
import { gateCoordination, gateStore } from './gate.ts'
import { ProcessClock } from './process-clock.ts'
import { SeverableNetwork } from './severable-network.ts'

export interface TestBrokerOptions {
  /** Broker settings by Kafka's names, on top of the test broker's own: one partition for internal topics, no rebalance delay. */
  readonly configs?: Readonly<Record<string, string>>
  /** The port to listen on. Default: 0, a free one. */
  readonly port?: number
  /** Where the logs are. Default: an empty disk of its own. Give one to look at it, or to go on from another broker's. */
  readonly disk?: MemoryDisk
  /** What goes wrong between the broker and its storage. Default: nothing. */
  readonly faults?: LogStoreFaults
  /** What the broker says. Default: it is silent. */
  readonly log?: Logger
  /** Default: TCP on this machine. */
  readonly network?: Network
}

/** A broker of a test. `await using` closes it. */
export interface TestBroker extends AsyncDisposable {
  /** `host:port`, for a client's `bootstrap.servers`. The same after a restart. */
  readonly bootstrapServers: string
  readonly disk: MemoryDisk
  /** Stops it in good order. What it stored stays on the disk. Idempotent. */
  close(): Promise<void>
  /** Ends it at once, as SIGKILL would: nothing is answered any more, no role is given up, connections break. */
  kill(): Promise<void>
  /** Kills it and cuts the power of its storage: of what was not synced yet, a part is lost. */
  powerCut(): Promise<void>
  /** Starts it again on the same disk and port, after `close`, `kill` or `powerCut`. Kills it first if it runs. */
  restart(): Promise<void>
}

const HOST = '127.0.0.1'

const DEFAULTS: Readonly<Record<string, string>> = {
  'node.id': '1',
  'offsets.topic.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '100',
}

const configOf = (configs: Readonly<Record<string, string>>, port: number): BrokerConfig => {
  const entries = { ...DEFAULTS, listeners: `PLAINTEXT://${HOST}:${port}`, ...configs }
  const outcome = parseBrokerConfig(new Map(Object.entries(entries)))
  if (outcome.kind === 'CONFIG') return outcome.config
  throw new TypeError(outcome.faults.map(({ message }) => message).join(' '))
}

/** One incarnation of the broker and all that it holds. */
class Incarnation {
  readonly #broker: Broker
  readonly #clock: ProcessClock
  readonly #network: SeverableNetwork
  readonly #stores: readonly { kill(): void }[]

  constructor(broker: Broker, clock: ProcessClock, network: SeverableNetwork, stores: readonly { kill(): void }[]) {
    this.#broker = broker
    this.#clock = clock
    this.#network = network
    this.#stores = stores
  }

  static async start(options: TestBrokerOptions, disk: MemoryDisk, port: number): Promise<Incarnation> {
    const clock = new ProcessClock(systemClock)
    const network = new SeverableNetwork(options.network ?? tcp)
    const store = openMemoryStore({ disk, clock: systemClock, random: systemRandom, faults: options.faults })
    const coordination = openMemoryCoordination({ disk, clock, random: systemRandom })
    const broker = await startBroker({
      config: configOf(options.configs ?? {}, port),
      store: gateStore(store, clock),
      coordination: gateCoordination(coordination, clock),
      network,
      clock,
      random: systemRandom,
      log: options.log ?? silentLogger,
    })
    return new Incarnation(broker, clock, network, [store, coordination])
  }

  get port(): number {
    return this.#broker.listeners[0]!.port
  }

  async close(): Promise<void> {
    await this.#broker.close()
    await this.kill()
  }

  async kill(): Promise<void> {
    this.#clock.kill()
    for (const store of this.#stores) store.kill()
    await this.#network.sever()
  }
}

/**
 * Starts a broker for a test. Rejects where a setting is refused (TypeError) or the port is taken (the system's error).
 *
 * @example
 * await using broker = await startTestBroker()
 * const client = connect({ 'bootstrap.servers': broker.bootstrapServers })
 */
export const startTestBroker = async (options: TestBrokerOptions = {}): Promise<TestBroker> => {
  const disk = options.disk ?? new MemoryDisk({ clock: systemClock, random: systemRandom })
  let running: Incarnation | undefined = await Incarnation.start(options, disk, options.port ?? 0)
  const { port } = running
  const end = async (how: 'close' | 'kill'): Promise<void> => {
    const ending = running
    running = undefined
    await ending?.[how]()
  }
  return {
    bootstrapServers: `${HOST}:${port}`,
    disk,
    close: () => end('close'),
    kill: () => end('kill'),
    powerCut: async () => {
      await end('kill')
      disk.crash()
    },
    restart: async () => {
      await end('kill')
      running = await Incarnation.start(options, disk, port)
    },
    [Symbol.asyncDispose]: () => end('close'),
  }
}
