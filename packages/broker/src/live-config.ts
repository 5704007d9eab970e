// The settings in force on this broker: those that it was started with, over them what was set since for all brokers, and over
// that what was set for this one. Resolved again when cluster metadata has changed them.

import { overlayBrokerConfig, type BrokerConfig } from '@jackdaw/config'

import type { Cluster } from './cluster.ts'

export class LiveConfig {
  readonly #start: BrokerConfig
  readonly #cluster: Pick<Cluster, 'version' | 'loading' | 'configLayers'>
  #current: BrokerConfig
  #version = 0
  #dynamic = ''

  constructor(start: BrokerConfig, cluster: Pick<Cluster, 'version' | 'loading' | 'configLayers'>) {
    this.#start = start
    this.#cluster = cluster
    this.#current = start
  }

  /** The same object for as long as nothing has changed. While metadata is not loaded: what was in force last. */
  get current(): BrokerConfig {
    const { version, loading } = this.#cluster
    if (version === 0 || version === this.#version || loading !== undefined) return this.#current
    this.#version = version
    const { dynamicDefault, dynamicBroker } = this.#cluster.configLayers
    const dynamic = JSON.stringify([...dynamicDefault, ...dynamicBroker])
    if (dynamic !== this.#dynamic) {
      this.#dynamic = dynamic
      this.#current = overlayBrokerConfig(this.#start, new Map([...dynamicDefault, ...dynamicBroker]))
    }
    return this.#current
  }
}
