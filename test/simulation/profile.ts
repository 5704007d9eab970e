// What one run is like: how many of whom, how fast, how faulty. Drawn from the seed, so that some runs are all storage trouble,
// some all rebalances, and some are calm.
import type { SeededRandom } from '@jackdaw/testing'

export interface TopicProfile {
  readonly name: string
  readonly partitions: number
}

export interface Profile {
  readonly topics: readonly TopicProfile[]
  readonly plainProducers: number
  readonly idempotentProducers: number
  readonly readers: number
  /** Members of each group, dynamic and static. */
  readonly groups: readonly { readonly name: string; readonly members: number; readonly statics: number }[]
  /** The same of the consumer protocol. */
  readonly consumerGroups: readonly { readonly name: string; readonly members: number; readonly statics: number }[]
  /** Groups with members of both: classic ones, and those of the consumer protocol. */
  readonly mixedGroups: readonly { readonly name: string; readonly classics: number; readonly members: number }[]
  readonly admin: boolean
  /** How many transactional ids there are, and whether each has a second producer that fences the first. */
  readonly transactions: {
    readonly ids: number
    readonly rivals: boolean
    readonly version: 1 | 2
    readonly abandons: number
  }
  /** How restless members are: the chance of each, at every turn of theirs. */
  readonly member: { readonly leaves: number; readonly crashes: number; readonly dozes: number }
  readonly network: { readonly latencyMaxMs: number; readonly splitChance: number }
  readonly storage: {
    readonly latencyMaxMs: number
    /** The chance that one log's part of an append meets a fault, and that any other call does. */
    readonly appendFaults: number
    readonly callFaults: number
  }
  /** Mean milliseconds between two blows. */
  readonly chaosEveryMs: number
  readonly chaos: Readonly<Record<Blow, number>>
  /** Whether `group.initial.rebalance.delay.ms` is zero. */
  readonly rebalanceDelayMs: number
}

export type Blow = 'kill' | 'powerCut' | 'freeze' | 'cut' | 'partition' | 'slowStorage' | 'full' | 'quiet'

export const drawProfile = (random: SeededRandom): Profile => {
  const mostly = (chance: number, value: () => number): number => (random.chance(chance) ? value() : 0)
  const topics = random.int(1, 2)
  return {
    topics: Array.from({ length: topics }, (_, i) => ({ name: `t${i}`, partitions: random.int(1, 3) })),
    plainProducers: random.int(0, 2),
    idempotentProducers: random.int(1, 2),
    readers: random.int(1, 2),
    groups: Array.from({ length: random.int(1, 2) }, (_, i) => ({
      name: `g${i}`,
      members: random.int(1, 4),
      statics: mostly(0.4, () => random.int(1, 2)),
    })),
    admin: random.chance(0.6),
    member: {
      leaves: mostly(0.7, () => random.between(0, 0.05)),
      crashes: mostly(0.7, () => random.between(0, 0.05)),
      dozes: mostly(0.5, () => random.between(0, 0.05)),
    },
    network: { latencyMaxMs: random.pick([0.5, 0.5, 5, 40]), splitChance: random.pick([0, 0.1, 0.1, 0.5]) },
    storage: {
      latencyMaxMs: random.pick([1, 1, 5, 30]),
      appendFaults: mostly(0.7, () => random.between(0, 0.15)),
      callFaults: mostly(0.5, () => random.between(0, 0.1)),
    },
    chaosEveryMs: random.pick([300, 800, 800, 2000, 5000]),
    chaos: {
      kill: mostly(0.7, () => random.int(1, 4)),
      powerCut: mostly(0.7, () => random.int(1, 4)),
      freeze: mostly(0.5, () => random.int(1, 2)),
      cut: mostly(0.8, () => random.int(1, 6)),
      partition: mostly(0.5, () => random.int(1, 3)),
      slowStorage: mostly(0.5, () => random.int(1, 3)),
      full: mostly(0.4, () => random.int(1, 2)),
      quiet: random.int(1, 4),
    },
    rebalanceDelayMs: random.pick([0, 0, 100, 500]),
    transactions: drawTransactions(random.fork('transactions')),
    // Drawn last, so that older seeds are what they were in all else.
    consumerGroups: random.chance(0.6)
      ? [{ name: 'c0', members: random.int(1, 4), statics: mostly(0.4, () => random.int(1, 2)) }]
      : [],
    mixedGroups: random.chance(0.4) ? [{ name: 'x0', classics: random.int(1, 2), members: random.int(1, 2) }] : [],
  }
}

const drawTransactions = (random: SeededRandom): Profile['transactions'] => ({
  ids: random.chance(0.4) ? random.int(1, 2) : 0,
  rivals: random.chance(0.4),
  version: random.chance(0.6) ? 2 : 1,
  abandons: random.chance(0.5) ? random.between(0, 0.1) : 0,
})
