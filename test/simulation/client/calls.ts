// One entry for each operation: how its arguments become a request of any version, and what its response says. All that a
// simulated client knows about Kafka's messages.
import {
  ConsumerGroupHeartbeat,
  CreateTopics,
  decodeAssignment,
  DeleteTopics,
  encodeAssignment,
  encodeSubscription,
  Fetch,
  FindCoordinator,
  Heartbeat,
  InitProducerId,
  JoinGroup,
  LeaveGroup,
  ListOffsets,
  Metadata,
  OffsetCommit,
  OffsetFetch,
  Produce,
  SyncGroup,
  ZERO_UUID,
} from '@jackdaw/protocol'
import type { Operation, PartitionRef } from '../history.ts'
import { byTopic, type Call, call, errorOf as error, idOf, topicOf } from './call.ts'
import { transactionCalls } from './transaction-calls.ts'
import { decodeValues, encodeValues } from './records.ts'

const SESSION_TIMEOUT_MS = 2000
const REBALANCE_TIMEOUT_MS = 3000
const REQUEST_TIMEOUT_MS = 10_000
/** Short enough to run out while the storage is in trouble. */
const PRODUCE_TIMEOUT_MS = 1500
const FETCH_WAIT_MS = 300
const FETCH_BYTES = 64 * 1024

const partitionRefOf = (name: string): PartitionRef => {
  const cut = name.lastIndexOf('-')
  return { topic: name.slice(0, cut), partition: Number(name.slice(cut + 1)) }
}

const namesIn = (assignment: Buffer): string[] =>
  decodeAssignment(assignment).assignedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => `${topic}-${partition}`),
  )

export const calls: { readonly [F in Operation]: Call<F> } = {
  ...transactionCalls,
  produce: call<'produce', typeof Produce>(Produce, {
    idsSince: 13,
    request: ({ acks, producer, batches }, knowledge) => ({
      acks,
      timeoutMs: PRODUCE_TIMEOUT_MS,
      topicData: byTopic(batches).map(([name, items]) => ({
        name,
        topicId: idOf(name, knowledge),
        partitionData: items.map((batch) => ({ index: batch.partition, records: encodeValues(batch, producer) })),
      })),
    }),
    result: ({ responses }, _, knowledge) =>
      responses.flatMap(({ name, topicId, partitionResponses }) =>
        partitionResponses.map(({ index, errorCode, baseOffset }) => ({
          topic: topicOf(name, topicId, knowledge),
          partition: index,
          error: error(errorCode),
          offset: baseOffset,
        })),
      ),
  }),
  initProducer: call<'initProducer', typeof InitProducerId>(InitProducerId, {
    request: () => ({ transactionalId: null, transactionTimeoutMs: 60_000, enable2Pc: false, keepPreparedTxn: false }),
    result: ({ errorCode, producerId, producerEpoch }) => ({
      error: error(errorCode),
      id: producerId,
      epoch: producerEpoch,
    }),
  }),
  fetch: call<'fetch', typeof Fetch>(Fetch, {
    idsSince: 13,
    request: ({ partitions }, knowledge) => ({
      maxWaitMs: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      topics: byTopic(partitions).map(([topic, items]) => ({
        topic,
        topicId: idOf(topic, knowledge),
        partitions: items.map(({ partition, offset }) => ({
          partition,
          fetchOffset: offset,
          partitionMaxBytes: FETCH_BYTES / 4,
        })),
      })),
    }),
    result: ({ responses }, { partitions }, knowledge) =>
      responses.flatMap(({ topic, topicId, partitions: answers }) =>
        answers.map((answer) => {
          const at = { topic: topicOf(topic, topicId, knowledge), partition: answer.partitionIndex }
          const from =
            partitions.find((asked) => asked.topic === at.topic && asked.partition === at.partition)?.offset ?? 0
          return {
            ...at,
            error: error(answer.errorCode),
            highWatermark: answer.highWatermark,
            logStart: answer.logStartOffset,
            records: decodeValues(answer.records, from),
          }
        }),
      ),
  }),
  listOffsets: call<'listOffsets', typeof ListOffsets>(ListOffsets, {
    request: ({ partitions }) => ({
      replicaId: -1,
      isolationLevel: 0,
      timeoutMs: REQUEST_TIMEOUT_MS,
      topics: byTopic(partitions).map(([name, items]) => ({
        name,
        partitions: items.map(({ partition, time }) => ({ partitionIndex: partition, timestamp: time })),
      })),
    }),
    result: ({ topics }) =>
      topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, errorCode, offset }) => ({
          topic: name,
          partition: partitionIndex,
          error: error(errorCode),
          offset,
        })),
      ),
  }),
  join: call<'join', typeof JoinGroup>(JoinGroup, {
    request: ({ group, member, instance, protocols, topics = [] }) => ({
      groupId: group,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
      memberId: member,
      groupInstanceId: instance ?? null,
      protocolType: 'consumer',
      protocols: protocols.map((name) => ({ name, metadata: encodeSubscription({ topics }) })),
      reason: null,
    }),
    result: ({ errorCode, memberId, generationId, protocolName, leader, members }) => ({
      error: error(errorCode),
      member: memberId,
      generation: generationId,
      protocol: protocolName ?? '',
      leader,
      members: members.map((member) => member.memberId),
    }),
  }),
  sync: call<'sync', typeof SyncGroup>(SyncGroup, {
    request: ({ group, member, generation, instance, protocol, assignments }) => ({
      groupId: group,
      generationId: generation,
      memberId: member,
      groupInstanceId: instance ?? null,
      protocolType: 'consumer',
      protocolName: protocol,
      assignments: Object.entries(assignments).map(([memberId, partitions]) => ({
        memberId,
        assignment: encodeAssignment({
          assignedPartitions: byTopic(partitions.map(partitionRefOf)).map(([topic, items]) => ({
            topic,
            partitions: items.map(({ partition }) => partition),
          })),
        }),
      })),
    }),
    result: ({ errorCode, assignment }) => ({
      error: error(errorCode),
      partitions: assignment.length === 0 ? [] : namesIn(assignment),
    }),
  }),
  heartbeat: call<'heartbeat', typeof Heartbeat>(Heartbeat, {
    request: ({ group, member, generation, instance }) => ({
      groupId: group,
      generationId: generation,
      memberId: member,
      groupInstanceId: instance ?? null,
    }),
    result: ({ errorCode }) => ({ error: error(errorCode) }),
  }),
  consumerHeartbeat: call<'consumerHeartbeat', typeof ConsumerGroupHeartbeat>(ConsumerGroupHeartbeat, {
    request: ({ group, member, epoch, instance, topics, owned }, knowledge) => ({
      groupId: group,
      // Until version 1 a new member is told its id.
      memberId: knowledge.version === 0 && epoch === 0 ? '' : member,
      memberEpoch: epoch,
      instanceId: instance ?? null,
      rebalanceTimeoutMs: topics === null ? -1 : REBALANCE_TIMEOUT_MS,
      subscribedTopicNames: topics,
      ...(knowledge.version === 0 ? {} : { subscribedTopicRegex: null }),
      topicPartitions:
        owned &&
        byTopic(owned.map(partitionRefOf)).map(([topic, items]) => ({
          topicId: idOf(topic, knowledge),
          partitions: items.map(({ partition }) => partition),
        })),
    }),
    result: ({ errorCode, memberId, memberEpoch, assignment }, { member }, knowledge) => ({
      error: error(errorCode),
      member: memberId ?? member,
      epoch: memberEpoch,
      partitions:
        assignment &&
        assignment.topicPartitions.flatMap(({ topicId, partitions }) =>
          partitions.map((partition) => `${topicOf('', topicId, knowledge)}-${partition}`),
        ),
    }),
  }),
  leave: call<'leave', typeof LeaveGroup>(LeaveGroup, {
    request: ({ group, member, instance }, { version }) => ({
      groupId: group,
      memberId: version < 3 ? member : '',
      members: version < 3 ? [] : [{ memberId: member, groupInstanceId: instance ?? null, reason: null }],
    }),
    result: ({ errorCode, members }) => ({ error: error(errorCode !== 0 ? errorCode : (members[0]?.errorCode ?? 0)) }),
  }),
  commit: call<'commit', typeof OffsetCommit>(OffsetCommit, {
    idsSince: 10,
    request: ({ group, member, generation, instance, offsets }, knowledge) => ({
      groupId: group,
      generationIdOrMemberEpoch: generation,
      memberId: member,
      groupInstanceId: instance ?? null,
      topics: byTopic(offsets).map(([name, items]) => ({
        name,
        topicId: idOf(name, knowledge),
        partitions: items.map(({ partition, offset, tag }) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedMetadata: tag,
        })),
      })),
    }),
    result: ({ topics }, _, knowledge) =>
      topics.flatMap(({ name, topicId, partitions }) =>
        partitions.map(({ partitionIndex, errorCode }) => ({
          topic: topicOf(name, topicId, knowledge),
          partition: partitionIndex,
          error: error(errorCode),
        })),
      ),
  }),
  committed: call<'committed', typeof OffsetFetch>(OffsetFetch, {
    idsSince: 10,
    request: ({ group, partitions }, knowledge) => {
      const topics = byTopic(partitions).map(([name, items]) => ({
        name,
        topicId: idOf(name, knowledge),
        partitionIndexes: items.map(({ partition }) => partition),
      }))
      const many = knowledge.version >= 8
      return {
        groupId: many ? '' : group,
        topics: many ? [] : topics.map(({ name, partitionIndexes }) => ({ name, partitionIndexes })),
        groups: many ? [{ groupId: group, memberId: null, topics }] : [],
        requireStable: knowledge.version >= 7,
      }
    },
    result: (response, _, knowledge) => {
      const many = knowledge.version >= 8
      const [group] = response.groups
      const whole = many ? (group?.errorCode ?? 0) : response.errorCode
      const topics = many ? (group?.topics ?? []) : response.topics.map((topic) => ({ ...topic, topicId: ZERO_UUID }))
      return topics.flatMap(({ name, topicId, partitions }) =>
        partitions.map(({ partitionIndex, committedOffset, metadata, errorCode }) => ({
          topic: topicOf(name, topicId, knowledge),
          partition: partitionIndex,
          error: error(whole !== 0 ? whole : errorCode),
          offset: committedOffset,
          tag: metadata ?? '',
        })),
      )
    },
  }),
  createTopic: call<'createTopic', typeof CreateTopics>(CreateTopics, {
    request: ({ topic, partitions }) => ({
      topics: [{ name: topic, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: REQUEST_TIMEOUT_MS,
    }),
    result: ({ topics: [topic] }) => ({ error: error(topic?.errorCode ?? -1), id: topic?.topicId ?? ZERO_UUID }),
  }),
  deleteTopic: call<'deleteTopic', typeof DeleteTopics>(DeleteTopics, {
    request: ({ topic }, { version }) => ({
      topics: version < 6 ? [] : [{ name: topic, topicId: ZERO_UUID }],
      topicNames: version < 6 ? [topic] : [],
      timeoutMs: REQUEST_TIMEOUT_MS,
    }),
    result: ({ responses: [topic] }) => ({ error: error(topic?.errorCode ?? -1) }),
  }),
  metadata: call<'metadata', typeof Metadata>(Metadata, {
    request: ({ topics }, { version }) => ({
      topics: topics.map((name) => ({ name, topicId: ZERO_UUID })),
      allowAutoTopicCreation: version < 4,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    }),
    result: ({ topics }) =>
      topics.map(({ name, topicId, errorCode, partitions }) => ({
        name: name ?? '',
        error: error(errorCode),
        id: topicId === ZERO_UUID ? '' : topicId,
        partitions: partitions.length,
      })),
  }),
  findCoordinator: call<'findCoordinator', typeof FindCoordinator>(FindCoordinator, {
    request: ({ group }, { version }) => ({
      key: version < 4 ? group : '',
      keyType: 0,
      coordinatorKeys: version < 4 ? [] : [group],
    }),
    result: ({ errorCode, nodeId, coordinators: [only] }, _, { version }) =>
      version < 4
        ? { error: error(errorCode), node: nodeId }
        : { error: error(only?.errorCode ?? -1), node: only?.nodeId ?? -1 },
  }),
}
