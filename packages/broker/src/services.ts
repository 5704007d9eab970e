// What handlers may use.

import type { BrokerConfig } from '@jackdaw/config'
import type { FetchSessions } from '@jackdaw/core'
import type { Clock, Random } from '@jackdaw/ports'
import type { FetchRequest } from '@jackdaw/protocol'

import type { ClientQuotas } from './client-quotas.ts'
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

/** A partition as a Fetch request asks for it. */
export type FetchPartition = FetchRequest['topics'][number]['partitions'][number]

export interface Services {
  /** What is in force now: whoever keeps it keeps it from changing. */
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
  readonly quotas: ClientQuotas
  readonly fetchSessions: FetchSessions<FetchPartition>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}
