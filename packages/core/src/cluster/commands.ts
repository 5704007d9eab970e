// What may be asked of cluster metadata, and what it answers. Every answer carries an error of Kafka's by name.

import type { ConfigChange } from '@jackdaw/config'
import type { ErrorName } from '@jackdaw/protocol'

import type { QuotaChanges } from './quotas.ts'
import type { BrokerRegistration, ResourceType } from './state.ts'

export interface NewTopic {
  readonly name: string
  /** The id that it gets if it is created; made by the caller, because machines have no chance. */
  readonly id: string
  /** -1 = the broker's default. */
  readonly numPartitions: number
  /** -1 = the broker's default. */
  readonly replicationFactor: number
  readonly assignments: readonly { readonly partitionIndex: number; readonly brokerIds: readonly number[] }[]
  readonly configs: readonly { readonly name: string; readonly value: string | null }[]
}

export interface GrownTopic {
  readonly name: string
  /** Partitions in all. */
  readonly count: number
  readonly assignments: readonly { readonly brokerIds: readonly number[] }[] | null
}

export interface ConfigChanges {
  readonly resourceType: ResourceType
  readonly resourceName: string
  readonly changes: readonly ConfigChange[]
}

export type ClusterCommand =
  | { readonly type: 'foundCluster'; readonly to: number; readonly clusterId: string }
  | { readonly type: 'registerBroker'; readonly to: number; readonly broker: BrokerRegistration }
  | { readonly type: 'unregisterBroker'; readonly to: number; readonly brokerId: number }
  | {
      readonly type: 'createTopics'
      readonly to: number
      readonly topics: readonly NewTopic[]
      readonly validateOnly: boolean
    }
  | {
      readonly type: 'createPartitions'
      readonly to: number
      readonly topics: readonly GrownTopic[]
      readonly validateOnly: boolean
    }
  | {
      readonly type: 'deleteTopics'
      readonly to: number
      readonly topics: readonly { name: string | null; id: string }[]
    }
  | {
      readonly type: 'alterConfigs'
      readonly to: number
      readonly resources: readonly ConfigChanges[]
      readonly validateOnly: boolean
      /** Whether configs that are not named return to their defaults (AlterConfigs). */
      readonly replace?: boolean
    }
  | {
      readonly type: 'alterQuotas'
      readonly to: number
      readonly entries: readonly QuotaChanges[]
      readonly validateOnly: boolean
    }
  | { readonly type: 'allocateProducerIds'; readonly to: number; readonly count: number }
  | {
      readonly type: 'logsStored'
      readonly to: number
      readonly topics: readonly { topicId: string; partitions: readonly number[] }[]
    }
  | { readonly type: 'logsRemoved'; readonly to: number; readonly topicIds: readonly string[] }

/** What became of one thing that was asked. `message` is null where there is nothing to add. */
export interface Result {
  readonly error: ErrorName
  readonly message: string | null
}

export interface TopicResult extends Result {
  readonly name: string | null
  readonly id: string
  readonly numPartitions: number
  readonly replicationFactor: number
}

export type ClusterReply =
  | { readonly type: 'done' }
  | ({ readonly type: 'result' } & Result)
  | { readonly type: 'quotas'; readonly entries: readonly Result[] }
  | { readonly type: 'topics'; readonly topics: readonly TopicResult[] }
  | {
      readonly type: 'configs'
      readonly resources: readonly (Result & { resourceType: ResourceType; resourceName: string })[]
    }
  | { readonly type: 'producerIds'; readonly first: number; readonly count: number }

/** What the state owes the storage. Derived, so it is owed again after a crash until it is done. */
export type ClusterEffect =
  | {
      readonly type: 'createLogs'
      readonly topicId: string
      readonly name: string
      readonly partitions: readonly number[]
    }
  | { readonly type: 'removeLogs'; readonly topicId: string; readonly name: string; readonly partitions: number }

export const OK: Result = { error: 'NONE', message: null }
export const failed = (error: ErrorName, message: string): Result => ({ error, message })
