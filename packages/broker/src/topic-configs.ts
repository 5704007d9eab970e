// The configs that are in force for a topic, resolved once for each state of cluster metadata.

import { resolveTopicConfig, type TopicConfig } from '@jackdaw/config'
import { configsOf, type AppendRules } from '@jackdaw/core'

import type { Cluster } from './cluster.ts'
import type { LiveConfig } from './live-config.ts'

interface Resolved {
  readonly version: number
  readonly config: TopicConfig
  readonly appendRules: AppendRules
}

export class TopicConfigs {
  readonly #cluster: Cluster
  readonly #broker: LiveConfig
  readonly #resolved = new Map<string, Resolved>()

  constructor(cluster: Cluster, broker: LiveConfig) {
    this.#cluster = cluster
    this.#broker = broker
  }

  of(topicName: string): TopicConfig {
    return this.#resolve(topicName).config
  }

  appendRulesOf(topicName: string): AppendRules {
    return this.#resolve(topicName).appendRules
  }

  #resolve(topicName: string): Resolved {
    const { version } = this.#cluster
    const known = this.#resolved.get(topicName)
    if (known?.version === version) return known
    const config = resolveTopicConfig(configsOf(this.#cluster.state, 'TOPIC', topicName), this.#broker.current)
    const resolved = { version, config, appendRules: appendRulesIn(config) }
    if (this.#resolved.size > 2 * this.#cluster.state.topics.size + 16) this.#resolved.clear()
    this.#resolved.set(topicName, resolved)
    return resolved
  }
}

const appendRulesIn = (config: TopicConfig): AppendRules => ({
  maxMessageBytes: config['max.message.bytes'],
  timestampType: config['message.timestamp.type'],
  timestampBeforeMaxMs: config['message.timestamp.before.max.ms'],
  timestampAfterMaxMs: config['message.timestamp.after.max.ms'],
  keysRequired: config['cleanup.policy'].includes('compact'),
  compression: config['compression.type'] === 'uncompressed' ? 'none' : config['compression.type'],
})
