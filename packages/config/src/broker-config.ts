// A broker's settings out of its server.properties (and what was changed while it ran): every key read or explained, every
// contradiction named at once.
import { brokerConfigs } from './broker-configs.ts'
import type { BrokerConfig } from './broker-configs.ts'
import { findUnread } from './broker/without-effect.ts'
import { find, parseWith, refuse, unknownName } from './fault.ts'
import type { ConfigFault } from './fault.ts'
import { printListener } from './listeners.ts'
import type { Listener } from './listeners.ts'
import { splitList } from './property.ts'

/** The texts that a broker's settings come from, strongest first. */
export interface BrokerConfigLayers {
  /** Set on this broker while it ran. */
  readonly dynamicBroker: ReadonlyMap<string, string>
  /** Set on all brokers while they ran. */
  readonly dynamicDefault: ReadonlyMap<string, string>
  /** From server.properties and the command line. */
  readonly static: ReadonlyMap<string, string>
}

export type BrokerConfigOutcome =
  | { readonly kind: 'CONFIG'; readonly config: BrokerConfig; readonly notes: readonly string[] }
  | { readonly kind: 'FAULTS'; readonly faults: readonly ConfigFault[] }

/** One text per key: the strongest layer’s. */
export function mergeLayers(layers: BrokerConfigLayers): Map<string, string> {
  return new Map([...layers.static, ...layers.dynamicDefault, ...layers.dynamicBroker])
}

/**
 * Reads all entries. Notes say which of Kafka's keys have no effect here and why. A key that Kafka does not have either is a
 * fault, with the nearest that there is.
 */
export function parseBrokerConfig(entries: ReadonlyMap<string, string>): BrokerConfigOutcome {
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(brokerConfigs)) values[name] = property.default
  const faults: ConfigFault[] = []
  const notes: string[] = []
  for (const [name, text] of entries) {
    const property = find(brokerConfigs, name)
    if (property === undefined) {
      const said = explainUnread(name, text)
      if (typeof said === 'string') notes.push(said)
      else if (said) faults.push(said)
      continue
    }
    const parsed = parseWith(property, name, text)
    if (parsed.kind === 'FAULT') faults.push(parsed)
    else values[name] = parsed.value
    if (property.noEffect !== undefined) notes.push(`${name} has no effect: ${property.noEffect}`)
  }
  if (faults.length > 0) return { kind: 'FAULTS', faults }
  const config = settle(values as unknown as BrokerConfig, entries, notes)
  const contradictions = checks.flatMap((check) => check(config, entries))
  return contradictions.length > 0 ? { kind: 'FAULTS', faults: contradictions } : { kind: 'CONFIG', config, notes }
}

function explainUnread(name: string, text: string): string | ConfigFault | undefined {
  const unread = findUnread(name)
  if (unread === undefined) return unknownName(name, text, Object.keys(brokerConfigs), 'broker')
  if (!unread.refused) return `${name} has no effect: ${unread.reason}`
  return text.trim() === '' ? undefined : refuse(name, text, unread.reason)
}

/** What follows from one key for another. */
function settle(config: BrokerConfig, entries: ReadonlyMap<string, string>, notes: string[]): BrokerConfig {
  const controllers = splitList(entries.get('controller.listener.names') ?? '').map((name) => name.toUpperCase())
  const isControllers = ({ name }: Listener) => controllers.includes(name)
  const dropped = config.listeners.filter(isControllers)
  if (dropped.length > 0) {
    notes.push(`${dropped.map(printListener).join(',')} is not listened on: there is no controller quorum`)
  }
  const id = entries.has('node.id') || config['broker.id'] < 0 ? config['node.id'] : config['broker.id']
  return {
    ...config,
    'node.id': id,
    'broker.id': id,
    listeners: config.listeners.filter((one) => !isControllers(one)),
    'advertised.listeners': config['advertised.listeners']?.filter((one) => !isControllers(one)) ?? null,
  }
}

type Check = (config: BrokerConfig, entries: ReadonlyMap<string, string>) => ConfigFault[]

const checks: readonly Check[] = [
  checkIds,
  checkListeners,
  checkAdvertised,
  checkInterBroker,
  checkDirectories,
  checkRetention,
  checkBounds,
]

function checkIds(config: BrokerConfig, entries: ReadonlyMap<string, string>): ConfigFault[] {
  const [node, older] = [config['node.id'], Number(entries.get('broker.id') ?? -1)]
  return older >= 0 && older !== node
    ? [refuse('broker.id', String(older), `it is the older name of node.id, which is ${node}; set one of them`)]
    : []
}

function checkListeners(config: BrokerConfig): ConfigFault[] {
  const all = config.listeners
  const text = all.map(printListener).join(',')
  if (all.length === 0) return [refuse('listeners', text, 'a broker needs at least one listener')]
  const faults: ConfigFault[] = []
  const seen = new Set<string>()
  for (const { name, host, port } of all) {
    const address = `${host}:${port}`
    if (seen.has(name)) faults.push(refuse('listeners', text, `it has two listeners of the name ${name}`))
    if (port !== 0 && seen.has(address)) faults.push(refuse('listeners', text, `it has two listeners on ${address}`))
    seen.add(name).add(address)
    const protocol = config['listener.security.protocol.map'][name]
    if (protocol === undefined) {
      const add = `listener.security.protocol.map does not say which protocol ${name} speaks; add ${name}:PLAINTEXT to it`
      faults.push(refuse('listeners', text, add))
    } else if (protocol !== 'PLAINTEXT') {
      faults.push(refuse('listeners', text, `${name} would speak ${protocol}, and this version speaks PLAINTEXT only`))
    }
  }
  return faults
}

function checkAdvertised(config: BrokerConfig): ConfigFault[] {
  const advertised = config['advertised.listeners'] ?? config.listeners
  const text = advertised.map(printListener).join(',')
  const faults: ConfigFault[] = []
  for (const { name, host } of advertised) {
    if (!config.listeners.some((one) => one.name === name)) {
      faults.push(refuse('advertised.listeners', text, `${name} is not one of listeners`))
    }
    if (host === '0.0.0.0' || host === '::') {
      const why = `nobody can connect to ${host}; set advertised.listeners to an address that clients can reach`
      faults.push(refuse('advertised.listeners', text, why))
    }
  }
  return faults
}

function checkInterBroker(config: BrokerConfig): ConfigFault[] {
  const name = config['inter.broker.listener.name']
  const known = name === null || config.listeners.some((one) => one.name === name.toUpperCase())
  return known ? [] : [refuse('inter.broker.listener.name', name, 'it is not the name of one of listeners')]
}

function checkDirectories(config: BrokerConfig): ConfigFault[] {
  return (['log.dirs', 'log.dir'] as const)
    .filter((name) => (config[name] ?? []).length > 1)
    .map((name) => refuse(name, String(config[name]), 'the embedded storage lives in one directory'))
}

function checkRetention(config: BrokerConfig): ConfigFault[] {
  return (['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'] as const)
    .filter((name) => config[name] === 0)
    .map((name) => refuse(name, '0', 'it must be at least 1, or -1 for no limit'))
}

/** Least <= most, wherever Kafka has both as keys, and the default between them. */
function checkBounds(config: BrokerConfig): ConfigFault[] {
  const rising = [
    ['log.cleaner.min.compaction.lag.ms', 'log.cleaner.max.compaction.lag.ms'],
    ['group.min.session.timeout.ms', 'group.max.session.timeout.ms'],
    ['group.consumer.min.session.timeout.ms', 'group.consumer.session.timeout.ms'],
    ['group.consumer.session.timeout.ms', 'group.consumer.max.session.timeout.ms'],
    ['group.consumer.min.heartbeat.interval.ms', 'group.consumer.heartbeat.interval.ms'],
    ['group.consumer.heartbeat.interval.ms', 'group.consumer.max.heartbeat.interval.ms'],
    ['group.consumer.min.assignment.interval.ms', 'group.consumer.assignment.interval.ms'],
    ['group.consumer.assignment.interval.ms', 'group.consumer.max.assignment.interval.ms'],
  ] as const
  return rising
    .filter(([low, high]) => config[low] > config[high])
    .map(([low, high]) => refuse(low, String(config[low]), `it may not exceed ${high}, which is ${config[high]}`))
}
