// Changing settings while a broker runs: the operations of IncrementalAlterConfigs (KIP-339). The outcome is the new texts or
// the first fault; whose they are and whether the caller may is not asked here.
import { mergeLayers, parseBrokerConfig } from './broker-config.ts'
import type { BrokerConfigLayers } from './broker-config.ts'
import { brokerConfigs } from './broker-configs.ts'
import type { BrokerConfig } from './broker-configs.ts'
import { find, parseWith, refuse, unknownName } from './fault.ts'
import type { ConfigFault, Table } from './fault.ts'
import { groupConfigs } from './group-configs.ts'
import { splitList } from './property.ts'
import type { Property } from './property.ts'
import { checkGroupConfigs, checkTopicConfigs, resolveGroupConfig, resolveTopicConfig } from './resolve.ts'
import { topicConfigs } from './topic-configs.ts'

/** The operations as the message numbers them. */
export const alterConfigOp = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const

export interface ConfigChange {
  readonly name: string
  /** One of `alterConfigOp`. */
  readonly configOperation: number
  readonly value: string | null
}

export type AlterOutcome = { readonly kind: 'ALTERED'; readonly texts: ReadonlyMap<string, string> } | ConfigFault

/** A topic's own settings after `changes`. */
export function alterTopicConfigs(
  overrides: ReadonlyMap<string, string>,
  changes: readonly ConfigChange[],
  broker: BrokerConfig,
): AlterOutcome {
  const effective = () => resolveTopicConfig(overrides, broker)
  const altered = alter({ table: topicConfigs, whose: 'topic', texts: overrides, effective }, changes)
  return altered.kind === 'FAULT' ? altered : (checkTopicConfigs(altered.texts, broker)[0] ?? altered)
}

/** A group's own settings after `changes`. */
export function alterGroupConfigs(
  overrides: ReadonlyMap<string, string>,
  changes: readonly ConfigChange[],
  broker: BrokerConfig,
): AlterOutcome {
  const effective = () => resolveGroupConfig(overrides, broker)
  const altered = alter({ table: groupConfigs, whose: 'group', texts: overrides, effective }, changes)
  return altered.kind === 'FAULT' ? altered : (checkGroupConfigs(altered.texts, broker)[0] ?? altered)
}

/** The texts of one dynamic layer of a broker after `changes`; only keys that may change while it runs. */
export function alterBrokerConfigs(
  layers: BrokerConfigLayers,
  layer: 'dynamicBroker' | 'dynamicDefault',
  changes: readonly ConfigChange[],
): AlterOutcome {
  for (const { name, value } of changes) {
    const property = find(brokerConfigs, name)
    const fixed = property !== undefined && property.dynamic === undefined
    if (fixed) return refuse(name, value ?? '', 'it is read at start only; set it in server.properties and start again')
  }
  const effective = () => brokerConfigOrDefaults(layers)
  const altered = alter({ table: brokerConfigs, whose: 'broker', texts: layers[layer], effective }, changes)
  if (altered.kind === 'FAULT') return altered
  const outcome = parseBrokerConfig(mergeLayers({ ...layers, [layer]: altered.texts }))
  return outcome.kind === 'FAULTS' ? outcome.faults[0]! : altered
}

interface Subject {
  readonly table: Table
  readonly whose: string
  readonly texts: ReadonlyMap<string, string>
  /** What is in effect: APPEND and SUBTRACT of a list that was never set begin with it. */
  effective(): object
}

function alter(subject: Subject, changes: readonly ConfigChange[]): AlterOutcome {
  const texts = new Map(subject.texts)
  for (const change of changes) {
    const property = find(subject.table, change.name)
    if (property === undefined) {
      return unknownName(change.name, change.value, Object.keys(subject.table), subject.whose)
    }
    const next = changedText(subject, property, change)
    if (typeof next === 'object') return next
    if (next === undefined) texts.delete(change.name)
    else texts.set(change.name, next)
  }
  return { kind: 'ALTERED', texts }
}

/** The key's new text; undefined: not set any more. */
function changedText(subject: Subject, property: Property, change: ConfigChange): string | undefined | ConfigFault {
  const { name, configOperation, value } = change
  if (configOperation === alterConfigOp.DELETE) return undefined
  if (value === null) return refuse(name, 'null', 'it needs a value; DELETE returns it to its default')
  if (configOperation === alterConfigOp.SET) return checked(property, name, value)
  if (configOperation !== alterConfigOp.APPEND && configOperation !== alterConfigOp.SUBTRACT) {
    return refuse(name, value, `there is no operation ${configOperation}; 0 sets, 1 deletes, 2 appends, 3 subtracts`)
  }
  if (property.type !== 'LIST')
    return refuse(name, value, `it is a ${property.type}; only lists are appended to or subtracted from`)
  const inEffect = (subject.effective() as Readonly<Record<string, unknown>>)[name]
  const before = splitList(subject.texts.get(name) ?? property.print(inEffect) ?? '')
  const given = splitList(value)
  const after =
    configOperation === alterConfigOp.APPEND
      ? [...before, ...given.filter((word) => !before.includes(word))]
      : before.filter((word) => !given.includes(word))
  return checked(property, name, after.join(','))
}

function checked(property: Property, name: string, text: string): string | ConfigFault {
  const parsed = parseWith(property, name, text)
  return parsed.kind === 'FAULT' ? parsed : text
}

function brokerConfigOrDefaults(layers: BrokerConfigLayers): object {
  const outcome = parseBrokerConfig(mergeLayers(layers))
  return outcome.kind === 'CONFIG' ? outcome.config : {}
}
