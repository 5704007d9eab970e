// Rare states that the simulation has to reach, each in some run of a suite: a point that nobody reaches any more says that
// the laws are no longer asked there. Found in the history alone, so that the code under test knows nothing of them.
import { type Evidence, nameOf, type Note, type Op, type Operation } from './history.ts'
import { TRANSACTION_POINTS } from './sometimes-transactions.ts'

/** A history with what the points ask for most. */
export class Look {
  readonly evidence: Evidence
  readonly #ops = new Map<string, readonly Op[]>()
  readonly #notes: ReadonlyMap<string, readonly Note[]>

  constructor(evidence: Evidence) {
    this.evidence = evidence
    this.#notes = Map.groupBy(evidence.history.notes, ({ what }) => what)
  }

  of<F extends Operation>(f: F): readonly Op<F>[] {
    if (!this.#ops.has(f)) this.#ops.set(f, this.evidence.history.of(f) as unknown as readonly Op[])
    return this.#ops.get(f) as unknown as readonly Op<F>[]
  }

  notes(what: string): readonly Note[] {
    return this.#notes.get(what) ?? []
  }

  /** A note of this kind whose data hold all of `data`. */
  noted(what: string, data: Readonly<Record<string, unknown>> = {}): boolean {
    return this.notes(what).some((note) =>
      Object.entries(data).every(([name, value]) => (note.data as Record<string, unknown>)[name] === value),
    )
  }

  /** An answer of this operation that names the error, at the top or for a partition. */
  answered(f: Operation, error: string): boolean {
    return this.of(f).some(({ result }) =>
      [result ?? []].flat().some((one) => (one as { error?: string }).error === error),
    )
  }

  batches(): readonly Attempted[] {
    const attempts = this.of('produce').flatMap((op) =>
      op.args.batches.map((batch) => {
        const answer = op.result?.find((one) => nameOf(one) === nameOf(batch))
        return {
          ...batch,
          op,
          acked: answer?.error === 'NONE',
          refused: answer !== undefined && answer.error !== 'NONE',
          offset: answer?.offset ?? -1,
        }
      }),
    )
    return attempts
  }

  /** How often a value stands on the disk. */
  timesOnDisk(value: number): number {
    return this.evidence.logs.reduce((sum, log) => sum + log.records.filter(([, one]) => one === value).length, 0)
  }
}

interface Attempted {
  readonly batch: number
  readonly topic: string
  readonly partition: number
  readonly values: readonly number[]
  readonly sequence?: number
  readonly op: Op<'produce'>
  readonly acked: boolean
  readonly refused: boolean
  readonly offset: number
}

const silent = (op: Op): boolean => op.result === undefined

/** Batches that nobody knew the fate of at their first attempt. */
const doubtful = (look: Look): readonly Attempted[] =>
  look.batches().filter(({ op, acked }) => !acked && op.args.acks !== 0)

const neverAcked = (look: Look): readonly Attempted[] => {
  const acked = new Set(look.batches().flatMap((one) => (one.acked ? [one.batch] : [])))
  return doubtful(look).filter(({ batch }) => !acked.has(batch))
}

/** The same batch acknowledged below a high watermark that had been told before it was sent again. */
const answeredAsDuplicate = (look: Look): boolean => {
  const first = new Map<number, number>()
  const told = look
    .of('fetch')
    .flatMap(({ done, result }) => (result ?? []).map((one) => ({ name: nameOf(one), done, end: one.highWatermark })))
  return look.batches().some((one) => {
    const before = first.get(one.batch)
    first.set(one.batch, before ?? one.op.sent)
    if (before === undefined || !one.acked || one.sequence === undefined) return false
    return told.some(({ name, done, end }) => name === nameOf(one) && done < one.op.sent && end > one.offset)
  })
}

const syncedMembers = (look: Look): ReadonlyMap<string, ReadonlySet<string>> => {
  const members = new Map<string, Set<string>>()
  for (const { args, result } of look.of('sync')) {
    if (result?.error !== 'NONE') continue
    const name = `${args.group} ${args.generation}`
    members.set(name, (members.get(name) ?? new Set()).add(args.member))
  }
  return members
}

const generationOfSize = (look: Look, size: number): boolean =>
  [...syncedMembers(look).values()].some((members) => members.size >= size)

/** Something acknowledged before the broker was killed and confirmed after it was up again. */
const across = (look: Look, before: readonly number[], after: readonly number[]): boolean =>
  look
    .notes('killed')
    .some(({ index }) => before.some((place) => place < index) && after.some((place) => place > index))

const sharedEpoch = (look: Look, size: number): boolean => {
  const members = new Map<string, Set<string>>()
  for (const { args, result } of look.of('consumerHeartbeat')) {
    if (result?.error !== 'NONE' || !result.partitions?.length) continue
    const epoch = `${args.group} ${result.epoch}`
    members.set(epoch, (members.get(epoch) ?? new Set()).add(result.member))
  }
  return [...members.values()].some((all) => all.size >= size)
}

const survivingGeneration = (look: Look): boolean =>
  look.of('heartbeat').some(({ args, result, sent }) => {
    if (result?.error !== 'NONE') return false
    const synced = look
      .of('sync')
      .filter(
        (op) => op.args.member === args.member && op.args.generation === args.generation && op.result?.error === 'NONE',
      )
    return across(look, synced.map(({ done }) => done), [sent]) // prettier-ignore
  })

const survivingCommit = (look: Look): boolean => {
  const committed = new Map(
    look.of('commit').flatMap(({ args, done }) => args.offsets.map(({ tag }) => [tag, done] as const)),
  )
  return look.of('committed').some(({ result, sent }) => {
    const done = (result ?? []).flatMap(({ tag }) => committed.get(tag) ?? [])
    return across(look, done, [sent])
  })
}

const commitsInDoubt = (look: Look, kept: boolean): boolean => {
  const seen = new Set(look.of('committed').flatMap(({ result }) => (result ?? []).map(({ tag }) => tag)))
  return look.of('commit').some((op) => silent(op) && op.args.offsets.some(({ tag }) => seen.has(tag) === kept))
}

/** A topic's creation or deletion that was never answered, and what Metadata said afterwards. */
const topicInDoubt = (look: Look, f: 'createTopic' | 'deleteTopic', there: boolean): boolean =>
  look.of(f).some((op) => {
    if (!silent(op)) return false
    const next = look.of('metadata').find((seen) => seen.sent > op.sent && seen.result !== undefined)
    const topic = next?.result?.find(({ name }) => name === op.args.topic)
    return topic !== undefined && (topic.error === 'NONE') === there
  })

const joinsDuringLoad = (look: Look): boolean => {
  const acked = look.of('produce').filter(({ result }) => result?.some(({ error }) => error === 'NONE'))
  return look.of('join').some(({ sent, done }) => acked.some((op) => op.sent > sent && op.done < done))
}

const staticReturns = (look: Look): boolean => {
  const known = new Map<string, string>()
  return look.of('join').some(({ args, result }) => {
    if (result?.error !== 'NONE' || args.instance === undefined) return false
    const generation = `${args.group} ${args.instance} ${result.generation}`
    const before = known.get(generation)
    known.set(generation, result.member)
    return before !== undefined && before !== result.member
  })
}

export const POINTS: Readonly<Record<string, (look: Look) => boolean>> = {
  ...TRANSACTION_POINTS,
  'a batch of unknown fate landed': (look) =>
    neverAcked(look).some(({ values, refused }) => !refused && look.timesOnDisk(values[0]!) > 0),
  'a batch of unknown fate did not land': (look) =>
    neverAcked(look).some(({ values, refused }) => !refused && look.timesOnDisk(values[0]!) === 0),
  'a batch was sent again and acknowledged': (look) => {
    const tried = new Set(doubtful(look).map(({ batch }) => batch))
    return look.batches().some(({ batch, acked }) => acked && tried.has(batch))
  },
  'a plain batch stands twice': (look) =>
    look.batches().some(({ sequence, values }) => sequence === undefined && look.timesOnDisk(values[0]!) > 1),
  'a duplicate was answered with its first offset': answeredAsDuplicate,
  'a sequence was out of order': (look) => look.answered('produce', 'OUT_OF_ORDER_SEQUENCE_NUMBER'),
  'a produce timed out in the broker': (look) => look.answered('produce', 'REQUEST_TIMED_OUT'),
  'a produce met a storage error': (look) => look.answered('produce', 'KAFKA_STORAGE_ERROR'),
  'a record without acknowledgement landed': (look) =>
    look.batches().some(({ op, values }) => op.args.acks === 0 && look.timesOnDisk(values[0]!) > 0),
  'a fetch waited and was woken by an append': (look) =>
    look.of('fetch').some(({ sent, done, result }) => {
      const read = new Set((result ?? []).flatMap(({ records }) => records.map(([, value]) => value)))
      return look.batches().some((one) => one.op.sent > sent && one.op.sent < done && read.has(one.values[0]!))
    }),
  'a fetch waited in vain': (look) =>
    look
      .of('fetch')
      .some(
        ({ result }) =>
          result !== undefined && result.every(({ records, error }) => error === 'NONE' && records.length === 0),
      ),
  'a fetch met a storage error': (look) => look.answered('fetch', 'KAFKA_STORAGE_ERROR'),
  'a producer asked for its id in vain': (look) =>
    look.of('initProducer').some(({ result }) => result?.error !== 'NONE'),

  'an append was delayed': (look) => look.noted('append fault', { kind: 'DELAYED' }),
  'an append never arrived': (look) => look.noted('append fault', { kind: 'REQUEST_LOST' }),
  'an append landed unheard': (look) => look.noted('append fault', { kind: 'REPLY_LOST' }),
  'an append was torn': (look) => look.noted('append fault', { kind: 'TORN' }),
  'an append came late': (look) => look.noted('append fault', { kind: 'LATE' }),
  'an append was refused for want of room': (look) => look.noted('append fault', { kind: 'FULL' }),
  'a sync failed': (look) => look.noted('append fault', { kind: 'SYNC_FAILED' }),
  'cluster metadata met a fault': (look) => look.noted('append fault', { log: '__cluster_metadata-0' }),
  'committed offsets met a fault': (look) =>
    look.notes('append fault').some(({ data }) => (data as { log: string }).log.startsWith('__consumer_offsets')),
  'an open went unheard': (look) => look.noted('call fault', { call: 'open', kind: 'REPLY_LOST' }),
  'a read failed': (look) => look.noted('call fault', { call: 'read', kind: 'REQUEST_LOST' }),
  'the storage was slow': (look) => look.noted('slow'),
  'the storage was full and had room again': (look) => look.noted('full') && look.noted('has room'),

  'the broker was killed with requests under way': (look) =>
    look
      .notes('killed')
      .some(({ index }) => look.of('produce').some((op) => silent(op) && op.sent < index && op.sent > index - 200)),
  'a power cut lost what was not synced': (look) =>
    look.notes('killed').some(({ data }) => (data as { lost: number }).lost > 0),
  'a power cut spared what was not synced': (look) =>
    look.notes('killed').some(({ data }) => (data as { spared: number }).spared > 0),
  'the broker was killed while it started': (look) => look.noted('killed', { state: 'starting' }),
  'the broker was killed while it was frozen': (look) => look.noted('killed', { state: 'frozen' }),
  'a start failed and the next one did not': (look) =>
    look.notes('start failed').some(({ index }) => look.notes('up').some((up) => up.index > index)),
  'the broker was frozen and thawed': (look) => look.noted('frozen') && look.noted('thawed'),
  'the broker started five times': (look) => look.notes('up').length >= 5,

  'a connection was cut with requests under way': (look) =>
    look
      .notes('closed')
      .some(
        ({ data }) =>
          (data as { lost: number; error: string }).lost > 0 && (data as { error: string }).error === 'ECONNRESET',
      ),
  'a connection was given up by the system': (look) => look.noted('closed', { error: 'ETIMEDOUT' }),
  'a client gave up': (look) => look.noted('gave up'),
  'a connection was refused': (look) => look.noted('not connected', { error: 'ECONNREFUSED' }),
  'a connection timed out': (look) => look.noted('not connected', { error: 'ETIMEDOUT' }),
  'a partition healed': (look) => look.noted('heal'),
  'a one-way partition': (look) => look.noted('partition', { oneWay: true }),

  'two members shared a generation': (look) => generationOfSize(look, 2),
  'four members shared a generation': (look) => generationOfSize(look, 4),
  'a group reached its tenth generation': (look) =>
    look.of('sync').some(({ args, result }) => args.generation >= 10 && result?.error === 'NONE'),
  'a member was told its id first': (look) => look.answered('join', 'MEMBER_ID_REQUIRED'),
  'a heartbeat told of a rebalance': (look) => look.answered('heartbeat', 'REBALANCE_IN_PROGRESS'),
  'a sync came too late': (look) =>
    look.of('sync').some(({ result }) => result !== undefined && result.error !== 'NONE'),
  'a commit of an old generation was refused': (look) => look.answered('commit', 'ILLEGAL_GENERATION'),
  'a commit of a forgotten member was refused': (look) => look.answered('commit', 'UNKNOWN_MEMBER_ID'),
  'a dozing member was dropped': (look) => look.noted('dozes') && look.answered('heartbeat', 'UNKNOWN_MEMBER_ID'),
  'a static member came back under a new id': staticReturns,
  'a former static member was fenced': (look) => look.answered('heartbeat', 'FENCED_INSTANCE_ID'),
  'a member left': (look) => look.answered('leave', 'NONE'),
  'a member crashed silently': (look) => look.noted('crashes', { silently: true }),
  'a group rebalanced under load': joinsDuringLoad,
  'a generation survived a restart of the broker': survivingGeneration,
  'a committed offset survived a restart of the broker': survivingCommit,
  'a commit of unknown fate was kept': (look) => commitsInDoubt(look, true),
  'a commit of unknown fate was not seen': (look) => commitsInDoubt(look, false),

  'two members of the consumer protocol shared a group': (look) => sharedEpoch(look, 2),
  'four members of the consumer protocol shared a group': (look) => sharedEpoch(look, 4),
  'a member of the consumer protocol had to give up partitions': (look) =>
    look
      .of('consumerHeartbeat')
      .some(({ args, result }) => args.owned?.some((name) => result?.partitions?.includes(name) === false)),
  'a member of the consumer protocol was forgotten': (look) => look.answered('consumerHeartbeat', 'UNKNOWN_MEMBER_ID'),
  'an instance of the consumer protocol was still in use': (look) =>
    look.answered('consumerHeartbeat', 'UNRELEASED_INSTANCE_ID'),
  'a static member of the consumer protocol came back': (look) => {
    const left = look
      .of('consumerHeartbeat')
      .filter(({ args, result }) => args.epoch === -2 && result?.error === 'NONE')
    return look
      .of('consumerHeartbeat')
      .some(
        ({ args, result, sent }) =>
          args.epoch === 0 &&
          (result?.partitions?.length ?? 0) > 0 &&
          left.some((op) => op.args.instance === args.instance && op.done < sent),
      )
  },
  'a member of the classic protocol was given partitions in a consumer group': (look) => {
    const brokerLed = look.of('join').filter(({ result }) => result?.error === 'NONE' && result.leader === '')
    const ids = new Set(brokerLed.map(({ result }) => `${result?.member} ${result?.generation}`))
    return look
      .of('sync')
      .some(({ args, result }) => result?.partitions.length && ids.has(`${args.member} ${args.generation}`))
  },
  'a group with members went back to the classic protocol': (look) => {
    const mixed = new Set(look.of('consumerHeartbeat').map(({ args }) => args.group))
    return look.of('join').some(({ args, result, sent }) => {
      if (!mixed.has(args.group) || result?.error !== 'NONE' || result.leader === '') return false
      return look.of('consumerHeartbeat').some((op) => op.args.group === args.group && op.done < sent)
    })
  },
  'a commit of an old epoch was refused': (look) => look.answered('commit', 'STALE_MEMBER_EPOCH'),

  'a topic was created again under its old name': (look) => {
    const created = look.of('createTopic').filter(({ result }) => result?.error === 'NONE')
    return new Set(created.map(({ args }) => args.topic)).size < created.length
  },
  'a topic was there already': (look) => look.answered('createTopic', 'TOPIC_ALREADY_EXISTS'),
  'a topic to delete was not there': (look) => look.answered('deleteTopic', 'UNKNOWN_TOPIC_OR_PARTITION'),
  'a creation of unknown fate took place': (look) => topicInDoubt(look, 'createTopic', true),
  'a creation of unknown fate did not take place': (look) => topicInDoubt(look, 'createTopic', false),
  'a deletion of unknown fate took place': (look) => topicInDoubt(look, 'deleteTopic', false),
  'a deletion of unknown fate did not take place': (look) => topicInDoubt(look, 'deleteTopic', true),
}

/** The points that a run reached. */
export const reachedBy = (evidence: Evidence): readonly string[] => {
  const look = new Look(evidence)
  return Object.entries(POINTS).flatMap(([point, reached]) => (reached(look) ? [point] : []))
}
