// A broker's settings with what was changed while it runs.

import { brokerConfigs } from './broker-configs.ts'
import type { BrokerConfig } from './broker-configs.ts'
import { find } from './fault.ts'
import { isRefusal } from './property.ts'

/**
 * `config` with the values of `texts` in place of its own, for keys that may change while a broker runs. The texts were checked
 * when they were set; what another version kept and this one cannot read counts as not set.
 */
export function overlayBrokerConfig(config: BrokerConfig, texts: ReadonlyMap<string, string>): BrokerConfig {
  const values: Record<string, unknown> = {}
  for (const [name, text] of texts) {
    const property = find(brokerConfigs, name)
    const value = property?.dynamic === undefined ? undefined : property.parse(text)
    if (value !== undefined && !isRefusal(value)) values[name] = value
  }
  return Object.keys(values).length === 0 ? config : { ...config, ...values }
}
