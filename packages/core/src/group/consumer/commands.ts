// What members and administrators of consumer groups (KIP-848) ask, and what they are answered.

import type { ErrorName } from '@jackdaw/protocol'

import type { ConsumerGroupStateName, TopicPartitions } from './model.ts'

/** What is in force for a consumer group: its own configs over the broker's. */
export interface ConsumerGroupSettings {
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly assignmentIntervalMs: number
}

/** A null field says: as before. */
export interface ConsumerGroupHeartbeat {
  readonly type: 'consumerGroupHeartbeat'
  readonly to: number
  readonly groupId: string
  readonly memberId: string
  /** 0 = joins, -1 = leaves, -2 = a static member that will be back. */
  readonly memberEpoch: number
  readonly instanceId: string | null
  readonly rackId: string | null
  /** -1 = as before. */
  readonly rebalanceTimeoutMs: number
  readonly subscribedTopicNames: readonly string[] | null
  /** '' = none. */
  readonly subscribedTopicRegex: string | null
  readonly serverAssignor: string | null
  /** What the member holds. */
  readonly topicPartitions: readonly TopicPartitions[] | null
  readonly clientId: string
  readonly clientHost: string
  readonly settings: ConsumerGroupSettings
}

export interface ConsumerGroupHeartbeatResult {
  readonly error: ErrorName
  readonly errorMessage: string | null
  readonly memberId: string | null
  readonly memberEpoch: number
  readonly heartbeatIntervalMs: number
  /** Null: as before. */
  readonly assignment: readonly TopicPartitions[] | null
}

export interface ConsumerGroupDescribe {
  readonly type: 'consumerGroupDescribe'
  readonly to: number
  readonly groupIds: readonly string[]
}

export interface DescribedConsumerGroup {
  readonly error: ErrorName
  readonly errorMessage: string | null
  readonly groupId: string
  readonly groupState: ConsumerGroupStateName | ''
  readonly groupEpoch: number
  readonly assignmentEpoch: number
  readonly assignorName: string
  readonly members: readonly {
    readonly memberId: string
    readonly instanceId: string | null
    readonly rackId: string | null
    readonly memberEpoch: number
    readonly clientId: string
    readonly clientHost: string
    readonly subscribedTopicNames: readonly string[]
    readonly subscribedTopicRegex: string | null
    readonly assignment: readonly (TopicPartitions & { readonly topicName: string })[]
    readonly targetAssignment: readonly (TopicPartitions & { readonly topicName: string })[]
    /** 0 = classic, 1 = consumer. */
    readonly memberType: 0 | 1
  }[]
}

export interface ConsumerGroupDescribeResult {
  readonly groups: readonly DescribedConsumerGroup[]
}
