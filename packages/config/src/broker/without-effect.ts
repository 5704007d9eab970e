// Kafka's other broker keys: all that a server.properties may hold and this broker does not read. Most are let pass with a
// note that says why they change nothing. Those whose absence would leave something open or unguarded are refused.

/** Keys that are let pass, by the reason why they have no effect. A name that ends in `*` stands for all that begin so. */
const letPass: Readonly<Record<string, readonly string[]>> = {
  'there is no ZooKeeper: who leads is settled by the storage': [
    'zookeeper.*',
    'control.plane.listener.name',
    'broker.id.generation.enable',
    'reserved.broker.max.id',
    'password.encoder.*',
  ],
  'there is no controller quorum: who leads is settled by the storage': [
    'process.roles',
    'controller.listener.names',
    'controller.performance.*',
    'controller.quorum.*',
    'controller.socket.timeout.ms',
    'sasl.mechanism.controller.protocol',
    'broker.heartbeat.interval.ms',
    'broker.session.timeout.ms',
    'initial.broker.registration.timeout.ms',
    'early.start.listeners',
    'controlled.shutdown.*',
    'unstable.*',
    'server.max.startup.time.ms',
  ],
  'cluster metadata is a log like any other, kept by the storage': [
    'metadata.log.*',
    'metadata.max.*',
    'internal.metadata.*',
  ],
  'brokers do not copy logs to one another': [
    'replica.*',
    'num.replica.fetchers',
    'num.replica.alter.log.dirs.threads',
    'auto.leader.rebalance.enable',
    'leader.imbalance.*',
    'unclean.leader.election.interval.ms',
    'inter.broker.protocol.version',
    'replication.quota.window.*',
    'alter.log.dirs.replication.quota.window.*',
    'log.dir.failure.timeout.ms',
    'cordoned.log.dirs',
  ],
  'one event loop serves all connections, without pools of threads': [
    'num.io.threads',
    'num.network.threads',
    'background.threads',
    'num.recovery.threads.per.data.dir',
    'log.cleaner.threads',
    'group.coordinator.threads',
    'group.coordinator.background.threads',
    'share.coordinator.threads',
  ],
  'waiting requests are dropped as they are answered': [
    'fetch.purgatory.purge.interval.requests',
    'producer.purgatory.purge.interval.requests',
    'delete.records.purgatory.purge.interval.requests',
    'share.fetch.purgatory.purge.interval.requests',
    'producer.id.expiration.check.interval.ms',
  ],
  'the storage decides when and how it writes': [
    'log.flush.offset.checkpoint.interval.ms',
    'log.flush.start.offset.checkpoint.interval.ms',
    'log.initial.task.delay.ms',
    'log.cleaner.io.buffer.load.factor',
    'log.cleaner.io.buffer.size',
    'group.coordinator.append.linger.ms',
    'group.coordinator.cached.buffer.max.bytes',
    'offsets.load.buffer.size',
    'offsets.topic.compression.codec',
    'transaction.state.log.load.buffer.size',
    'add.partitions.to.txn.retry.backoff.*',
  ],
  'old record formats are not spoken': [
    'log.message.format.version',
    'log.message.downconversion.enable',
    'log.message.timestamp.difference.max.ms',
    'offsets.topic.message.format.version',
  ],
  'socket buffers and backlogs are left to the system': [
    'socket.send.buffer.bytes',
    'socket.receive.buffer.bytes',
    'socket.listen.backlog.size',
    'socket.connection.setup.*',
  ],
  'there is no JMX and no Java class to load; metrics are served over HTTP': [
    'metric.reporters',
    'metrics.*',
    'kafka.metrics.*',
    'auto.include.jmx.reporter',
    'telemetry.max.bytes',
  ],
  'share groups are not served': ['group.share.*', 'share.coordinator.*'],
  'streams groups are not served': ['group.streams.*'],
  'no remote tier is offered': [
    'remote.*',
    'rsm.config.*',
    'rlmm.config.*',
    'follower.fetch.last.tiered.offset.enable',
  ],
  'delegation tokens are not issued': ['delegation.token.*'],
  'two-phase commit (KIP-939) is not served': ['transaction.two.phase.commit.enable'],
  'regular expressions of consumer groups are evaluated as topics change': ['group.consumer.regex.refresh.interval.ms'],
  'the rate of changes to topics is not bounded': ['controller.quota.window.*'],
  'it says how a listener that speaks SSL or SASL is set up, and there is none': [
    'ssl.*',
    'sasl.*',
    'connections.max.reauth.ms',
    'connection.failed.authentication.delay.ms',
    'security.providers',
  ],
}

/** Keys that are refused unless they are empty, by what would be missing without anybody noticing. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'access control is not enforced by this version, so a rule that you rely on would be open': [
    'authorizer.class.name',
    'super.users',
    'allow.everyone.if.no.acl.found',
    'principal.builder.class',
  ],
  'it names a Java class, and what that class enforces would silently be missing': [
    'alter.config.policy.class.name',
    'create.topic.policy.class.name',
    'client.quota.callback.class',
  ],
  'values that point elsewhere (${provider:path:key}) are not looked up by this version': [
    'config.providers',
    'config.providers.*',
  ],
  'settings of a single listener are not read by this version': ['listener.name.*'],
}

export interface Unread {
  readonly refused: boolean
  readonly reason: string
}

/** What to say of a key of Kafka's that is not in the table; undefined where Kafka does not have it either. */
export function findUnread(name: string): Unread | undefined {
  const reason = findReason(letPass, name)
  if (reason !== undefined) return { refused: false, reason }
  const refusal = findReason(refused, name)
  return refusal === undefined ? undefined : { refused: true, reason: refusal }
}

function findReason(table: Readonly<Record<string, readonly string[]>>, name: string): string | undefined {
  const stands = (pattern: string) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)
  return Object.entries(table).find(([, patterns]) => patterns.some(stands))?.[0]
}
