// Features of a Kafka cluster that are switched as a whole, so that all of its brokers behave alike (KIP-584).

export interface Feature {
  readonly name: string
  /** What this software can do. */
  readonly minVersion: number
  readonly maxVersion: number
  /** What is in force. */
  readonly level: number
}

export const features: readonly Feature[] = [
  // KIP-848: groups of the consumer protocol.
  { name: 'group.version', minVersion: 0, maxVersion: 1, level: 1 },
  // KIP-890: every transaction has an epoch of its own, and leaders add their partitions to it.
  { name: 'transaction.version', minVersion: 0, maxVersion: 2, level: 2 },
]

/** Goes up whenever a level changes, which none of them does while a broker runs. */
export const FEATURES_EPOCH = 0
