// A broker, put together: roles, storage, metadata, coordinators, and at last the listeners. Closing goes the other way.

import type { BrokerConfig } from '@jackdaw/config'
import { FetchSessions, type BrokerRegistration } from '@jackdaw/core'
import type { Clock, Coordination, Hold, LogStore, Random } from '@jackdaw/ports'
import type { Network } from '@jackdaw/transport'

import { ClientQuotas } from './client-quotas.ts'
import { Cluster } from './cluster.ts'
import { connectionLimits, quotaWindows } from './connections/limits.ts'
import { Listeners, type ListenerAddress } from './connections/listeners.ts'
import { Router } from './connections/router.ts'
import { Groups } from './groups.ts'
import { handlers } from './handlers/index.ts'
import { LiveConfig } from './live-config.ts'
import type { Logger } from './log.ts'
import { ProducerIds } from './producer-ids.ts'
import { producerTidying, repeatedly, retention } from './chores.ts'
import { Partitions } from './runtime/partitions.ts'
import { Storage } from './runtime/storage.ts'
import type { Services } from './services.ts'
import { TopicConfigs } from './topic-configs.ts'
import { Topics } from './topics.ts'
import { TransactionMarkers } from './transaction-markers.ts'
import { TransactionMembers } from './transaction-members.ts'
import { Transactions } from './transactions.ts'

export interface BrokerOptions {
  readonly config: BrokerConfig
  /** The settings as they were given, for DescribeConfigs. */
  readonly staticConfigs?: ReadonlyMap<string, string>
  readonly store: LogStore
  readonly coordination: Coordination
  readonly network: Network
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export interface Broker {
  readonly nodeId: number
  readonly clusterId: string
  /** Where clients reach it. */
  readonly listeners: readonly ListenerAddress[]
  /** Aborts when it has lost a role under which it answers, or cluster metadata. It answers nothing from then on: close it. */
  readonly lost: AbortSignal
  /** Stops taking requests, lets what was accepted reach the storage, and gives its roles up. The store stays open. */
  close(): Promise<void>
}

/** Rejects where an address cannot be bound or cluster metadata cannot be read. */
export const startBroker = async (options: BrokerOptions): Promise<Broker> => {
  const { config, store, clock, random, log, network } = options
  const brokerId = config['node.id']
  const roles = await holdRoles(options.coordination, brokerId)
  const over = new AbortController()
  let inForce = () => config
  let addressRate: (address: string) => number = () => Infinity
  const listeners = new Listeners({
    network,
    ...connectionLimits(
      () => inForce(),
      (address) => addressRate(address),
    ),
    clock,
    log,
  })
  try {
    const advertised = advertisedOf(config, await bindAll(listeners, config))
    const storage = new Storage({
      store,
      clock,
      log,
      tailCacheBytes: TAIL_CACHE_BYTES,
      leads: () => stillHeld(roles, clock),
    })
    const services = makeServices(options, storage, roles.controller.term, advertised, () => over.abort())
    inForce = () => services.config
    addressRate = (address) => services.quotas.connectionRate(address)
    await services.cluster.open(newClusterId(random), registrationOf(brokerId, config, advertised, random))
    services.transactions.open()
    const chores = [retention(services), producerTidying(services)].map((chore) => repeatedly(chore, clock, log))
    listeners.serve(new Router(handlers, services))
    return {
      nodeId: brokerId,
      clusterId: services.cluster.state.clusterId,
      listeners: advertised,
      lost: AbortSignal.any([roles.broker.lost, roles.controller.lost, over.signal]),
      close: async () => {
        for (const stop of chores) stop()
        services.transactions.close()
        await listeners.close()
        await Promise.all([...services.partitions.all()].map((partition) => partition.rest()))
        await services.cluster.close()
        await Promise.all([roles.controller.release(), roles.broker.release()])
      },
    }
  } catch (error) {
    await listeners.close()
    await Promise.all([roles.controller.release(), roles.broker.release()])
    throw error
  }
}

/** Logs that the storage holds beside those of partitions. */
const METADATA_LOGS = 1

const TAIL_CACHE_BYTES = 64 * 1024 * 1024

interface Roles {
  readonly broker: Hold
  readonly controller: Hold
}

const holdRoles = async (coordination: Coordination, brokerId: number): Promise<Roles> => {
  const holder = new TextEncoder().encode(String(brokerId))
  const { signal } = new AbortController()
  const broker = await coordination.elect(`broker/${brokerId}`, holder, signal)
  const controller = await coordination.elect('controller', holder, signal)
  return { broker, controller }
}

const stillHeld = ({ broker, controller }: Roles, clock: Clock): boolean => {
  const now = clock.monotonic()
  return now < broker.validUntil() && now < controller.validUntil()
}

const makeServices = (
  { config, staticConfigs = new Map(), clock, random, log }: BrokerOptions,
  storage: Storage,
  term: number,
  advertised: readonly ListenerAddress[],
  onOver: () => void,
): Services => {
  const brokerId = config['node.id']
  const partitions = new Partitions(storage)
  const cluster: Cluster = new Cluster({
    storage,
    partitions,
    brokerId,
    term,
    rules: { broker: config, staticConfigs, maxLogs: storage.store.supports.maxLogs - METADATA_LOGS },
    forgetTopic: (topic) => groups.forgetTopic(topic),
    onOver,
  })
  const topics = new Topics({ cluster, partitions, brokerId, random })
  const groups: Groups = new Groups({ cluster, topics, partitions, storage, brokerId, config })
  const live = new LiveConfig(config, cluster)
  const topicConfigs = new TopicConfigs(cluster, live)
  const producerIds = new ProducerIds(cluster)
  const slots = config['max.incremental.fetch.session.cache.slots']
  const fetchSessions: Services['fetchSessions'] = new FetchSessions(slots, () => newSessionId(random))
  const markers = new TransactionMarkers({ cluster, partitions, groups, clock, log })
  const transactions = new Transactions({ cluster, topics, partitions, storage, producerIds, markers, config })
  const verifies = (): boolean => live.current['transaction.partition.verification.enable']
  return {
    get config() {
      return live.current
    },
    brokerId,
    advertised,
    cluster,
    topics,
    topicConfigs,
    partitions,
    storage,
    groups,
    transactions,
    transactionMarkers: markers,
    transactionMembers: new TransactionMembers({ transactions, markers, clock, verifies }),
    producerIds,
    quotas: new ClientQuotas(cluster, quotaWindows(config), clock),
    fetchSessions,
    clock,
    random,
    log,
  }
}

const registrationOf = (
  brokerId: number,
  config: BrokerConfig,
  advertised: readonly ListenerAddress[],
  random: Random,
): BrokerRegistration => ({
  id: brokerId,
  incarnation: Buffer.from(random.bytes(16)).toString('base64url'),
  endpoints: advertised.map(({ name, host, port }) => ({ listener: name, host, port })),
  rack: config['broker.rack'],
})

/** From 1 to 2^31 - 1. */
const newSessionId = (random: Random): number => Buffer.from(random.bytes(4)).readUInt32BE() & 0x7fff_ffff || 1

const newClusterId = (random: Random): string => Buffer.from(random.bytes(16)).toString('base64url')

const bindAll = async (listeners: Listeners, config: BrokerConfig): Promise<readonly ListenerAddress[]> => {
  const bound: ListenerAddress[] = []
  for (const address of config.listeners) bound.push(await listeners.bind(address))
  return bound
}

/** What clients are told: `advertised.listeners`, else what is listened on; port 0 becomes the port that was bound. */
const advertisedOf = (config: BrokerConfig, bound: readonly ListenerAddress[]): readonly ListenerAddress[] =>
  bound.map(({ name, port }, index) => {
    const listened = config.listeners[index] as ListenerAddress
    const told = config['advertised.listeners']?.find((one) => one.name === name) ?? listened
    return { name, host: told.host === '' ? 'localhost' : told.host, port: told.port === 0 ? port : told.port }
  })
