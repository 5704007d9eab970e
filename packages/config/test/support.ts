// Builders for the tests of this package.
import { parseBrokerConfig } from '../src/index.ts'
import type { BrokerConfig, BrokerConfigLayers } from '../src/index.ts'

export function texts(entries: Readonly<Record<string, string>> = {}): Map<string, string> {
  return new Map(Object.entries(entries))
}

/** The settings of a broker whose server.properties holds `entries`; throws where they are refused. */
export function broker(entries: Readonly<Record<string, string>> = {}): BrokerConfig {
  const outcome = parseBrokerConfig(texts(entries))
  if (outcome.kind === 'CONFIG') return outcome.config
  throw new Error(outcome.faults.map(({ message }) => message).join('; '))
}

/** What is wrong with a server.properties that holds `entries`. */
export function faultsOf(entries: Readonly<Record<string, string>>): string[] {
  const outcome = parseBrokerConfig(texts(entries))
  return outcome.kind === 'FAULTS' ? outcome.faults.map(({ message }) => message) : []
}

export function layers(given: Partial<BrokerConfigLayers> = {}): BrokerConfigLayers {
  return { dynamicBroker: new Map(), dynamicDefault: new Map(), static: new Map(), ...given }
}
