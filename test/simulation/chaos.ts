// Blows: what befalls broker, network and disk in a run, at times and in kinds that the seed decides. Each one ends by itself.
import type { SeededRandom } from '@jackdaw/testing'
import { BROKER, type BrokerHost } from './broker-host.ts'
import type { Blow } from './profile.ts'
import type { Stage } from './stage.ts'

export class Chaos {
  readonly #stage: Stage
  readonly #host: BrokerHost
  readonly #random: SeededRandom
  readonly #blows: Readonly<Record<Blow, () => void>>

  constructor(stage: Stage, host: BrokerHost) {
    this.#stage = stage
    this.#host = host
    this.#random = stage.random.fork('chaos')
    this.#blows = {
      kill: () => this.#restart(false),
      powerCut: () => this.#restart(true),
      freeze: () => this.#freeze(),
      cut: () => this.#cut(),
      partition: () => this.#partition(),
      slowStorage: () => this.#slowStorage(),
      full: () => this.#full(),
      quiet: () => undefined,
    }
  }

  async run(): Promise<void> {
    const { profile } = this.#stage
    for (;;) {
      await this.#stage.sleep(this.#random.between(0, 2 * profile.chaosEveryMs))
      if (this.#stage.calm) return
      this.#blows[this.#random.weighted(profile.chaos)]()
    }
  }

  /** Ends all that is still going on. */
  end(): void {
    this.#host.faults.full = false
    this.#host.faults.slowMs = 0
    this.#host.thaw()
    this.#host.start()
    this.#stage.network.heal()
  }

  #later(ms: number, run: () => void): void {
    this.#stage.clock.after(ms, run)
  }

  #restart(powerCut: boolean): void {
    this.#host.kill({ powerCut })
    this.#later(this.#random.between(0, 2500), () => this.#host.start())
  }

  #freeze(): void {
    this.#host.freeze()
    this.#later(this.#random.between(100, 8000), () => this.#host.thaw())
  }

  #cut(): void {
    const connections = this.#stage.network.connections()
    if (connections.length === 0) return
    const connection = this.#random.pick(connections)
    this.#stage.history.note('network', 'cut', { client: connection.client })
    connection.cut()
  }

  #partition(): void {
    const clients = [...new Set(this.#stage.network.connections().map(({ client }) => client))]
    if (clients.length === 0) return
    const client = this.#random.pick(clients)
    const [from, to] = this.#random.chance(0.5) ? [client, BROKER.host] : [BROKER.host, client]
    const oneWay = this.#random.chance(0.5)
    this.#stage.history.note('network', 'partition', { from, to, oneWay })
    this.#stage.network.partition(from, to, { oneWay })
    this.#later(this.#random.between(50, 10_000), () => {
      this.#stage.history.note('network', 'heal', { from, to })
      this.#stage.network.heal(from, to)
    })
  }

  #slowStorage(): void {
    const { faults } = this.#host
    faults.slowMs = this.#random.int(10, 1500)
    this.#stage.history.note('storage', 'slow', { ms: faults.slowMs })
    this.#later(this.#random.between(100, 5000), () => (faults.slowMs = 0))
  }

  #full(): void {
    const { faults } = this.#host
    faults.full = true
    this.#stage.history.note('storage', 'full')
    this.#later(this.#random.between(50, 3000), () => {
      faults.full = false
      this.#stage.history.note('storage', 'has room')
    })
  }
}
