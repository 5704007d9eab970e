// Brokers and stores that are broken on purpose, one mistake each. The simulation is worth what it says only if it finds
// every one of them out.
import type { MemoryDisk } from '@jackdaw/adapter-memory'
import { emptyPartitionLog, encodeSnapshot } from '@jackdaw/core'
import type { Entry, LogId, LogStore, Outcome } from '@jackdaw/ports'
import {
  type ConsumerGroupHeartbeatResponse,
  type CreateTopicsResponse,
  encodeAssignment,
  type FetchResponse,
  type HeartbeatResponse,
  type MetadataResponse,
  type OffsetCommitResponse,
  type OffsetFetchResponse,
  type ProduceResponse,
  type SyncGroupResponse,
} from '@jackdaw/protocol'
import type { RunOptions } from './run-seed.ts'
import { TRANSACTION_MUTANTS } from './transaction-mutants.ts'

export interface Mutant {
  /** The mistake. */
  readonly name: string
  /** Laws of which each is a right answer to it. */
  readonly breaks: readonly string[]
  /** Made anew for each run: a mutant may remember things. */
  readonly make: () => Pick<RunOptions, 'wrapStore' | 'tamper'>
}

type Write = { readonly log: LogId; readonly entries: readonly Entry[] }

const isClients = (log: LogId): boolean => /^t\d/.test(log.name)

const appended = ({ entries }: Write): Outcome => ({ kind: 'APPENDED', next: entries.at(-1)!.next })

/** A store that makes something else of the outcome of an append to a client's log. */
const outcomes = (change: (outcome: Promise<Outcome>, write: Write, disk: MemoryDisk) => Promise<Outcome>) => ({
  wrapStore: (store: LogStore, disk: MemoryDisk): LogStore => ({
    ...store,
    append: (writes) =>
      store
        .append(writes)
        .map((outcome, i) => (isClients(writes[i]!.log) ? change(outcome, writes[i]!, disk) : outcome)),
  }),
})

/** A broker that answers one API wrongly. */
const answers = <Response>(api: string, change: (response: Response) => Response) => ({
  tamper: (name: string, body: object): object => (name === api ? (change(body as Response) as object) : body),
})

/** A store without an arbiter: what does not fit is made to fit, and what stood there is gone. */
const overwrite = ({ log, entries }: Write, disk: MemoryDisk): void => {
  const stored = disk.logs.get(log.id)
  if (stored === undefined || entries[0]!.at > stored.next) return
  stored.unsynced = []
  disk.rollBack(log, entries[0]!.at)
  for (const { at, next, time, bytes } of entries) {
    const whole = Buffer.concat(bytes)
    stored.entries.push({ at, next, time, bytes: [whole], size: whole.length })
    stored.next = next
  }
}

const STORES: readonly Mutant[] = [
  {
    name: 'acknowledges before it is durable',
    breaks: ['nothing is lost', 'offsets are consistent', 'nothing is read too early'],
    make: () => outcomes((_, write) => Promise.resolve(appended(write))),
  },
  {
    name: 'takes an unknown outcome for success',
    breaks: ['nothing is lost', 'offsets are consistent', 'nothing is read too early'],
    make: () => outcomes((outcome, write) => outcome.then((one) => (one.kind === 'UNKNOWN' ? appended(write) : one))),
  },
  {
    name: 'lets an append of a former opening overwrite the log',
    breaks: ['nothing is lost', 'offsets are consistent', 'the high watermark is current', 'offsets are contiguous'],
    make: () => {
      const former: { write: Write; at: number }[] = []
      return outcomes(async (outcome, write, disk) => {
        const zombie = former.find((one) => one.write.log.id === write.log.id && one.at < disk.clock.monotonic() - 1500)
        if (zombie) {
          former.splice(former.indexOf(zombie), 1)
          overwrite(zombie.write, disk)
        }
        const one = await outcome
        if (one.kind === 'UNKNOWN') former.push({ write, at: disk.clock.monotonic() })
        return one
      })
    },
  },
  {
    name: 'forgets producers at every open',
    breaks: ['nothing is there twice', 'nothing impossible happens', 'order is kept'],
    make: () => ({
      wrapStore: (store) => ({
        ...store,
        open: async (logs) =>
          (await store.open(logs)).map((one, i) => {
            if (one.kind !== 'OPENED' || !isClients(logs[i]!.log)) return one
            const bytes = encodeSnapshot(emptyPartitionLog(one.next, logs[i]!.epoch))
            return { ...one, snapshot: { at: one.next, bytes } }
          }),
      }),
    }),
  },
  {
    name: 'drops one append in forty and says that it landed',
    breaks: ['nothing is lost', 'offsets are consistent', 'nothing is read too early'],
    make: () => {
      let count = 0
      return {
        wrapStore: (store) => ({
          ...store,
          append: (writes) =>
            writes.flatMap((write) => {
              const drop = isClients(write.log) && ++count % 40 === 0
              return drop ? [Promise.resolve(appended(write))] : store.append([write])
            }),
        }),
      }
    },
  },
]

const BROKERS: readonly Mutant[] = [
  {
    name: 'answers a produce with the next offset',
    breaks: ['offsets are consistent', 'nothing is lost'],
    make: () =>
      answers<ProduceResponse>('Produce', ({ responses, ...rest }) => ({
        ...rest,
        responses: responses.map((topic) => ({
          ...topic,
          partitionResponses: topic.partitionResponses.map((one) => ({ ...one, baseOffset: one.baseOffset + 1 })),
        })),
      })),
  },
  {
    name: 'tells a high watermark that is one too high',
    breaks: ['nothing is read too early'],
    make: () =>
      answers<FetchResponse>('Fetch', ({ responses, ...rest }) => ({
        ...rest,
        responses: responses.map((topic) => ({
          ...topic,
          partitions: topic.partitions.map((one) => ({ ...one, highWatermark: one.highWatermark + 1 })),
        })),
      })),
  },
  {
    name: 'hands every partition to every member',
    breaks: ['partitions have one owner', "assignments are the leader's"],
    make: () =>
      answers<SyncGroupResponse>('SyncGroup', (response) => ({
        ...response,
        assignment:
          response.errorCode === 0
            ? encodeAssignment({ assignedPartitions: [{ topic: 't0', partitions: [0] }] })
            : response.assignment,
      })),
  },
  {
    name: 'hands what one member of the consumer protocol has to the next one too',
    breaks: ['partitions have one owner in an epoch'],
    make: () => {
      let last: ConsumerGroupHeartbeatResponse['assignment'] = null
      return answers<ConsumerGroupHeartbeatResponse>('ConsumerGroupHeartbeat', (response) => {
        const { assignment } = response
        if (assignment === null) return response
        const before = last
        last = assignment.topicPartitions.length > 0 ? assignment : last
        return { ...response, assignment: assignment.topicPartitions.length === 0 ? before : assignment }
      })
    },
  },
  {
    name: 'tells members of the consumer protocol an epoch from before',
    breaks: ['member epochs go up'],
    make: () => {
      let count = 0
      return answers<ConsumerGroupHeartbeatResponse>('ConsumerGroupHeartbeat', (response) =>
        response.memberEpoch > 1 && ++count % 5 === 0
          ? { ...response, memberEpoch: response.memberEpoch - 1 }
          : response,
      )
    },
  },
  {
    name: 'lets every heartbeat pass',
    breaks: ['old generations are fenced', 'everyone makes progress'],
    make: () => answers<HeartbeatResponse>('Heartbeat', (response) => ({ ...response, errorCode: 0 })),
  },
  {
    name: 'acknowledges every commit',
    breaks: ['old generations are fenced', 'committed offsets are the last ones committed'],
    make: () =>
      answers<OffsetCommitResponse>('OffsetCommit', ({ topics, ...rest }) => ({
        ...rest,
        topics: topics.map((topic) => ({
          ...topic,
          partitions: topic.partitions.map((one) => ({ ...one, errorCode: 0 })),
        })),
      })),
  },
  {
    name: 'tells of no committed offset where it should say that it does not know',
    breaks: ['committed offsets are the last ones committed'],
    make: () => {
      let count = 0
      return answers<OffsetFetchResponse>('OffsetFetch', (response) => {
        if (++count % 5 !== 0) return response
        const forget = <P extends { readonly committedOffset: number; readonly metadata: string | null }>(
          one: P,
        ): P => ({
          ...one,
          committedOffset: -1,
          metadata: '',
        })
        const topics = response.topics.map((topic) => ({ ...topic, partitions: topic.partitions.map(forget) }))
        const groups = response.groups.map((group) => ({
          ...group,
          topics: group.topics.map((topic) => ({ ...topic, partitions: topic.partitions.map(forget) })),
        }))
        return { ...response, topics, groups }
      })
    },
  },
  {
    name: 'calls a topic unknown now and then',
    breaks: ['created topics are there'],
    make: () => {
      let count = 0
      return answers<MetadataResponse>('Metadata', ({ topics, ...rest }) => ({
        ...rest,
        topics: topics.map((topic) => (++count % 7 === 0 ? { ...topic, errorCode: 3, partitions: [] } : topic)),
      }))
    },
  },
  {
    name: 'says that it created a topic when it did not',
    breaks: ['created topics are there', 'topic ids are unique'],
    make: () =>
      answers<CreateTopicsResponse>('CreateTopics', ({ topics, ...rest }) => ({
        ...rest,
        topics: topics.map((topic) => ({ ...topic, errorCode: 0 })),
      })),
  },
]

export const MUTANTS: readonly Mutant[] = [...STORES, ...BROKERS, ...TRANSACTION_MUTANTS]
