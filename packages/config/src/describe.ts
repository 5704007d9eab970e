// The answer to DescribeConfigs: what each key is worth and where that comes from. Rows have the field names of the message.
import { mergeLayers, parseBrokerConfig } from './broker-config.ts'
import type { BrokerConfigLayers } from './broker-config.ts'
import { brokerConfigs } from './broker-configs.ts'
import type { BrokerConfig } from './broker-configs.ts'
import { find } from './fault.ts'
import type { Table } from './fault.ts'
import { groupConfigs } from './group-configs.ts'
import type { BrokerSynonyms, ConfigType, Property } from './property.ts'
import { resolveGroupConfig, resolveTopicConfig } from './resolve.ts'
import { topicConfigs } from './topic-configs.ts'

/** Where a value comes from, as DescribeConfigs numbers it. */
export const configSource = {
  TOPIC: 1,
  DYNAMIC_BROKER: 2,
  DYNAMIC_DEFAULT_BROKER: 3,
  STATIC_BROKER: 4,
  DEFAULT: 5,
  GROUP: 8,
} as const

const typeCodes: Readonly<Record<ConfigType, number>> = {
  BOOLEAN: 1,
  STRING: 2,
  INT: 3,
  SHORT: 4,
  LONG: 5,
  DOUBLE: 6,
  LIST: 7,
  CLASS: 8,
  PASSWORD: 9,
}

export interface ConfigSynonym {
  readonly name: string
  readonly value: string | null
  readonly source: number
}

export interface ConfigRow {
  readonly name: string
  readonly value: string | null
  readonly readOnly: boolean
  readonly configSource: number
  readonly isSensitive: boolean
  /** Every place that has a value for it, strongest first. */
  readonly synonyms: readonly ConfigSynonym[]
  readonly configType: number
  readonly documentation: string
}

/** Every config of a topic that has set `overrides` itself. */
export function describeTopicConfigs(overrides: ReadonlyMap<string, string>, layers: BrokerConfigLayers): ConfigRow[] {
  const config = resolveTopicConfig(overrides, brokerConfigOf(layers))
  return describeOwned({ table: topicConfigs, own: configSource.TOPIC, overrides, config, layers })
}

/** Every config of a group that has set `overrides` itself. */
export function describeGroupConfigs(overrides: ReadonlyMap<string, string>, layers: BrokerConfigLayers): ConfigRow[] {
  const config = resolveGroupConfig(overrides, brokerConfigOf(layers))
  return describeOwned({ table: groupConfigs, own: configSource.GROUP, overrides, config, layers })
}

/** Every config of a broker. */
export function describeBrokerConfigs(layers: BrokerConfigLayers): ConfigRow[] {
  const config = brokerConfigOf(layers) as Readonly<Record<string, unknown>>
  return Object.entries<Property>(brokerConfigs).map(([name, property]) =>
    row(name, property, property.print(config[name]), synonymsOf(name, layers)),
  )
}

/** What was set on all brokers at once while they ran: the answer for the broker resource with the empty name. */
export function describeDynamicDefaults(dynamicDefault: ReadonlyMap<string, string>): ConfigRow[] {
  return [...dynamicDefault].flatMap(([name, text]) => {
    const property = find(brokerConfigs, name)
    const synonym = { name, value: text, source: configSource.DYNAMIC_DEFAULT_BROKER }
    return property ? [row(name, property, text, [synonym])] : []
  })
}

interface Owned {
  readonly table: Table
  readonly own: number
  readonly overrides: ReadonlyMap<string, string>
  readonly config: object
  readonly layers: BrokerConfigLayers
}

function describeOwned({ table, own, overrides, config, layers }: Owned): ConfigRow[] {
  return Object.entries(table).map(([name, property]) => {
    const value = property.print((config as Readonly<Record<string, unknown>>)[name])
    const inherited = property.broker === undefined ? [] : synonymsOf(firstOf(property.broker), layers)
    const synonyms = overrides.has(name) ? [{ name, value, source: own }, ...inherited] : inherited
    return { ...row(name, property, value, synonyms), readOnly: false }
  })
}

function row(name: string, property: Property, value: string | null, synonyms: readonly ConfigSynonym[]): ConfigRow {
  const isSensitive = property.type === 'PASSWORD'
  return {
    name,
    value: isSensitive ? null : value,
    readOnly: property.dynamic === undefined,
    configSource: synonyms[0]?.source ?? configSource.DEFAULT,
    isSensitive,
    synonyms: isSensitive ? synonyms.map((synonym) => ({ ...synonym, value: null })) : synonyms,
    configType: typeCodes[property.type],
    documentation:
      property.noEffect === undefined ? property.doc : `${property.doc} No effect here: ${property.noEffect}.`,
  }
}

/**
 * The places that have a value for a broker's key or for one that means the same in another unit. As in Kafka the list begins
 * with the key itself: where only log.retention.hours is set, retention.ms counts as a default, and tools leave it out.
 */
function synonymsOf(key: string, layers: BrokerConfigLayers): ConfigSynonym[] {
  const names = unitFamilies.find((family) => family.includes(key)) ?? [key]
  const from = (texts: ReadonlyMap<string, string>, source: number) =>
    names.flatMap((name) => (texts.has(name) ? [{ name, value: texts.get(name)!, source }] : []))
  const all = [
    ...from(layers.dynamicBroker, configSource.DYNAMIC_BROKER),
    ...from(layers.dynamicDefault, configSource.DYNAMIC_DEFAULT_BROKER),
    ...from(layers.static, configSource.STATIC_BROKER),
    ...from(defaults, configSource.DEFAULT),
  ]
  const first = all.findIndex(({ name }) => name === key)
  return first < 0 ? [] : all.slice(first)
}

const firstOf = (synonyms: BrokerSynonyms) => (typeof synonyms === 'string' ? synonyms : Object.keys(synonyms)[0]!)

/** The broker's keys that are one setting in several units, the strongest first. */
const unitFamilies: readonly (readonly string[])[] = Object.values<Property>(topicConfigs).flatMap(({ broker }) =>
  typeof broker === 'object' ? [Object.keys(broker)] : [],
)

const defaults: ReadonlyMap<string, string> = new Map(
  Object.entries<Property>(brokerConfigs).flatMap(([name, property]) => {
    const text = property.print(property.default)
    return text === null ? [] : [[name, text] as const]
  }),
)

/** Layers are checked before they are kept, so that they cannot be in fault here. */
function brokerConfigOf(layers: BrokerConfigLayers): BrokerConfig {
  const outcome = parseBrokerConfig(mergeLayers(layers))
  if (outcome.kind === 'CONFIG') return outcome.config
  throw new Error(
    `broker configs that were accepted are in fault: ${outcome.faults.map(({ message }) => message).join('; ')}`,
  )
}
