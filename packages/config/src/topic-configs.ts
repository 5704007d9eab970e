// Every key that a topic may carry in Kafka 4.3, with Kafka's names, types, defaults and limits. A key that a topic does not
// set takes its value from the broker's key named in `broker`. What is accepted for tools' sake but changes nothing here says so.
import { boolean, custom, double, int, list, long, LONG_MAX, splitList, string } from './property.ts'
import type { Property, ValueOf } from './property.ts'
import { day, GiB, hour, KiB, minute, MiB } from './units.ts'

const syncedAlways = 'a record batch is acknowledged only once the storage has made it durable, at the class it states'
const ownIndex = 'the storage finds entries by its own index'
const ownFiles = 'the storage decides how its files are laid out'
const oneCopy =
  'copies are the storage’s affair: a partition has one log, and the broker that leads it is its only replica'
const noReplicaTraffic = 'brokers do not copy logs to one another, so there is nothing to throttle'
const noLevels = 'each codec compresses at its own level'
const noCompaction = 'compaction is not done yet'
const noTiers = 'no remote tier is offered'

export const topicConfigs = {
  'cleanup.policy': list({
    default: ['delete'],
    of: ['compact', 'delete'],
    broker: 'log.cleanup.policy',
    doc: 'What becomes of old records: "delete" drops whole segments by age and size, "compact" keeps the last record of each key, both may be set. Empty: everything is kept.',
  }),
  'compression.type': string({
    default: 'producer',
    of: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    broker: 'compression.type',
    doc: 'The codec in which record batches are stored. "producer" stores each batch as it arrived, without looking inside.',
  }),
  'compression.gzip.level': int({
    default: -1,
    min: 1,
    max: 9,
    or: -1,
    broker: 'compression.gzip.level',
    noEffect: noLevels,
    doc: 'The level when compression.type is gzip; -1 is the library’s own.',
  }),
  'compression.lz4.level': int({
    default: 9,
    min: 1,
    max: 17,
    broker: 'compression.lz4.level',
    noEffect: noLevels,
    doc: 'The level when compression.type is lz4.',
  }),
  'compression.zstd.level': int({
    default: 3,
    min: -131072,
    max: 22,
    broker: 'compression.zstd.level',
    noEffect: noLevels,
    doc: 'The level when compression.type is zstd.',
  }),
  'delete.retention.ms': long({
    default: day,
    min: 0,
    broker: 'log.cleaner.delete.retention.ms',
    noEffect: noCompaction,
    doc: 'How long a compacted topic keeps tombstones and the markers of ended transactions, so that a reader that started before them still sees them.',
  }),
  'file.delete.delay.ms': long({
    default: minute,
    min: 0,
    broker: 'log.segment.delete.delay.ms',
    noEffect: ownFiles,
    doc: 'In Kafka, the time between dropping a segment from the log and deleting its file.',
  }),
  'flush.messages': long({
    default: LONG_MAX,
    min: 1,
    broker: 'log.flush.interval.messages',
    noEffect: syncedAlways,
    doc: 'In Kafka, the number of records after which a log is forced to disk.',
  }),
  'flush.ms': long({
    default: LONG_MAX,
    min: 0,
    broker: { 'log.flush.interval.ms': 1, 'log.flush.scheduler.interval.ms': 1 },
    noEffect: syncedAlways,
    doc: 'In Kafka, the time after which a log is forced to disk.',
  }),
  'follower.replication.throttled.replicas': throttledReplicas('followers'),
  'index.interval.bytes': int({
    default: 4 * KiB,
    min: 0,
    broker: 'log.index.interval.bytes',
    noEffect: ownIndex,
    doc: 'In Kafka, the bytes of a segment between two entries of its offset index.',
  }),
  'leader.replication.throttled.replicas': throttledReplicas('leaders'),
  'local.retention.bytes': long({
    default: -2,
    min: -2,
    broker: 'log.local.retention.bytes',
    noEffect: noTiers,
    doc: 'In Kafka, how much of a tiered partition stays on local disk; -2 follows retention.bytes, -1 is without limit.',
  }),
  'local.retention.ms': long({
    default: -2,
    min: -2,
    broker: 'log.local.retention.ms',
    noEffect: noTiers,
    doc: 'In Kafka, how long a tiered segment stays on local disk; -2 follows retention.ms, -1 is without limit.',
  }),
  'max.compaction.lag.ms': long({
    default: LONG_MAX,
    min: 1,
    broker: 'log.cleaner.max.compaction.lag.ms',
    noEffect: noCompaction,
    doc: 'The longest time that a record of a compacted topic may stay out of reach of compaction.',
  }),
  'max.message.bytes': int({
    default: 1048588,
    min: 0,
    broker: 'message.max.bytes',
    doc: 'The largest record batch that is taken, in bytes as it was sent (so after compression).',
  }),
  'message.timestamp.after.max.ms': long({
    default: hour,
    min: 0,
    broker: 'log.message.timestamp.after.max.ms',
    doc: 'How far a record’s timestamp may lie ahead of the broker’s clock. Only for message.timestamp.type=CreateTime.',
  }),
  'message.timestamp.before.max.ms': long({
    default: LONG_MAX,
    min: 0,
    broker: 'log.message.timestamp.before.max.ms',
    doc: 'How far a record’s timestamp may lie behind the broker’s clock. Only for message.timestamp.type=CreateTime.',
  }),
  'message.timestamp.type': string({
    default: 'CreateTime',
    of: ['CreateTime', 'LogAppendTime'],
    broker: 'log.message.timestamp.type',
    doc: 'Whose clock stamps a record: its producer’s (CreateTime) or the broker’s at the append (LogAppendTime).',
  }),
  'min.cleanable.dirty.ratio': double({
    default: 0.5,
    min: 0,
    max: 1,
    broker: 'log.cleaner.min.cleanable.ratio',
    noEffect: noCompaction,
    doc: 'The share of a compacted log that may be not yet compacted before compaction begins. Lower: less space, more work.',
  }),
  'min.compaction.lag.ms': long({
    default: 0,
    min: 0,
    broker: 'log.cleaner.min.compaction.lag.ms',
    noEffect: noCompaction,
    doc: 'How long a record of a compacted topic stays out of reach of compaction at least.',
  }),
  'min.insync.replicas': int({
    default: 1,
    min: 1,
    broker: 'min.insync.replicas',
    noEffect: oneCopy,
    doc: 'In Kafka, how many replicas must be in sync for a produce with acks=all.',
  }),
  preallocate: boolean({
    default: false,
    broker: 'log.preallocate',
    noEffect: ownFiles,
    doc: 'In Kafka, whether a new segment’s file gets its full size at once.',
  }),
  'remote.log.copy.disable': boolean({
    default: false,
    noEffect: noTiers,
    doc: 'In Kafka, stops copying a tiered topic’s segments to the remote tier.',
  }),
  'remote.log.delete.on.disable': boolean({
    default: false,
    noEffect: noTiers,
    doc: 'In Kafka, whether turning the remote tier off also deletes what is there.',
  }),
  'remote.storage.enable': custom<boolean>({
    type: 'BOOLEAN',
    default: false,
    accepts: 'false',
    parse: (text) => (text.toLowerCase() === 'false' ? false : { refused: `it must be false: ${noTiers}` }),
    print: String,
    noEffect: noTiers,
    doc: 'In Kafka, whether a topic’s older segments move to a remote tier.',
  }),
  'retention.bytes': long({
    default: -1,
    broker: 'log.retention.bytes',
    doc: 'How large each partition may grow before its oldest segments are deleted. -1: no limit. For cleanup.policy=delete.',
  }),
  'retention.ms': long({
    default: 7 * day,
    min: -1,
    broker: { 'log.retention.ms': 1, 'log.retention.minutes': minute, 'log.retention.hours': hour },
    doc: 'How old a segment’s newest record may become before the segment is deleted. -1: no limit. For cleanup.policy=delete.',
  }),
  'segment.bytes': int({
    default: GiB,
    min: MiB,
    broker: 'log.segment.bytes',
    doc: 'The size at which a partition’s log begins a new segment. Retention and compaction work on whole segments.',
  }),
  'segment.index.bytes': int({
    default: 10 * MiB,
    min: 4,
    broker: 'log.index.size.max.bytes',
    noEffect: ownIndex,
    doc: 'In Kafka, the largest size of a segment’s index file.',
  }),
  'segment.jitter.ms': long({
    default: 0,
    min: 0,
    broker: { 'log.roll.jitter.ms': 1, 'log.roll.jitter.hours': hour },
    noEffect: 'segments roll without a thread each, so they need not be spread in time',
    doc: 'In Kafka, the random time by which segment.ms is shortened, so that not all logs roll at once.',
  }),
  'segment.ms': long({
    default: 7 * day,
    min: 1,
    broker: { 'log.roll.ms': 1, 'log.roll.hours': hour },
    doc: 'The age at which a partition’s log begins a new segment even if it is not full, so that retention can take the old one.',
  }),
  'unclean.leader.election.enable': boolean({
    default: false,
    broker: 'unclean.leader.election.enable',
    noEffect: oneCopy,
    doc: 'In Kafka, whether a replica that is not in sync may lead when no other is left, at the price of records.',
  }),
} satisfies Record<string, Property>

function throttledReplicas(whose: 'leaders' | 'followers'): Property<readonly string[]> {
  const accepts = '"*" or a list of partition:broker'
  return custom<readonly string[]>({
    type: 'LIST',
    default: [],
    accepts,
    parse: (text) => {
      const replicas = splitList(text)
      const good = text === '*' || replicas.every((replica) => /^\d+:\d+$/.test(replica))
      return good ? replicas : { refused: `it must be ${accepts}` }
    },
    print: (value) => value.join(','),
    noEffect: noReplicaTraffic,
    doc: `In Kafka, the replicas whose traffic as ${whose} is throttled. Reassignment tools set and clear it.`,
  })
}

export type TopicConfigName = keyof typeof topicConfigs

/** A topic's settings as code reads them. */
export type TopicConfig = { readonly [Name in TopicConfigName]: ValueOf<(typeof topicConfigs)[Name]> }
