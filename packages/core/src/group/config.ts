// The broker properties that the group coordinator obeys, under their Kafka names in the comments.

export interface GroupConfig {
  /** group.min.session.timeout.ms */
  readonly minSessionTimeoutMs: number
  /** group.max.session.timeout.ms */
  readonly maxSessionTimeoutMs: number
  /** group.initial.rebalance.delay.ms: how long the first rebalance of an empty group waits for more members. */
  readonly initialRebalanceDelayMs: number
  /** group.max.size, in members. */
  readonly maxSize: number
  /** offset.metadata.max.bytes; like Kafka, counted in UTF-16 units. */
  readonly offsetMetadataMaxBytes: number
  /** offsets.retention.minutes, in milliseconds. */
  readonly offsetsRetentionMs: number
  /** offsets.retention.check.interval.ms */
  readonly offsetsRetentionCheckIntervalMs: number
  /** max.message.bytes of `__consumer_offsets`: what one batch of records may take. */
  readonly maxMessageBytes: number
}
