// Every key that this broker reads. Kafka's other keys are in broker/without-effect.ts.
import { coordinatorConfigs } from './broker/coordinators.ts'
import { jackdawConfigs } from './broker/jackdaw.ts'
import { logConfigs } from './broker/log.ts'
import { networkConfigs } from './broker/network.ts'
import { throttleConfigs } from './broker/throttles.ts'
import type { ValueOf } from './property.ts'

export const brokerConfigs = {
  ...networkConfigs,
  ...logConfigs,
  ...coordinatorConfigs,
  ...throttleConfigs,
  ...jackdawConfigs,
}

export type BrokerConfigName = keyof typeof brokerConfigs

/** A broker's settings as code reads them. */
export type BrokerConfig = { readonly [Name in BrokerConfigName]: ValueOf<(typeof brokerConfigs)[Name]> }
