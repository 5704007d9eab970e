// Groups, their offsets, producers and transactions.
import { boolean, int, list, long, short, string } from '../property.ts'
import type { Property } from '../property.ts'
import { day, hour, KiB, minute, MiB, second } from '../units.ts'

const cluster = { dynamic: 'cluster' } as const
const oneCopy = 'copies are the storage’s affair'
const atOnce = { noEffect: 'what is due is done when it is due, not in rounds' }
const most = 2147483647
const session = (who: string) =>
  `How long the coordinator waits for a heartbeat of a member of a ${who} group before it counts it as gone.`
const heartbeat = (who: string) => `How often a member of a ${who} group is told to send a heartbeat.`
const least = (key: string) => `The least that a group may set ${key} to.`
const top = (key: string) => `The most that a group may set ${key} to.`
const assignment = (who: string) =>
  `The least time between two assignments of a ${who} group; changes in between are taken together.`

export const coordinatorConfigs = {
  'group.initial.rebalance.delay.ms': int({
    default: 3 * second,
    doc: 'How long the first rebalance of an empty group waits for more members to join.',
  }),
  'group.min.session.timeout.ms': int({
    default: 6 * second,
    doc: 'The shortest session timeout that a member of a classic group may ask for.',
  }),
  'group.max.session.timeout.ms': int({
    default: 30 * minute,
    doc: 'The longest session timeout that a member of a classic group may ask for.',
  }),
  'group.max.size': int({ default: most, min: 1, doc: 'How many members a classic group may have.' }),
  'group.coordinator.rebalance.protocols': list({
    default: ['classic', 'consumer', 'streams'],
    of: ['consumer', 'classic', 'share', 'streams'],
    doc: 'The group protocols that may be used.',
  }),
  'group.consumer.session.timeout.ms': int({
    default: 45 * second,
    min: 1,
    doc: session('consumer'),
  }),
  'group.consumer.min.session.timeout.ms': int({
    default: 45 * second,
    min: 1,
    doc: least('consumer.session.timeout.ms'),
  }),
  'group.consumer.max.session.timeout.ms': int({
    default: minute,
    min: 1,
    doc: top('consumer.session.timeout.ms'),
  }),
  'group.consumer.heartbeat.interval.ms': int({
    default: 5 * second,
    min: 1,
    doc: heartbeat('consumer'),
  }),
  'group.consumer.min.heartbeat.interval.ms': int({
    default: 5 * second,
    min: 1,
    doc: least('consumer.heartbeat.interval.ms'),
  }),
  'group.consumer.max.heartbeat.interval.ms': int({
    default: 15 * second,
    min: 1,
    doc: top('consumer.heartbeat.interval.ms'),
  }),
  'group.consumer.assignment.interval.ms': int({
    default: second,
    min: 0,
    ...cluster,
    doc: assignment('consumer'),
  }),
  'group.consumer.min.assignment.interval.ms': int({
    default: 0,
    min: 0,
    doc: least('consumer.assignment.interval.ms'),
  }),
  'group.consumer.max.assignment.interval.ms': int({
    default: 15 * second,
    min: 0,
    doc: top('consumer.assignment.interval.ms'),
  }),
  'group.consumer.max.size': int({
    default: most,
    min: 1,
    doc: 'How many members a consumer group (KIP-848) may have.',
  }),
  'group.consumer.assignors': list({
    default: ['uniform', 'range'],
    of: ['uniform', 'range'],
    doc: 'The assignors that run in the broker for consumer groups (KIP-848). The first is used where a member names none.',
  }),
  'group.consumer.migration.policy': string({
    default: 'bidirectional',
    of: ['disabled', 'downgrade', 'upgrade', 'bidirectional'],
    ignoreCase: true,
    doc: 'Which way a group may move between the classic and the consumer protocol while it has members.',
  }),
  'offset.metadata.max.bytes': int({
    default: 4 * KiB,
    doc: 'The longest text that may be committed with an offset.',
  }),
  'offsets.retention.minutes': int({
    default: 7 * 24 * 60,
    min: 1,
    doc: 'How long committed offsets outlive their use: counted from when the group became empty, or from the commit where there is no group.',
  }),
  'offsets.retention.check.interval.ms': long({
    default: 10 * minute,
    min: 1,
    doc: 'How often committed offsets are looked through for ones that have expired.',
  }),
  'offsets.commit.timeout.ms': int({
    default: 5 * second,
    min: 1,
    doc: 'How long an offset commit waits for its records to be stored.',
  }),
  'offsets.topic.num.partitions': int({
    default: 50,
    min: 1,
    doc: 'How many partitions __consumer_offsets gets when it is created. Never changed afterwards: it says which broker a group belongs to.',
  }),
  'offsets.topic.replication.factor': short({
    default: 3,
    min: 1,
    noEffect: oneCopy,
    doc: 'In Kafka, how many copies of __consumer_offsets there are.',
  }),
  'offsets.topic.segment.bytes': int({
    default: 100 * MiB,
    min: 1,
    doc: 'The segment.bytes of __consumer_offsets.',
  }),
  'producer.id.expiration.ms': int({
    default: day,
    min: 1,
    ...cluster,
    doc: 'How long a partition remembers an idempotent producer that sends nothing. A producer that is back later may start at any sequence.',
  }),
  'transactional.id.expiration.ms': int({
    default: 7 * day,
    min: 1,
    doc: 'How long the coordinator remembers a transactional id that is not used.',
  }),
  'transaction.max.timeout.ms': int({
    default: 15 * minute,
    min: 1,
    doc: 'The longest transaction timeout that a producer may ask for.',
  }),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int({
    default: 10 * second,
    min: 1,
    ...atOnce,
    doc: 'How often transactions are looked through for ones that have run out of time.',
  }),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int({
    default: hour,
    min: 1,
    ...atOnce,
    doc: 'How often transactional ids are looked through for ones that have expired.',
  }),
  'transaction.partition.verification.enable': boolean({
    default: true,
    ...cluster,
    doc: 'Whether a partition asks the coordinator if a transaction is open before it takes that transaction’s first batch.',
  }),
  'transaction.state.log.num.partitions': int({
    default: 50,
    min: 1,
    doc: 'How many partitions __transaction_state gets when it is created. Never changed afterwards: it says which broker a transactional id belongs to.',
  }),
  'transaction.state.log.segment.bytes': int({
    default: 100 * MiB,
    min: 1,
    doc: 'The segment.bytes of __transaction_state.',
  }),
  'transaction.state.log.min.isr': int({
    default: 2,
    min: 1,
    noEffect: oneCopy,
    doc: 'In Kafka, how many replicas of __transaction_state must be in sync for a write.',
  }),
  'transaction.state.log.replication.factor': short({
    default: 3,
    min: 1,
    noEffect: oneCopy,
    doc: 'In Kafka, how many copies of __transaction_state there are.',
  }),
} satisfies Record<string, Property>
