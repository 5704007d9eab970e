// The broker properties that the group coordinator obeys, under their Kafka names in the comments.

import type { AssignorName } from './consumer/assignors/assignor.ts'

export type MigrationPolicy = 'disabled' | 'downgrade' | 'upgrade' | 'bidirectional'

export interface GroupConfig {
  /** group.min.session.timeout.ms */
  readonly minSessionTimeoutMs: number
  /** group.max.session.timeout.ms */
  readonly maxSessionTimeoutMs: number
  /** group.initial.rebalance.delay.ms: how long the first rebalance of an empty group waits for more members. */
  readonly initialRebalanceDelayMs: number
  /** group.max.size, in members. */
  readonly maxSize: number
  /** group.consumer.max.size, in members. */
  readonly consumerMaxSize: number
  /** group.consumer.session.timeout.ms: for members of which nothing was heard since the coordinator took over. */
  readonly consumerSessionTimeoutMs: number
  /** group.consumer.assignors; the first one is used where members ask for none. */
  readonly consumerAssignors: readonly AssignorName[]
  /** group.consumer.migration.policy: which way a group with members may change its protocol. */
  readonly migrationPolicy: MigrationPolicy
  /** offset.metadata.max.bytes; like Kafka, counted in UTF-16 units. */
  readonly offsetMetadataMaxBytes: number
  /** offsets.retention.minutes, in milliseconds. */
  readonly offsetsRetentionMs: number
  /** offsets.retention.check.interval.ms */
  readonly offsetsRetentionCheckIntervalMs: number
  /** max.message.bytes of `__consumer_offsets`: what one batch of records may take. */
  readonly maxMessageBytes: number
}
