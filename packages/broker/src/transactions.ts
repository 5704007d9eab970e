// The transaction coordinator of this broker: one machine for each partition of `__transaction_state` that it leads. A
// transactional id belongs to the partition that it hashes to.

import { groupPartition, transactionCodec, transactionMachine, visiblePartitions } from '@jackdaw/core'
import type {
  EndTransaction,
  InitProducerId,
  ProducerIdResult,
  Topic,
  TransactionCommand,
  TransactionConfig,
  TransactionReply,
  TransactionRequest,
  TransactionResults,
  TransactionsRec,
  TransactionsState,
  WriteMarkers,
} from '@jackdaw/core'
import type { BrokerConfig } from '@jackdaw/config'

import type { Cluster } from './cluster.ts'
import { TRANSACTION_STATE } from './internal-topics.ts'
import type { ProducerIds } from './producer-ids.ts'
import { MachineShell, type Submitted } from './runtime/machine-shell.ts'
import type { Partition } from './runtime/partition.ts'
import type { Partitions } from './runtime/partitions.ts'
import type { Storage } from './runtime/storage.ts'
import type { Unavailable } from './runtime/unavailable.ts'
import type { TransactionMarkers } from './transaction-markers.ts'
import type { Topics } from './topics.ts'

type Shell = MachineShell<TransactionsState, TransactionCommand, TransactionsRec, TransactionReply, WriteMarkers>
type RequestOf<T extends TransactionRequest['type']> = Omit<Extract<TransactionRequest, { type: T }>, 'to'>
type WithProducerId = Omit<InitProducerId, 'to' | 'newProducerId'> | Omit<EndTransaction, 'to' | 'newProducerId'>

export interface TransactionsOptions {
  readonly cluster: Cluster
  readonly topics: Topics
  readonly partitions: Partitions
  readonly storage: Storage
  readonly producerIds: ProducerIds
  readonly markers: TransactionMarkers
  readonly config: BrokerConfig
}

const RELOAD_MS = 500

export class Transactions {
  readonly #options: TransactionsOptions
  readonly #machineConfig: TransactionConfig
  /** By index of the partition; a partition that is led anew gets a new machine. */
  readonly #shells = new Map<number, { readonly partition: Partition; readonly shell: Shell }>()
  #closed = false

  constructor(options: TransactionsOptions) {
    this.#options = options
    this.#machineConfig = {
      maxTimeoutMs: options.config['transaction.max.timeout.ms'],
      idExpirationMs: options.config['transactional.id.expiration.ms'],
    }
  }

  /** Loads every coordinator, so that what was under way when the broker stopped goes on without being asked for. */
  open(): void {
    for (const index of this.#indexes()) {
      const shell = this.#shell(index)
      if (shell !== undefined) void this.#load(shell)
    }
  }

  close(): void {
    this.#closed = true
    this.#options.markers.close()
  }

  /** The id of the broker that coordinates a transactional id. Creates the topic of transactions for the first of all. */
  async coordinatorOf(transactionalId: string): Promise<number | Unavailable> {
    const topic = await this.#stateTopic()
    if ('error' in topic) return topic
    const { leader } = topic.partitions[groupPartition(transactionalId, topic.partitions.length)] ?? { leader: -1 }
    return leader === -1 ? notAvailable : leader
  }

  /** Puts a request to the machine of its transactional id. */
  submit<T extends TransactionRequest['type']>(
    transactionalId: string,
    request: RequestOf<T>,
  ): Promise<Submitted<TransactionResults[T]>> {
    const shell = this.#shell(groupPartition(transactionalId, this.#indexes().length))
    if (shell === undefined) return Promise.resolve({ ok: false, ...notHere })
    const command = (to: number) => ({ ...request, to }) as unknown as TransactionCommand
    return shell.submit(command) as Promise<Submitted<TransactionResults[T]>>
  }

  /** Puts a request that may need a fresh producer id; most do not, so it is asked for only then. */
  async submitWithProducerId(request: WithProducerId): Promise<Submitted<ProducerIdResult>> {
    const ask = (newProducerId: number | null): Promise<Submitted<ProducerIdResult>> =>
      this.submit(request.transactionalId, { ...request, newProducerId } as RequestOf<'initProducerId'>)
    const first = await ask(null)
    if (!first.ok || !first.response.needsProducerId) return first
    const producerId = await this.#options.producerIds.next()
    return typeof producerId === 'number' ? ask(producerId) : { ok: false, ...producerId }
  }

  /** Puts a request to the machines of all partitions that are led here. */
  async submitToAll<T extends TransactionRequest['type']>(
    request: RequestOf<T>,
  ): Promise<readonly Submitted<TransactionResults[T]>[]> {
    const shells = this.#indexes().flatMap((index) => this.#shell(index) ?? [])
    const submitted = shells.map((shell) => shell.submit((to) => ({ ...request, to }) as unknown as TransactionCommand))
    return (await Promise.all(submitted)) as readonly Submitted<TransactionResults[T]>[]
  }

  #indexes(): readonly number[] {
    const topic = this.#options.cluster.topic(TRANSACTION_STATE)
    return topic === undefined ? [] : visiblePartitions(topic).map(({ index }) => index)
  }

  #shell(index: number): Shell | undefined {
    const { cluster, partitions, storage, markers } = this.#options
    const partition = partitions.get(cluster.topic(TRANSACTION_STATE)?.id ?? '', index)
    if (partition === undefined) return undefined
    const known = this.#shells.get(index)
    if (known?.partition === partition) return known.shell
    const shell: Shell = new MachineShell({
      machine: transactionMachine(this.#machineConfig),
      codec: transactionCodec,
      partition,
      storage,
      tick: () => ({ type: 'tick' }),
      loaded: () => ({ type: 'loaded' }),
      performsUnsettled: true,
      perform: (effects, durable) => {
        for (const effect of effects) {
          if (effect.decidedAt >= durable) continue
          const { transactionalId, producerId, producerEpoch } = effect
          const told = { type: 'markersWritten', transactionalId, producerId, producerEpoch } as const
          markers.write(effect, partition.identity.leaderEpoch, () => shell.post(told))
        }
      },
      onDropped: () => void this.#load(shell),
    })
    this.#shells.set(index, { partition, shell })
    return shell
  }

  /** Tries until it is loaded: open transactions have to be aborted in time whether or not anybody asks. */
  async #load(shell: Shell): Promise<void> {
    const { clock, log } = this.#options.storage
    while (!this.#closed && !shell.isOver) {
      const failure = await shell.load()
      if (failure === undefined) return
      log.warn({ failure }, 'a transaction coordinator could not be loaded yet')
      await new Promise<void>((resolve) => {
        clock.after(RELOAD_MS, resolve)
      })
    }
  }

  async #stateTopic(): Promise<Topic | Unavailable> {
    const { cluster, topics, config } = this.#options
    const failure = await topics.ensure(TRANSACTION_STATE, {
      numPartitions: config['transaction.state.log.num.partitions'],
      configs: [
        { name: 'cleanup.policy', value: 'compact' },
        { name: 'compression.type', value: 'uncompressed' },
        { name: 'segment.bytes', value: String(config['transaction.state.log.segment.bytes']) },
      ],
    })
    return cluster.topic(TRANSACTION_STATE) ?? failure ?? notAvailable
  }
}

const notAvailable: Unavailable = {
  error: 'COORDINATOR_NOT_AVAILABLE',
  message: 'The topic of transactions is not there yet.',
}

const notHere: Unavailable = {
  error: 'NOT_COORDINATOR',
  message: 'This broker does not coordinate the transactional id.',
}
