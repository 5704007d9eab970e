// A topic's settings: its own texts, over the broker's keys that stand behind them.
import { topicConfigs } from './topic-configs.ts'
import type { TopicConfig } from './topic-configs.ts'
import type { BrokerConfig } from './broker-configs.ts'
import { find, parseWith, refuse, unknownName } from './fault.ts'
import type { ConfigFault, Parsed, Table } from './fault.ts'
import { groupConfigs } from './group-configs.ts'
import type { GroupConfig } from './group-configs.ts'
import { isRefusal } from './property.ts'
import type { BrokerSynonyms } from './property.ts'

/** The value of one topic config as it came from a client, or why it is refused. */
export function parseTopicConfig(name: string, text: string): Parsed {
  return parseOf(topicConfigs, 'topic', name, text)
}

/** The value of one group config as it came from a client, or why it is refused. */
export function parseGroupConfig(name: string, text: string): Parsed {
  return parseOf(groupConfigs, 'group', name, text)
}

function parseOf(table: Table, whose: string, name: string, text: string): Parsed {
  const property = find(table, name)
  return property ? parseWith(property, name, text) : unknownName(name, text, Object.keys(table), whose)
}

/** All that is wrong with a topic's own settings: each for itself and with one another. Empty when they may be kept. */
export function checkTopicConfigs(overrides: ReadonlyMap<string, string>, broker: BrokerConfig): ConfigFault[] {
  const faults = [...overrides]
    .map(([name, text]) => parseTopicConfig(name, text))
    .filter((one) => one.kind === 'FAULT')
  if (faults.length > 0) return faults
  const config = resolveTopicConfig(overrides, broker)
  const [least, most] = [config['min.compaction.lag.ms'], config['max.compaction.lag.ms']]
  if (least > most) {
    faults.push(
      refuse('min.compaction.lag.ms', String(least), `it may not exceed max.compaction.lag.ms, which is ${most}`),
    )
  }
  return faults
}

/** All that is wrong with a group's own settings, given the bounds that the broker sets. */
export function checkGroupConfigs(overrides: ReadonlyMap<string, string>, broker: BrokerConfig): ConfigFault[] {
  const faults = [...overrides]
    .map(([name, text]) => parseGroupConfig(name, text))
    .filter((one) => one.kind === 'FAULT')
  if (faults.length > 0) return faults
  const config = resolveGroupConfig(overrides, broker)
  const bounds = {
    'consumer.session.timeout.ms': ['group.consumer.min.session.timeout.ms', 'group.consumer.max.session.timeout.ms'],
    'consumer.heartbeat.interval.ms': [
      'group.consumer.min.heartbeat.interval.ms',
      'group.consumer.max.heartbeat.interval.ms',
    ],
    'consumer.assignment.interval.ms': [
      'group.consumer.min.assignment.interval.ms',
      'group.consumer.max.assignment.interval.ms',
    ],
  } as const
  for (const [name, [min, max]] of Object.entries(bounds) as [
    keyof GroupConfig,
    (typeof bounds)[keyof GroupConfig],
  ][]) {
    const value = config[name]
    if (value < broker[min])
      faults.push(refuse(name, String(value), `it may not be less than the broker’s ${min}=${broker[min]}`))
    if (value > broker[max])
      faults.push(refuse(name, String(value), `it may not exceed the broker’s ${max}=${broker[max]}`))
  }
  if (config['consumer.heartbeat.interval.ms'] >= config['consumer.session.timeout.ms']) {
    const session = config['consumer.session.timeout.ms']
    const why = `it must be less than consumer.session.timeout.ms, which is ${session}`
    faults.push(refuse('consumer.heartbeat.interval.ms', String(config['consumer.heartbeat.interval.ms']), why))
  }
  return faults
}

/**
 * A topic's settings in effect. `overrides` has been checked when it was set; what an older or newer version kept and this
 * one cannot read counts as not set, so that a topic stays usable.
 */
export function resolveTopicConfig(overrides: ReadonlyMap<string, string>, broker: BrokerConfig): TopicConfig {
  return resolve(topicConfigs, overrides, broker) as unknown as TopicConfig
}

/** A group's settings in effect, under the same rule as `resolveTopicConfig`. */
export function resolveGroupConfig(overrides: ReadonlyMap<string, string>, broker: BrokerConfig): GroupConfig {
  return resolve(groupConfigs, overrides, broker) as unknown as GroupConfig
}

function resolve(table: Table, overrides: ReadonlyMap<string, string>, broker: BrokerConfig): Record<string, unknown> {
  const config: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(table)) {
    const text = overrides.get(name)
    const own = text === undefined ? undefined : property.parse(text)
    config[name] = own === undefined || isRefusal(own) ? (behind(property.broker, broker) ?? property.default) : own
  }
  return config
}

/** What the broker's keys give: the first that is set. A number is turned into the topic's unit; below zero it stays "off". */
function behind(synonyms: BrokerSynonyms | undefined, broker: BrokerConfig): unknown {
  const values = broker as Readonly<Record<string, unknown>>
  if (synonyms === undefined) return undefined
  if (typeof synonyms === 'string') return values[synonyms]
  for (const [name, unit] of Object.entries(synonyms)) {
    const value = values[name]
    if (typeof value === 'number') return value < 0 ? -1 : Math.min(value * unit, Number.MAX_SAFE_INTEGER)
  }
  return undefined
}
