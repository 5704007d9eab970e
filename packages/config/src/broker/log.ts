// Where logs are, and what a topic takes that sets nothing of its own. The doc of a key that only stands behind a topic's key
// is in topic-configs.ts; here it says which.
import { boolean, double, int, list, long, LONG_MAX, string } from '../property.ts'
import type { Property } from '../property.ts'
import { day, GiB, hour, KiB, minute, MiB } from '../units.ts'

const cluster = { dynamic: 'cluster' } as const
const noCompaction = { noEffect: 'compaction is not done yet' }
const behind = (topicKey: string) => ({ ...cluster, doc: `What a topic takes that does not set ${topicKey}.` })
const unused = (topicKey: string) => ({ ...behind(topicKey), noEffect: `${topicKey} has no effect` })

export const logConfigs = {
  'log.dirs': list({
    default: null,
    doc: 'The directory of the embedded storage. One only; where it is not set, log.dir.',
  }),
  'log.dir': list({
    default: ['jackdaw-data'],
    doc: 'The directory of the embedded storage, where log.dirs is not set.',
  }),
  'num.partitions': int({
    default: 1,
    min: 1,
    doc: 'How many partitions a topic gets whose creator does not say.',
  }),
  'default.replication.factor': int({
    default: 1,
    min: 1,
    doc: 'The replication factor that is noted for a topic whose creator does not say. Copies are the storage’s affair.',
  }),
  'auto.create.topics.enable': boolean({
    default: true,
    doc: 'Whether a client that asks for a topic that does not exist may thereby create it.',
  }),
  'delete.topic.enable': boolean({ default: true, doc: 'Whether topics may be deleted.' }),
  'log.retention.check.interval.ms': long({
    default: 5 * minute,
    min: 1,
    doc: 'How often logs are looked through for segments that retention lets go.',
  }),
  'log.cleaner.enable': boolean({
    default: true,
    ...noCompaction,
    doc: 'Whether compacted topics are compacted. __consumer_offsets and __transaction_state grow for ever without it.',
  }),
  'log.cleaner.backoff.ms': long({
    default: 15_000,
    min: 0,
    ...cluster,
    ...noCompaction,
    doc: 'How long compaction sleeps when there is nothing to do.',
  }),
  'log.cleaner.dedupe.buffer.size': long({
    default: 128 * MiB,
    ...cluster,
    ...noCompaction,
    doc: 'The memory that compaction may use for its map of keys.',
  }),
  'log.cleaner.io.max.bytes.per.second': double({
    default: Number.MAX_VALUE,
    ...cluster,
    ...noCompaction,
    doc: 'The most that compaction reads and writes in a second.',
  }),
  'log.cleanup.policy': list({ default: ['delete'], of: ['compact', 'delete'], ...behind('cleanup.policy') }),
  'compression.type': string({
    default: 'producer',
    of: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    ...behind('compression.type'),
  }),
  'compression.gzip.level': int({ default: -1, min: 1, max: 9, or: -1, ...unused('compression.gzip.level') }),
  'compression.lz4.level': int({ default: 9, min: 1, max: 17, ...unused('compression.lz4.level') }),
  'compression.zstd.level': int({ default: 3, min: -131072, max: 22, ...unused('compression.zstd.level') }),
  'log.cleaner.delete.retention.ms': long({ default: day, min: 0, ...unused('delete.retention.ms') }),
  'log.cleaner.max.compaction.lag.ms': long({ default: LONG_MAX, min: 1, ...unused('max.compaction.lag.ms') }),
  'log.cleaner.min.compaction.lag.ms': long({ default: 0, min: 0, ...unused('min.compaction.lag.ms') }),
  'log.cleaner.min.cleanable.ratio': double({ default: 0.5, min: 0, max: 1, ...unused('min.cleanable.dirty.ratio') }),
  'message.max.bytes': int({ default: 1048588, min: 0, ...behind('max.message.bytes') }),
  'log.message.timestamp.type': string({
    default: 'CreateTime',
    of: ['CreateTime', 'LogAppendTime'],
    ...behind('message.timestamp.type'),
  }),
  'log.message.timestamp.after.max.ms': long({ default: hour, min: 0, ...behind('message.timestamp.after.max.ms') }),
  'log.message.timestamp.before.max.ms': long({
    default: LONG_MAX,
    min: 0,
    ...behind('message.timestamp.before.max.ms'),
  }),
  'log.retention.bytes': long({ default: -1, ...behind('retention.bytes') }),
  'log.retention.ms': long({ default: null, ...behind('retention.ms') }),
  'log.retention.minutes': int({
    default: null,
    doc: 'What a topic takes that does not set retention.ms, where log.retention.ms is not set. In minutes; negative: no limit.',
  }),
  'log.retention.hours': int({
    default: 168,
    doc: 'What a topic takes that does not set retention.ms, where neither log.retention.ms nor .minutes is set. In hours; negative: no limit.',
  }),
  'log.segment.bytes': int({ default: GiB, min: MiB, ...behind('segment.bytes') }),
  'log.roll.ms': long({ default: null, min: 1, ...behind('segment.ms') }),
  'log.roll.hours': int({
    default: 168,
    min: 1,
    doc: 'What a topic takes that does not set segment.ms, where log.roll.ms is not set. In hours.',
  }),
  'log.flush.interval.messages': long({ default: LONG_MAX, min: 1, ...unused('flush.messages') }),
  'log.flush.interval.ms': long({ default: null, ...unused('flush.ms') }),
  'log.flush.scheduler.interval.ms': long({
    default: LONG_MAX,
    noEffect: 'flush.ms has no effect',
    doc: 'What a topic takes that does not set flush.ms, where log.flush.interval.ms is not set.',
  }),
  'log.index.interval.bytes': int({ default: 4 * KiB, min: 0, ...unused('index.interval.bytes') }),
  'log.index.size.max.bytes': int({ default: 10 * MiB, min: 4, ...unused('segment.index.bytes') }),
  'log.local.retention.bytes': long({ default: -2, min: -2, ...unused('local.retention.bytes') }),
  'log.local.retention.ms': long({ default: -2, min: -2, ...unused('local.retention.ms') }),
  'log.preallocate': boolean({ default: false, ...unused('preallocate') }),
  'log.roll.jitter.ms': long({ default: null, ...unused('segment.jitter.ms') }),
  'log.roll.jitter.hours': int({
    default: 0,
    min: 0,
    noEffect: 'segment.jitter.ms has no effect',
    doc: 'What a topic takes that does not set segment.jitter.ms, where log.roll.jitter.ms is not set. In hours.',
  }),
  'log.segment.delete.delay.ms': long({ default: minute, min: 0, ...unused('file.delete.delay.ms') }),
  'min.insync.replicas': int({ default: 1, min: 1, ...unused('min.insync.replicas') }),
  'unclean.leader.election.enable': boolean({ default: false, ...unused('unclean.leader.election.enable') }),
} satisfies Record<string, Property>
