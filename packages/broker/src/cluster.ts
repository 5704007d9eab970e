// Cluster metadata on this broker: the machine over `__cluster_metadata`, and the work that its state owes to the storage.
// Whoever changes topics here is answered when clients can see the change.

import type { BrokerConfigLayers } from '@jackdaw/config'
import {
  clusterCodec,
  clusterMachine,
  configsOf,
  topicNamed,
  visiblePartitions,
  type BrokerRegistration,
  type ClusterCommand,
  type ClusterEffect,
  type ClusterRec,
  type ClusterReply,
  type ClusterRules,
  type ClusterState,
  type GrownTopic,
  type NewTopic,
  type Topic,
  type TopicResult,
} from '@jackdaw/core'
import { ZERO_UUID } from '@jackdaw/protocol'

import { MachineShell, type Submitted } from './runtime/machine-shell.ts'
import { Partition } from './runtime/partition.ts'
import { logOf, type Partitions } from './runtime/partitions.ts'
import type { Storage } from './runtime/storage.ts'
import type { Unavailable } from './runtime/unavailable.ts'

/** Kafka's own id for the metadata topic. */
export const METADATA_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'
export const METADATA_TOPIC = '__cluster_metadata'

type Reply<T extends ClusterReply['type']> = Extract<ClusterReply, { type: T }>
type TopicCommand = (
  to: number,
) => Extract<ClusterCommand, { type: 'createTopics' | 'createPartitions' | 'deleteTopics' }>

const RETRY_MS = 500

export interface ClusterOptions {
  readonly storage: Storage
  readonly partitions: Partitions
  readonly brokerId: number
  /** The term of this broker's hold of the controller's role. */
  readonly term: number
  readonly rules: ClusterRules
  /** Called when metadata will never be served here again: another controller has taken over, or the log is gone. */
  readonly onOver: () => void
  /** Makes coordinators forget a deleted topic; resolves when that is durable. */
  readonly forgetTopic: (topic: { readonly topicId: string; readonly name: string }) => Promise<void>
}

/** Ends the requests that were in the middle of something when metadata was lost: their clients ask again. */
export class MetadataGone extends Error {
  override readonly name = 'MetadataGone'
}

export class Cluster {
  readonly #options: ClusterOptions
  readonly #shell: MachineShell<ClusterState, ClusterCommand, ClusterRec, ClusterReply, ClusterEffect>
  readonly #partition: Partition
  /** Effects under way, by topic id. */
  readonly #performing = new Map<string, Promise<void>>()
  /** Who waits for the logs of a topic. */
  #storing: { readonly topicId: string; readonly resolve: () => void }[] = []
  #reloading: Promise<void> | undefined

  constructor(options: ClusterOptions) {
    this.#options = options
    const log = logOf(METADATA_TOPIC_ID, METADATA_TOPIC, 0)
    const identity = { topicId: METADATA_TOPIC_ID, topicName: METADATA_TOPIC, index: 0, log, leaderEpoch: options.term }
    this.#partition = new Partition(identity, options.storage)
    this.#shell = new MachineShell({
      machine: clusterMachine(options.rules),
      codec: clusterCodec,
      partition: this.#partition,
      storage: options.storage,
      perform: (effects) => this.#perform(effects),
      onDropped: () => {
        this.#reloading ??= this.#reload()
      },
    })
  }

  /** What has been applied. Throws {@link MetadataGone} where `loading` is set. */
  get state(): Readonly<ClusterState> {
    const { state } = this.#shell
    if (state === undefined)
      throw new MetadataGone('Cluster metadata lost its log while a request was being worked on.')
    return state
  }

  /** Set while metadata is read again after its log was lost: whoever needs metadata waits for it. */
  get loading(): Promise<void> | undefined {
    return this.#reloading
  }

  async #reload(): Promise<void> {
    const { log, clock } = this.#options.storage
    while (!this.#partition.isOver) {
      const failure = await this.#shell.load()
      if (failure === undefined) break
      log.warn({ failure }, 'cluster metadata could not be read again yet')
      await new Promise<void>((resolve) => {
        clock.after(RETRY_MS, resolve)
      })
    }
    if (this.#partition.isOver) this.#options.onOver()
    else this.#reloading = undefined
  }

  /** Loads the metadata log (creating it in an empty store), registers this broker and leads what is its to lead. */
  async open(clusterId: string, broker: BrokerRegistration): Promise<void> {
    const { storage, partitions } = this.#options
    await storage.store.create([{ log: this.#partition.identity.log }])
    ok(await this.#shell.submit((to) => ({ type: 'foundCluster', to, clusterId })))
    ok(await this.#shell.submit((to) => ({ type: 'registerBroker', to, broker })))
    const led = [...this.state.topics.values()].flatMap((topic) => partitions.lead(topic, broker.id))
    await storage.openAll(led.map(({ identity }) => ({ log: identity.log, epoch: identity.leaderEpoch })))
  }

  /** Goes up with every change. */
  get version(): number {
    return this.#partition.state?.end ?? 0
  }

  /** How far the metadata log has come. */
  get log(): { readonly leaderEpoch: number; readonly highWatermark: number; readonly logEndOffset: number } {
    const { leaderEpoch = this.#options.term, durable = 0, end = 0 } = this.#partition.state ?? {}
    return { leaderEpoch, highWatermark: durable, logEndOffset: end }
  }

  /** Where the settings of this broker come from. */
  get configLayers(): BrokerConfigLayers {
    return {
      dynamicBroker: configsOf(this.state, 'BROKER', String(this.#options.brokerId)),
      dynamicDefault: configsOf(this.state, 'BROKER', ''),
      static: this.#options.rules.staticConfigs,
    }
  }

  topic(name: string): Topic | undefined {
    const topic = topicNamed(this.state, name)
    return topic !== undefined && visiblePartitions(topic).length > 0 ? topic : undefined
  }

  topicById(id: string): Topic | undefined {
    const topic = this.state.topics.get(id)
    return topic !== undefined && visiblePartitions(topic).length > 0 ? topic : undefined
  }

  async createTopics(topics: readonly NewTopic[], validateOnly: boolean): Promise<readonly TopicResult[]> {
    return this.#changeTopics(topics, (to) => ({ type: 'createTopics', to, topics, validateOnly }))
  }

  async createPartitions(topics: readonly GrownTopic[], validateOnly: boolean): Promise<readonly TopicResult[]> {
    const named = topics.map(({ name }) => ({ name, id: ZERO_UUID }))
    return this.#changeTopics(named, (to) => ({ type: 'createPartitions', to, topics, validateOnly }))
  }

  async deleteTopics(topics: readonly { name: string | null; id: string }[]): Promise<readonly TopicResult[]> {
    return this.#changeTopics(topics, (to) => ({ type: 'deleteTopics', to, topics }))
  }

  /** Answers when what was created can be used. */
  async #changeTopics(
    asked: readonly { readonly name: string | null; readonly id: string }[],
    command: TopicCommand,
  ): Promise<readonly TopicResult[]> {
    const submitted = await this.#shell.submit(command)
    if (!submitted.ok) return asked.map((topic) => refused(topic, submitted))
    const { topics } = submitted.response as Reply<'topics'>
    await Promise.all(topics.map(({ id }) => this.#whenStored(id)))
    return topics
  }

  /** Resolves when clients can see all of the topic, or it is gone. */
  #whenStored(topicId: string): Promise<void> {
    if (this.#isStored(topicId)) return Promise.resolve()
    return new Promise((resolve) => this.#storing.push({ topicId, resolve }))
  }

  #isStored(topicId: string): boolean {
    const { state } = this.#shell
    return state !== undefined && (state.topics.get(topicId)?.partitions.every(({ stored }) => stored) ?? true)
  }

  #tellStored(): void {
    const storing = this.#storing
    this.#storing = storing.filter(({ topicId }) => !this.#isStored(topicId))
    for (const { topicId, resolve } of storing) if (this.#isStored(topicId)) resolve()
  }

  async submit<T extends ClusterReply['type']>(command: (to: number) => ClusterCommand): Promise<Submitted<Reply<T>>> {
    return (await this.#shell.submit(command)) as Submitted<Reply<T>>
  }

  async close(): Promise<void> {
    await this.#partition.rest()
    this.#partition.close({ error: 'BROKER_NOT_AVAILABLE', message: 'The broker is shutting down.' })
  }

  #perform(effects: Iterable<ClusterEffect>): void {
    this.#tellStored()
    for (const effect of effects) {
      if (effect.type === 'removeLogs') this.#options.partitions.drop(effect.topicId, topicDeleted(effect.name))
      if (this.#performing.has(effect.topicId)) continue
      const work = (effect.type === 'createLogs' ? this.#createLogs(effect) : this.#removeLogs(effect)).finally(() => {
        this.#performing.delete(effect.topicId)
      })
      this.#performing.set(effect.topicId, work)
    }
  }

  async #createLogs({ topicId, name, partitions }: Extract<ClusterEffect, { type: 'createLogs' }>): Promise<void> {
    const { storage, brokerId } = this.#options
    const logs = partitions.map((index) => ({ log: logOf(topicId, name, index) }))
    await this.#untilDone(name, 'created', () => storage.store.create(logs))
    const stored = await this.#shell.submit((to) => ({ type: 'logsStored', to, topics: [{ topicId, partitions }] }))
    const topic = stored.ok ? this.#shell.state?.topics.get(topicId) : undefined
    if (topic !== undefined) this.#options.partitions.lead(topic, brokerId)
    this.#tellStored()
  }

  async #removeLogs({ topicId, name, partitions }: Extract<ClusterEffect, { type: 'removeLogs' }>): Promise<void> {
    const { storage, forgetTopic } = this.#options
    await forgetTopic({ topicId, name })
    await this.#untilDone(name, 'removed', () =>
      storage.store.remove(Array.from({ length: partitions }, (_, index) => logOf(topicId, name, index))),
    )
    await this.#shell.submit((to) => ({ type: 'logsRemoved', to, topicIds: [topicId] }))
  }

  /** Tries until the storage has done it: what is owed stays owed. */
  async #untilDone(topic: string, what: string, work: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#options.storage
    for (;;) {
      try {
        return await work()
      } catch (cause) {
        log.warn({ topic, cause }, `the logs of a topic could not be ${what} yet`)
        await new Promise<void>((resolve) => {
          clock.after(RETRY_MS, resolve)
        })
      }
    }
  }
}

const topicDeleted = (name: string): Unavailable => ({
  error: 'UNKNOWN_TOPIC_OR_PARTITION',
  message: `Topic '${name}' was deleted.`,
})

const refused = ({ name, id }: { name: string | null; id: string }, { error, message }: Unavailable): TopicResult => ({
  name,
  id,
  error,
  message,
  numPartitions: -1,
  replicationFactor: -1,
})

const ok = (submitted: Submitted<ClusterReply>): void => {
  if (!submitted.ok) throw new Error(`Cluster metadata cannot be opened: ${submitted.message}`)
}
