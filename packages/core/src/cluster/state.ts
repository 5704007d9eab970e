// Cluster metadata as every broker sees it: brokers, topics, partitions and configs. Topics exist by id; the name is only how
// clients find one, and a topic that is created again under its name has another id.

import type { ClientQuota } from './quotas.ts'
import type { ClusterRec } from './records.ts'

export interface Endpoint {
  readonly listener: string
  readonly host: string
  readonly port: number
}

export interface BrokerRegistration {
  readonly id: number
  /** Made anew by each process. */
  readonly incarnation: string
  readonly endpoints: readonly Endpoint[]
  readonly rack: string | null
}

export interface PartitionState {
  readonly index: number
  replicas: readonly number[]
  isr: readonly number[]
  /** -1 = no leader. */
  leader: number
  leaderEpoch: number
  /** Goes up with every change to this partition. */
  partitionEpoch: number
  /** Whether the storage holds its log. Clients see a partition only then. */
  stored: boolean
}

export interface Topic {
  readonly id: string
  readonly name: string
  readonly partitions: PartitionState[]
}

/** A deleted topic whose logs the storage may still hold. */
export interface RemovedTopic {
  readonly id: string
  readonly name: string
  readonly partitions: number
}

export type ResourceType = 'TOPIC' | 'BROKER' | 'GROUP'

export interface ClusterState {
  clusterId: string
  readonly brokers: Map<number, BrokerRegistration>
  readonly topics: Map<string, Topic>
  readonly idsByName: Map<string, string>
  /** By {@link resourceKey}; '' as the name of a broker resource means all brokers. */
  readonly configs: Map<string, Map<string, string>>
  readonly removed: Map<string, RemovedTopic>
  /** By `quotaKey` of the entity. */
  readonly quotas: Map<string, ClientQuota>
  nextProducerId: number
}

export const emptyCluster = (): ClusterState => ({
  clusterId: '',
  brokers: new Map(),
  topics: new Map(),
  idsByName: new Map(),
  configs: new Map(),
  removed: new Map(),
  quotas: new Map(),
  nextProducerId: 0,
})

export const resourceKey = (type: ResourceType, name: string): string => `${type}/${name}`

/** ConfigResource's numbers. */
export const RESOURCE_TYPE_CODES = { TOPIC: 2, BROKER: 4, GROUP: 32 } as const satisfies Record<ResourceType, number>

export const resourceTypeOf = (code: number): ResourceType | undefined =>
  (Object.keys(RESOURCE_TYPE_CODES) as ResourceType[]).find((type) => RESOURCE_TYPE_CODES[type] === code)

export const configRecord = (
  type: ResourceType,
  resourceName: string,
  name: string,
  value: string | null,
): Extract<ClusterRec, { type: 'ConfigRecord' }> => ({
  type: 'ConfigRecord',
  resourceType: RESOURCE_TYPE_CODES[type],
  resourceName,
  name,
  value,
})

const NO_CONFIGS: ReadonlyMap<string, string> = new Map()

export const configsOf = (
  state: Readonly<ClusterState>,
  type: ResourceType,
  name: string,
): ReadonlyMap<string, string> => state.configs.get(resourceKey(type, name)) ?? NO_CONFIGS

export const topicNamed = (state: Readonly<ClusterState>, name: string): Topic | undefined => {
  const id = state.idsByName.get(name)
  return id === undefined ? undefined : state.topics.get(id)
}

/** The partitions that clients see: those whose logs are stored, without a gap. */
export const visiblePartitions = (topic: Topic): readonly PartitionState[] => {
  const hidden = topic.partitions.findIndex((partition) => !partition.stored)
  return hidden === -1 ? topic.partitions : topic.partitions.slice(0, hidden)
}

export const partitionCount = (state: Readonly<ClusterState>): number => {
  let count = 0
  for (const topic of state.topics.values()) count += topic.partitions.length
  for (const topic of state.removed.values()) count += topic.partitions
  return count
}
