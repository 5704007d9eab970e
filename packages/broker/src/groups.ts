// The group coordinator of this broker: one machine for each partition of `__consumer_offsets` that it leads. A group belongs
// to the partition that its id hashes to.

import {
  configsOf,
  decideAdmission,
  decideMarker,
  groupCodec,
  groupMachine,
  groupPartition,
  topicsView,
  visiblePartitions,
} from '@jackdaw/core'
import type {
  ConsumerGroupSettings,
  GroupCommand,
  GroupConfig,
  GroupRec,
  GroupRequest,
  GroupResult,
  GroupResults,
  GroupsState,
  Marker,
  OffsetCommitResult,
  Topic,
  TopicsView,
  TxnOffsetCommit,
} from '@jackdaw/core'
import { resolveGroupConfig, type BrokerConfig } from '@jackdaw/config'

import type { Cluster } from './cluster.ts'
import { CONSUMER_OFFSETS } from './internal-topics.ts'
import { MachineShell, type Submitted } from './runtime/machine-shell.ts'
import type { MarkerResult, Partition } from './runtime/partition.ts'
import type { Partitions } from './runtime/partitions.ts'
import type { Storage } from './runtime/storage.ts'
import type { Coordinator } from './runtime/transaction-gate.ts'
import { Turns } from './runtime/turns.ts'
import type { Unavailable } from './runtime/unavailable.ts'
import type { Topics } from './topics.ts'

type GroupShell = MachineShell<GroupsState, GroupCommand, GroupRec, GroupResult>
type RequestOf<T extends GroupRequest['type']> = Omit<Extract<GroupRequest, { type: T }>, 'to'>

export interface GroupsOptions {
  readonly cluster: Cluster
  readonly topics: Topics
  readonly partitions: Partitions
  readonly storage: Storage
  readonly brokerId: number
  readonly config: BrokerConfig
}

export class Groups {
  readonly #options: GroupsOptions
  readonly #machineConfig: GroupConfig
  /** By index of the offsets partition; a partition that is led anew gets a new machine. */
  readonly #shells = new Map<number, { readonly partition: Partition; readonly shell: GroupShell }>()
  /** A producer's offset commits and markers in one partition, one after another: a marker ends all that came before it. */
  readonly #turns = new Turns<string>()
  #topics: { readonly version: number; readonly view: TopicsView } | undefined

  constructor(options: GroupsOptions) {
    this.#options = options
    this.#machineConfig = machineConfigOf(options.config)
  }

  /** The id of the broker that coordinates a group. Creates the offsets topic for the first group of all. */
  async coordinatorOf(groupId: string): Promise<number | Unavailable> {
    const topic = await this.#offsetsTopic()
    if ('error' in topic) return topic
    const { leader } = topic.partitions[groupPartition(groupId, topic.partitions.length)] ?? { leader: -1 }
    return leader === -1 ? notAvailable : leader
  }

  /** Whether members of the protocol are let in. */
  serves(protocol: 'classic' | 'consumer'): boolean {
    return this.#options.config['group.coordinator.rebalance.protocols'].includes(protocol)
  }

  /** What is in force for a consumer group: within the broker's bounds, which may be narrower than when the group's were set. */
  settingsOf(groupId: string, config: BrokerConfig): ConsumerGroupSettings {
    const { cluster } = this.#options
    const resolved = resolveGroupConfig(configsOf(cluster.state, 'GROUP', groupId), config)
    return {
      sessionTimeoutMs: within(
        resolved['consumer.session.timeout.ms'],
        config['group.consumer.min.session.timeout.ms'],
        config['group.consumer.max.session.timeout.ms'],
      ),
      heartbeatIntervalMs: within(
        resolved['consumer.heartbeat.interval.ms'],
        config['group.consumer.min.heartbeat.interval.ms'],
        config['group.consumer.max.heartbeat.interval.ms'],
      ),
      assignmentIntervalMs: within(
        resolved['consumer.assignment.interval.ms'],
        config['group.consumer.min.assignment.interval.ms'],
        config['group.consumer.max.assignment.interval.ms'],
      ),
    }
  }

  /** Puts a request to the machine of its group. Before the first await, where the machine is loaded. */
  submit<T extends GroupRequest['type']>(
    groupId: string,
    request: RequestOf<T>,
    gone?: AbortSignal,
  ): Promise<Submitted<GroupResults[T]>> {
    const topic = this.#options.cluster.topic(CONSUMER_OFFSETS)
    const shell =
      topic === undefined ? undefined : this.#shell(groupPartition(groupId, visiblePartitions(topic).length))
    if (shell === undefined) return Promise.resolve({ ok: false, ...notHere })
    if (needsTopics(shell, request.type)) this.#tellTopics(shell)
    const command = (to: number) => ({ ...request, to }) as unknown as GroupCommand
    const waiting =
      gone === undefined
        ? undefined
        : { gone, abandoned: (to: number) => ({ type: 'abandoned', groupId, request: to }) as const }
    return shell.submit(command, waiting) as Promise<Submitted<GroupResults[T]>>
  }

  /** Commits offsets in a transaction, once the coordinator has said that their partition is part of it. */
  async commitInTransaction(
    request: Omit<TxnOffsetCommit, 'to'>,
    coordinatorOf: (partition: number) => Coordinator,
  ): Promise<Submitted<OffsetCommitResult>> {
    const found = this.#find(this.partitionOf(request.groupId))
    if (found === undefined) return { ok: false, ...notHere }
    const { shell, partition } = found
    const failure = await shell.load()
    if (failure !== undefined) return { ok: false, ...failure }
    const { state } = partition
    if (state === undefined) return { ok: false, ...notHere }
    const { producerId, producerEpoch } = request
    const { index } = partition.identity
    const asking = { producerId, producerEpoch, baseSequence: -1, lastOffsetDelta: 0 }
    return partition.gate.pass(state, asking, coordinatorOf(index), (refusal) =>
      this.#turns.take(`${index} ${producerId}`, async () => {
        if (refusal !== undefined) return { ok: false, ...refusal }
        if (partition.state !== state) return { ok: false, ...notHere }
        const error = decideAdmission(state, producerId, producerEpoch)
        if (error !== undefined) return { ok: false, error, message: 'The offsets are not part of the transaction.' }
        return shell.submit((to) => ({ ...request, to })) as Promise<Submitted<OffsetCommitResult>>
      }),
    )
  }

  /** Ends a producer's transaction in a partition of offsets, unless it has ended there already. Resolves when that is stored. */
  async writeMarker(index: number, marker: Marker): Promise<MarkerResult> {
    const found = this.#find(index)
    if (found === undefined) return notHere
    const { shell, partition } = found
    const failure = await shell.load()
    if (failure !== undefined) return failure
    return this.#turns.take(`${index} ${marker.producerId}`, async () => {
      const { state } = partition
      if (state === undefined) return notHere
      if (decideMarker(state.producers, marker).kind !== 'WRITE') return partition.writeMarker(marker)
      const { producerId, producerEpoch, committed, coordinatorEpoch } = marker
      const command = { type: 'endOffsetsTransaction', producerId, producerEpoch, committed, coordinatorEpoch } as const
      const submitted = await shell.submit((to) => ({ ...command, to }))
      return submitted.ok ? { error: 'NONE' } : submitted
    })
  }

  /** The partition of `__consumer_offsets` that a group belongs to; 0 where that topic is not there yet. */
  partitionOf(groupId: string): number {
    const topic = this.#options.cluster.topic(CONSUMER_OFFSETS)
    return topic === undefined ? 0 : groupPartition(groupId, visiblePartitions(topic).length)
  }

  #find(index: number): { readonly shell: GroupShell; readonly partition: Partition } | undefined {
    const { cluster, partitions } = this.#options
    const shell = this.#shell(index)
    const partition = partitions.get(cluster.topic(CONSUMER_OFFSETS)?.id ?? '', index)
    return shell === undefined || partition === undefined ? undefined : { shell, partition }
  }

  /** Puts a request to the machines of all partitions that are led here. */
  async submitToAll<T extends GroupRequest['type']>(
    request: RequestOf<T>,
  ): Promise<readonly Submitted<GroupResults[T]>[]> {
    const submitted = this.#allShells().map((shell) =>
      shell.submit((to) => ({ ...request, to }) as unknown as GroupCommand),
    )
    return (await Promise.all(submitted)) as readonly Submitted<GroupResults[T]>[]
  }

  /** Drops the offsets that groups committed for a deleted topic. */
  async forgetTopic(topic: { readonly topicId: string; readonly name: string }): Promise<void> {
    await Promise.all(this.#allShells().map((shell) => shell.post({ type: 'topicsDeleted', topics: [topic] })))
  }

  /** Machines learn of topics when a request comes that needs them: clusters without consumer groups pay nothing for it. */
  #tellTopics(shell: GroupShell): void {
    const topics = this.#topicsNow()
    if (shell.state?.volatile.topics !== topics) void shell.post({ type: 'topicsChanged', topics })
  }

  /** The same object as long as metadata is the same. */
  #topicsNow(): TopicsView {
    const { cluster } = this.#options
    const { version } = cluster
    if (this.#topics?.version !== version) this.#topics = { version, view: viewOf([...cluster.state.topics.values()]) }
    return this.#topics.view
  }

  #allShells(): GroupShell[] {
    const topic = this.#options.cluster.topic(CONSUMER_OFFSETS)
    return (topic === undefined ? [] : visiblePartitions(topic)).flatMap(({ index }) => this.#shell(index) ?? [])
  }

  #shell(index: number): GroupShell | undefined {
    const { cluster, partitions, storage } = this.#options
    const partition = partitions.get(cluster.topic(CONSUMER_OFFSETS)?.id ?? '', index)
    if (partition === undefined) return undefined
    const known = this.#shells.get(index)
    if (known?.partition === partition) return known.shell
    const shell: GroupShell = new MachineShell({
      machine: groupMachine(this.#machineConfig),
      codec: groupCodec,
      partition,
      storage,
      tick: () => ({ type: 'tick' }),
      loaded: () => ({ type: 'loaded' }),
    })
    this.#shells.set(index, { partition, shell })
    return shell
  }

  async #offsetsTopic(): Promise<Topic | Unavailable> {
    const { cluster, topics, config } = this.#options
    const failure = await topics.ensure(CONSUMER_OFFSETS, {
      numPartitions: config['offsets.topic.num.partitions'],
      configs: [
        { name: 'cleanup.policy', value: 'compact' },
        { name: 'compression.type', value: 'producer' },
        { name: 'segment.bytes', value: String(config['offsets.topic.segment.bytes']) },
      ],
    })
    return cluster.topic(CONSUMER_OFFSETS) ?? failure ?? notAvailable
  }
}

const within = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max)

/** Classic groups do not care which topics there are. */
const needsTopics = ({ state }: GroupShell, type: GroupRequest['type']): boolean =>
  type === 'consumerGroupHeartbeat' || state === undefined || state.consumers.size > 0

const viewOf = (topics: readonly Topic[]): TopicsView =>
  topicsView(
    topics.flatMap((topic) => {
      const partitions = visiblePartitions(topic).length
      return partitions === 0 ? [] : [{ topicId: topic.id, name: topic.name, partitions }]
    }),
  )

const notAvailable: Unavailable = {
  error: 'COORDINATOR_NOT_AVAILABLE',
  message: 'The topic of committed offsets is not there yet.',
}

const notHere: Unavailable = { error: 'NOT_COORDINATOR', message: 'This broker does not coordinate the group.' }

const MINUTE_MS = 60_000

const machineConfigOf = (config: BrokerConfig): GroupConfig => ({
  minSessionTimeoutMs: config['group.min.session.timeout.ms'],
  maxSessionTimeoutMs: config['group.max.session.timeout.ms'],
  initialRebalanceDelayMs: config['group.initial.rebalance.delay.ms'],
  maxSize: config['group.max.size'],
  consumerMaxSize: config['group.consumer.max.size'],
  consumerSessionTimeoutMs: config['group.consumer.session.timeout.ms'],
  consumerAssignors: config['group.consumer.assignors'],
  migrationPolicy: config['group.consumer.migration.policy'],
  offsetMetadataMaxBytes: config['offset.metadata.max.bytes'],
  offsetsRetentionMs: config['offsets.retention.minutes'] * MINUTE_MS,
  offsetsRetentionCheckIntervalMs: config['offsets.retention.check.interval.ms'],
  maxMessageBytes: config['message.max.bytes'],
})
