// What fields of these names are likely to hold, so that requests reach the code behind the first check and meet each other's
// topics, groups and members. `parent.name` goes before `name`. Few names and small counts: what the broker keeps stays bounded.

export const TOPICS = [
  'plain',
  'gzipped',
  'stamped',
  'compacted',
  'other',
  '__consumer_offsets',
  '',
  '..',
  'a_b',
  'a.b',
]
const GROUPS = ['g1', 'g1', 'g1', 'g1', 'g1', 'g1', 'g1', 'g2', 'g2', '']
const MEMBERS = ['', '', 'nobody']
const PROTOCOLS = ['range', 'roundrobin', 'sticky']
const CONFIG_NAMES = [
  'cleanup.policy',
  'compression.type',
  'max.message.bytes',
  'message.timestamp.type',
  'retention.bytes',
  'retention.ms',
  'segment.bytes',
  'no.such.config',
]
const CONFIG_VALUES = ['', '-1', '0', '1', '1000', 'compact', 'delete', 'gzip', 'lz4', 'producer', 'LogAppendTime', 'x']
const MILLISECONDS = [-1, 0, 1, 10, 500, 10_000, 30_000, 0x7fffffff]
const PARTITIONS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, -1, 0x7fffffff]
const OFFSETS = [0, 0, 1, 2, 5, 100, -1, Number.MAX_SAFE_INTEGER]
const EPOCHS = [-1, -1, -1, 0, 1, 5]
const GENERATIONS = [-1, -1, 0, 1, 1, 2, 3]
const BYTES = [0, 1, 1000, 1_000_000, 0x7fffffff]

/** For strings, by what the field is called. */
export const STRING_HINTS: Readonly<Record<string, readonly string[]>> = {
  name: TOPICS,
  topic: TOPICS,
  topicName: TOPICS,
  topicNames: TOPICS,
  'configs.name': CONFIG_NAMES,
  'configs.value': CONFIG_VALUES,
  'protocols.name': PROTOCOLS,
  configurationKeys: CONFIG_NAMES,
  clientSoftwareName: ['fuzz', '-', ''],
  clientSoftwareVersion: ['1', '1.0', ''],
  coordinatorKeys: GROUPS,
  groupId: GROUPS,
  groupInstanceId: ['s1', 's2'],
  groups: GROUPS,
  groupsNames: GROUPS,
  key: GROUPS,
  memberId: MEMBERS,
  protocolName: PROTOCOLS,
  protocolType: ['consumer', 'consumer', 'connect', ''],
  resourceName: [...TOPICS, '1', '0'],
  statesFilter: ['Stable', 'Empty', 'nonsense'],
  transactionalId: ['t1', ''],
  typesFilter: ['classic', 'consumer', 'nonsense'],
}

/** For whole numbers, by what the field is called. */
export const NUMBER_HINTS: Readonly<Record<string, readonly number[]>> = {
  acks: [-1, -1, -1, -1, -1, -1, 1, 1, 1, 0, 0, 2],
  configOperation: [0, 1, 2, 3, 4],
  count: [0, 1, 2, 3, 4, 0x7fffffff],
  committedOffset: OFFSETS,
  currentLeaderEpoch: EPOCHS,
  fetchOffset: OFFSETS,
  forgottenTopicsData: PARTITIONS,
  generationId: GENERATIONS,
  generationIdOrMemberEpoch: GENERATIONS,
  index: PARTITIONS,
  isolationLevel: [0, 1],
  keyType: [0, 0, 0, 1, 2],
  leaderEpoch: EPOCHS,
  maxBytes: BYTES,
  maxWaitMs: MILLISECONDS,
  minBytes: BYTES,
  numPartitions: [-1, 1, 1, 2, 3, 0, 1_000_000, 0x7fffffff],
  partition: PARTITIONS,
  partitionIndex: PARTITIONS,
  partitionIndexes: PARTITIONS,
  partitionMaxBytes: BYTES,
  partitions: PARTITIONS,
  rebalanceTimeoutMs: MILLISECONDS,
  replicaId: [-1, -1, -1, 1],
  replicationFactor: [-1, 1, 1, 1, 0, 2],
  resourceType: [2, 2, 4, 8, 0],
  responsePartitionLimit: [0, 1, 2, 2000],
  retentionTimeMs: [-1, 0, 1000],
  sessionEpoch: [-1, -1, -1, 0, 1],
  sessionId: [0, 0, 0, 0, 1],
  sessionTimeoutMs: [100, 6000, 10_000, 10_000, 45_000, 0],
  timeoutMs: MILLISECONDS,
  timestamp: [-1, -2, -3, -4, -5, -6, 0, 1_767_225_600_000],
  transactionTimeoutMs: MILLISECONDS,
}

/** Arrays that spoil a request unless they fit it exactly: mostly empty, or null where they may be. */
export const MOSTLY_EMPTY: ReadonlySet<string> = new Set(['assignments', 'brokerIds', 'configs', 'forgottenTopicsData'])
