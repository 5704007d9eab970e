// Cluster metadata as a machine: topics, partitions, configs, brokers and blocks of producer ids, kept in the log
// `__cluster_metadata`. Creating a topic is two records' worth of steps, so that a crash between metadata and storage leaves
// neither orphans nor empty promises: the topic is decided, its logs are created (owed), and only then clients see it.

import type { BrokerConfig } from '@jackdaw/config'

import type { Batch, Decision, Machine } from '../machine.ts'
import { applyClusterRecord } from './apply.ts'
import { decideUnregister } from './brokers.ts'
import type { ClusterCommand, ClusterEffect, ClusterReply } from './commands.ts'
import { decideAlterConfigs } from './configs.ts'
import { decideAlterQuotas } from './quotas.ts'
import type { ClusterRec } from './records.ts'
import { emptyCluster, type ClusterState } from './state.ts'
import { decideCreate, decideDelete, decideGrow } from './topics.ts'

export interface ClusterRules {
  readonly broker: BrokerConfig
  /** What server.properties and the command line set. */
  readonly staticConfigs: ReadonlyMap<string, string>
  /** Logs that the storage holds at most. */
  readonly maxLogs: number
}

type Decided = Decision<ClusterRec, ClusterReply>
type Commands = { [T in ClusterCommand['type']]: Extract<ClusterCommand, { type: T }> }
type Decide = {
  [T in keyof Commands]: (state: Readonly<ClusterState>, rules: ClusterRules, command: Commands[T]) => Decided
}

const decided = (to: number, records: readonly ClusterRec[], response: ClusterReply): Decided => ({
  batches: records.length === 0 ? [] : [{ records }],
  volatile: [],
  replies: [{ to, response }],
})

const DONE: ClusterReply = { type: 'done' }

const decide: Decide = {
  foundCluster: (state, _rules, { to, clusterId }) =>
    decided(to, state.clusterId === '' ? [{ type: 'ClusterRecord', clusterId }] : [], DONE),

  registerBroker: (_state, _rules, { to, broker }) =>
    decided(
      to,
      [
        {
          type: 'RegisterBrokerRecord',
          brokerId: broker.id,
          isMigratingZkBroker: false,
          incarnationId: broker.incarnation,
          brokerEpoch: 0,
          endPoints: broker.endpoints.map(({ listener, host, port }) => ({
            name: listener,
            host,
            port,
            securityProtocol: 0,
          })),
          features: [],
          rack: broker.rack,
          fenced: false,
          inControlledShutdown: false,
          logDirs: [],
          cordonedLogDirs: null,
        },
      ],
      DONE,
    ),

  unregisterBroker: (state, _rules, { to, brokerId }) => {
    const { records, answer } = decideUnregister(state, brokerId)
    return decided(to, records, { type: 'result', ...answer })
  },

  createTopics: (state, rules, { to, topics, validateOnly }) => {
    const { records, answer } = decideCreate(state, rules, topics)
    return decided(to, validateOnly ? [] : records, { type: 'topics', topics: answer })
  },

  createPartitions: (state, rules, { to, topics, validateOnly }) => {
    const { records, answer } = decideGrow(state, rules, topics)
    return decided(to, validateOnly ? [] : records, { type: 'topics', topics: answer })
  },

  deleteTopics: (state, rules, { to, topics }) => {
    const { records, answer } = decideDelete(state, rules, topics)
    return decided(to, records, { type: 'topics', topics: answer })
  },

  alterConfigs: (state, rules, { to, resources, validateOnly, replace }) => {
    const { records, answer } = decideAlterConfigs(state, rules, resources, replace)
    return decided(to, validateOnly ? [] : records, { type: 'configs', resources: answer })
  },

  alterQuotas: (_state, _rules, { to, entries, validateOnly }) => {
    const { records, answer } = decideAlterQuotas(entries)
    return decided(to, validateOnly ? [] : records, { type: 'quotas', entries: answer })
  },

  allocateProducerIds: (state, _rules, { to, count }) =>
    decided(
      to,
      [{ type: 'ProducerIdsRecord', brokerId: 0, brokerEpoch: 0, nextProducerId: state.nextProducerId + count }],
      { type: 'producerIds', first: state.nextProducerId, count },
    ),

  logsStored: (state, _rules, { to, topics }) =>
    decided(
      to,
      topics
        .filter(({ topicId }) => state.topics.has(topicId))
        .map(({ topicId, partitions }) => ({ type: 'LogsStoredRecord', topicId, partitions: [...partitions] })),
      DONE,
    ),

  logsRemoved: (state, _rules, { to, topicIds }) =>
    decided(
      to,
      topicIds
        .filter((topicId) => state.removed.has(topicId))
        .map((topicId) => ({ type: 'LogsRemovedRecord', topicId })),
      DONE,
    ),
}

export type ClusterMachine = Machine<ClusterState, ClusterCommand, ClusterRec, ClusterReply, ClusterEffect>

export const clusterMachine = (rules: ClusterRules): ClusterMachine => ({
  initial: emptyCluster,

  decide: (state, command) =>
    (decide[command.type] as (state: Readonly<ClusterState>, rules: ClusterRules, command: ClusterCommand) => Decided)(
      state,
      rules,
      command,
    ),

  apply: (state: ClusterState, batch: Batch<ClusterRec>) => {
    for (const record of batch.records) applyClusterRecord(state, record)
  },

  *owed(state) {
    for (const { id, name, partitions } of state.topics.values()) {
      const missing = partitions.filter((partition) => !partition.stored).map((partition) => partition.index)
      if (missing.length > 0) yield { type: 'createLogs', topicId: id, name, partitions: missing }
    }
    for (const { id, name, partitions } of state.removed.values())
      yield { type: 'removeLogs', topicId: id, name, partitions }
  },

  deadline: () => undefined,
})
