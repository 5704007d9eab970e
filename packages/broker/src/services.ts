// What handlers may use.

import type { BrokerConfig } from '@jackdaw/config'
import type { Clock, Random } from '@jackdaw/ports'

import type { Cluster } from './cluster.ts'
import type { ListenerAddress } from './connections/listeners.ts'
import type { Groups } from './groups.ts'
import type { Logger } from './log.ts'
import type { ProducerIds } from './producer-ids.ts'
import type { Partitions } from './runtime/partitions.ts'
import type { Storage } from './runtime/storage.ts'
import type { TopicConfigs } from './topic-configs.ts'
import type { Topics } from './topics.ts'
import type { TransactionMarkers } from './transaction-markers.ts'
import type { TransactionMembers } from './transaction-members.ts'
import type { Transactions } from './transactions.ts'

export interface Services {
  readonly config: BrokerConfig
  readonly brokerId: number
  /** Where clients of each listener find this broker. */
  readonly advertised: readonly ListenerAddress[]
  readonly cluster: Cluster
  readonly topics: Topics
  readonly topicConfigs: TopicConfigs
  readonly partitions: Partitions
  readonly storage: Storage
  readonly groups: Groups
  readonly transactions: Transactions
  readonly transactionMarkers: TransactionMarkers
  readonly transactionMembers: TransactionMembers
  readonly producerIds: ProducerIds
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}
