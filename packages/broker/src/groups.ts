// The group coordinator of this broker: one machine for each partition of `__consumer_offsets` that it leads. A group belongs
// to the partition that its id hashes to.

import { groupCodec, groupMachine, groupPartition, visiblePartitions } from '@jackdaw/core'
import type {
  GroupCommand,
  GroupConfig,
  GroupRec,
  GroupRequest,
  GroupResult,
  GroupResults,
  GroupsState,
  Topic,
} from '@jackdaw/core'
import type { BrokerConfig } from '@jackdaw/config'

import type { Cluster } from './cluster.ts'
import { CONSUMER_OFFSETS } from './internal-topics.ts'
import { MachineShell, type Submitted } from './runtime/machine-shell.ts'
import type { Partition } from './runtime/partition.ts'
import type { Partitions } from './runtime/partitions.ts'
import type { Storage } from './runtime/storage.ts'
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
    const command = (to: number) => ({ ...request, to }) as unknown as GroupCommand
    const waiting =
      gone === undefined
        ? undefined
        : { gone, abandoned: (to: number) => ({ type: 'abandoned', groupId, request: to }) as const }
    return shell.submit(command, waiting) as Promise<Submitted<GroupResults[T]>>
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
  offsetMetadataMaxBytes: config['offset.metadata.max.bytes'],
  offsetsRetentionMs: config['offsets.retention.minutes'] * MINUTE_MS,
  offsetsRetentionCheckIntervalMs: config['offsets.retention.check.interval.ms'],
  maxMessageBytes: config['message.max.bytes'],
})
