// Creating, growing and deleting topics. Each function decides; none changes state.

import { checkTopicConfigs } from '@jackdaw/config'
import { ZERO_UUID } from '@jackdaw/protocol'

import type { ClusterRules } from './machine.ts'
import { failed, OK, type GrownTopic, type NewTopic, type Result, type TopicResult } from './commands.ts'
import { placeReplicas } from './placement.ts'
import type { ClusterRec } from './records.ts'
import { configRecord, partitionCount, topicNamed, type ClusterState, type Topic } from './state.ts'
import { addMetricName, collidingTopic, metricNamesOf, topicNameFault, type MetricNames } from './topic-name.ts'

interface Decided<Answer> {
  readonly records: readonly ClusterRec[]
  readonly answer: Answer
}

const DEFAULT = -1

export const decideCreate = (
  state: Readonly<ClusterState>,
  rules: ClusterRules,
  topics: readonly NewTopic[],
): Decided<readonly TopicResult[]> => {
  const records: ClusterRec[] = []
  const answer: TopicResult[] = []
  const room = roomFor(state, rules)
  const repeated = repeatedNames(topics)
  const metricNames = metricNamesOf(state.idsByName.keys())
  for (const topic of topics) {
    const placed = placeTopic(state, rules, topic)
    const result = repeated.has(topic.name)
      ? twice(topic.name)
      : (nameFault(state, topic.name, metricNames) ??
        placed.fault ??
        configFault(rules, topic.configs) ??
        room.take(placed.replicas.length))
    if (result === undefined) {
      addMetricName(metricNames, topic.name)
      for (const record of topicRecords(topic, placed.replicas)) records.push(record)
    }
    answer.push({
      ...(result ?? OK),
      name: topic.name,
      id: result === undefined ? topic.id : ZERO_UUID,
      numPartitions: placed.replicas.length,
      replicationFactor: placed.replicas[0]?.length ?? DEFAULT,
    })
  }
  return { records, answer }
}

const repeatedNames = (topics: readonly { readonly name: string }[]): ReadonlySet<string> => {
  const seen = new Set<string>()
  return new Set(topics.flatMap(({ name }) => (seen.has(name) ? [name] : (seen.add(name), []))))
}

const twice = (name: string): Result =>
  failed('INVALID_REQUEST', `The topic '${name}' stands more than once in the request.`)

const nameFault = (state: Readonly<ClusterState>, name: string, metricNames: MetricNames): Result | undefined => {
  const illegal = topicNameFault(name)
  if (illegal !== undefined) return failed('INVALID_TOPIC_EXCEPTION', illegal)
  if (state.idsByName.has(name)) return failed('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
  const colliding = collidingTopic(name, metricNames)
  if (colliding === undefined) return undefined
  return failed(
    'INVALID_TOPIC_EXCEPTION',
    `Topic '${name}' collides with existing topic '${colliding}' ('.' and '_' are one in metric names).`,
  )
}

/** As many partitions as one request may make: Kafka's own bound. */
const PARTITIONS_PER_REQUEST = 10_000

/** Counts the partitions that a request makes against what the request may and what the storage holds. */
const roomFor = (state: Readonly<ClusterState>, rules: ClusterRules) => {
  let inAll = partitionCount(state)
  let inRequest = 0
  return {
    take: (partitions: number): Result | undefined => {
      const fault = countFault(rules, inRequest + partitions, inAll + partitions)
      if (fault !== undefined) return fault
      inAll += partitions
      inRequest += partitions
      return undefined
    },
  }
}

const countFault = (rules: ClusterRules, inRequest: number, inAll: number): Result | undefined => {
  if (inRequest > PARTITIONS_PER_REQUEST) {
    const message = `One request makes ${PARTITIONS_PER_REQUEST} partitions at most; ask for the others in a second one.`
    return failed('POLICY_VIOLATION', message)
  }
  if (inAll <= rules.maxLogs) return undefined
  const message = `The storage holds ${rules.maxLogs} logs at most; this would make ${inAll} partitions.`
  return failed('POLICY_VIOLATION', message)
}

const configFault = (rules: ClusterRules, configs: NewTopic['configs']): Result | undefined => {
  const texts = new Map<string, string>()
  for (const { name, value } of configs) {
    if (value === null) return failed('INVALID_CONFIG', `The config '${name}' has no value.`)
    texts.set(name, value)
  }
  const [fault] = checkTopicConfigs(texts, rules.broker)
  return fault === undefined ? undefined : failed('INVALID_CONFIG', fault.message)
}

type Placed = { readonly replicas: readonly (readonly number[])[]; readonly fault?: Result }

const placeTopic = (state: Readonly<ClusterState>, rules: ClusterRules, topic: NewTopic): Placed => {
  if (topic.assignments.length > 0) return placeByHand(state, topic)
  const count = topic.numPartitions === DEFAULT ? rules.broker['num.partitions'] : topic.numPartitions
  const factor =
    topic.replicationFactor === DEFAULT ? rules.broker['default.replication.factor'] : topic.replicationFactor
  if (count < 1)
    return {
      replicas: [],
      fault: failed('INVALID_PARTITIONS', `A topic needs at least 1 partition; ${count} were asked.`),
    }
  const tooMany = countFault(rules, count, count)
  if (tooMany !== undefined) return { replicas: [], fault: tooMany }
  const brokers = [...state.brokers.keys()]
  if (factor < 1 || factor > brokers.length) {
    const message = `Replication factor ${factor} cannot be met by ${brokers.length} broker(s).`
    return { replicas: [], fault: failed('INVALID_REPLICATION_FACTOR', message) }
  }
  return { replicas: placeReplicas(brokers, state.topics.size, count, factor) }
}

const placeByHand = (state: Readonly<ClusterState>, topic: NewTopic): Placed => {
  const fault = (message: string): Placed => ({ replicas: [], fault: failed('INVALID_REPLICA_ASSIGNMENT', message) })
  if (topic.numPartitions !== DEFAULT || topic.replicationFactor !== DEFAULT) {
    return {
      replicas: [],
      fault: failed('INVALID_REQUEST', 'An assignment by hand leaves partition count and replication factor at -1.'),
    }
  }
  const ordered = topic.assignments.toSorted((a, b) => a.partitionIndex - b.partitionIndex)
  if (ordered.some(({ partitionIndex }, at) => partitionIndex !== at))
    return fault('Assigned partitions run from 0 without a gap.')
  const unfit = ordered.find(({ brokerIds }) => !fitsBrokers(state, brokerIds, ordered[0]?.brokerIds.length ?? 0))
  if (unfit !== undefined) return fault(`Partition ${unfit.partitionIndex} names unknown, repeated or too few brokers.`)
  return { replicas: ordered.map(({ brokerIds }) => brokerIds) }
}

const fitsBrokers = (state: Readonly<ClusterState>, brokerIds: readonly number[], factor: number): boolean =>
  brokerIds.length > 0 &&
  brokerIds.length === factor &&
  new Set(brokerIds).size === brokerIds.length &&
  brokerIds.every((id) => state.brokers.has(id))

const partitionRecord = (topicId: string, partitionId: number, replicas: readonly number[]): ClusterRec => ({
  type: 'PartitionRecord',
  partitionId,
  topicId,
  replicas: [...replicas],
  isr: [...replicas],
  removingReplicas: [],
  addingReplicas: [],
  leader: replicas[0] as number,
  leaderRecoveryState: 0,
  leaderEpoch: 0,
  partitionEpoch: 0,
  directories: [],
  eligibleLeaderReplicas: null,
  lastKnownElr: null,
})

const topicRecords = (topic: NewTopic, replicas: Placed['replicas']): readonly ClusterRec[] => [
  { type: 'TopicRecord', name: topic.name, topicId: topic.id },
  ...topic.configs.map(({ name, value }) => configRecord('TOPIC', topic.name, name, value)),
  ...replicas.map((brokerIds, index) => partitionRecord(topic.id, index, brokerIds)),
]

export const decideGrow = (
  state: Readonly<ClusterState>,
  rules: ClusterRules,
  topics: readonly GrownTopic[],
): Decided<readonly TopicResult[]> => {
  const records: ClusterRec[] = []
  const answer: TopicResult[] = []
  const room = roomFor(state, rules)
  const repeated = repeatedNames(topics)
  for (const wanted of topics) {
    const topic = topicNamed(state, wanted.name)
    const fault = repeated.has(wanted.name)
      ? twice(wanted.name)
      : (growFault(state, topic, wanted) ?? room.take(wanted.count - (topic as Topic).partitions.length))
    if (fault === undefined && topic !== undefined) {
      const first = topic.partitions.length
      const factor = topic.partitions[0]?.replicas.length ?? 1
      const replicas =
        wanted.assignments?.map(({ brokerIds }) => brokerIds) ??
        placeReplicas([...state.brokers.keys()], first, wanted.count - first, factor)
      records.push(...replicas.map((brokerIds, turn) => partitionRecord(topic.id, first + turn, brokerIds)))
    }
    answer.push({
      ...(fault ?? OK),
      name: wanted.name,
      id: topic?.id ?? ZERO_UUID,
      numPartitions: wanted.count,
      replicationFactor: DEFAULT,
    })
  }
  return { records, answer }
}

const growFault = (state: Readonly<ClusterState>, topic: Topic | undefined, wanted: GrownTopic): Result | undefined => {
  if (topic === undefined) return failed('UNKNOWN_TOPIC_OR_PARTITION', `There is no topic '${wanted.name}'.`)
  const has = topic.partitions.length
  if (wanted.count === has)
    return failed('INVALID_PARTITIONS', `Topic '${topic.name}' already has ${has} partition(s).`)
  if (wanted.count < has) {
    return failed(
      'INVALID_PARTITIONS',
      `Topic '${topic.name}' has ${has} partition(s); partitions are never taken away.`,
    )
  }
  if (wanted.assignments === null) return undefined
  const factor = topic.partitions[0]?.replicas.length ?? 1
  const fits =
    wanted.assignments.length === wanted.count - has &&
    wanted.assignments.every(({ brokerIds }) => fitsBrokers(state, brokerIds, factor))
  return fits
    ? undefined
    : failed(
        'INVALID_REPLICA_ASSIGNMENT',
        `The assignment does not fit ${wanted.count - has} new partition(s) of ${factor} replica(s).`,
      )
}

export const decideDelete = (
  state: Readonly<ClusterState>,
  rules: ClusterRules,
  topics: readonly { readonly name: string | null; readonly id: string }[],
): Decided<readonly TopicResult[]> => {
  const records: ClusterRec[] = []
  const answer: TopicResult[] = []
  for (const asked of topics) {
    const topic = asked.name === null ? state.topics.get(asked.id) : topicNamed(state, asked.name)
    const fault = deleteFault(rules, asked.name, topic)
    if (
      fault === undefined &&
      topic !== undefined &&
      !records.some((record) => record.type === 'RemoveTopicRecord' && record.topicId === topic.id)
    ) {
      records.push({ type: 'RemoveTopicRecord', topicId: topic.id })
    }
    answer.push({
      ...(fault ?? OK),
      name: asked.name ?? topic?.name ?? null,
      id: topic?.id ?? asked.id,
      numPartitions: DEFAULT,
      replicationFactor: DEFAULT,
    })
  }
  return { records, answer }
}

const deleteFault = (rules: ClusterRules, name: string | null, topic: Topic | undefined): Result | undefined => {
  if (topic === undefined) {
    return name === null
      ? failed('UNKNOWN_TOPIC_ID', 'There is no topic with this id.')
      : failed('UNKNOWN_TOPIC_OR_PARTITION', `There is no topic '${name}'.`)
  }
  if (!rules.broker['delete.topic.enable'])
    return failed('TOPIC_DELETION_DISABLED', 'delete.topic.enable is false on this broker.')
  return undefined
}
