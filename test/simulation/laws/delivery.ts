// Records: none that was acknowledged is lost, none stands twice that may not, and nobody ever sees another log than the one
// that the disk holds in the end.
import {
  type Evidence,
  type FinalLog,
  type Law,
  nameOf,
  type Op,
  type PartitionRef,
  type SentBatch,
  type Violation,
} from '../history.ts'
import { isDefinite } from './definite.ts'

/** One attempt to append one batch. */
interface Attempt extends SentBatch {
  readonly op: Op<'produce'>
  readonly fate: 'acked' | 'refused' | 'unknown'
  readonly offset: number
}

const attemptsOf = ({ history }: Evidence): readonly Attempt[] =>
  history.of('produce').flatMap((op) =>
    op.args.batches.map((batch): Attempt => {
      const answer = op.result?.find((one) => nameOf(one) === nameOf(batch))
      const fate = answer?.error === 'NONE' ? 'acked' : isDefinite(answer?.error) ? 'refused' : 'unknown'
      return { ...batch, op, fate, offset: answer?.offset ?? -1 }
    }),
  )

const readsOf = ({ history }: Evidence) =>
  history.of('fetch').flatMap((op) =>
    (op.result ?? [])
      .filter((partition) => partition.error === 'NONE')
      .map((partition) => ({
        ...partition,
        op,
        from: op.args.partitions.find((asked) => nameOf(asked) === nameOf(partition))?.offset ?? Number.NaN,
      })),
  )

const groupBy = <T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy(items, key)

const logByName = (logs: readonly FinalLog[]): ReadonlyMap<string, FinalLog> =>
  new Map(logs.map((log) => [nameOf(log), log]))

/** offset -> value never changes: acknowledgements, reads and the disk agree. */
export const offsetsAreConsistent: Law = (evidence) => {
  const violations: Violation[] = []
  const known = new Map<string, number>()
  const learn = (at: PartitionRef, offset: number, value: number, from: string) => {
    const place = `${nameOf(at)}@${offset}`
    const before = known.get(place)
    if (before === undefined) known.set(place, value)
    else if (before !== value)
      violations.push({ law: 'offsets are consistent', detail: `${place} held ${before}, and ${from} says ${value}` })
  }
  for (const log of evidence.logs) for (const [offset, value] of log.records) learn(log, offset, value, 'the disk')
  for (const attempt of attemptsOf(evidence))
    if (attempt.fate === 'acked')
      attempt.values.forEach((value, i) => learn(attempt, attempt.offset + i, value, `the ack ${attempt.op.done}`))
  for (const read of readsOf(evidence))
    for (const [offset, value] of read.records) learn(read, offset, value, `the read ${read.op.done}`)
  return violations
}

/** Whatever was acknowledged or read is on the disk in the end, at that offset. */
export const nothingIsLost: Law = (evidence) => {
  const logs = logByName(evidence.logs)
  const held = new Map([...logs].map(([name, log]) => [name, new Map(log.records)]))
  const missing = (at: PartitionRef, offset: number, value: number) => {
    const log = logs.get(nameOf(at))
    return log !== undefined && offset >= log.start && held.get(nameOf(at))!.get(offset) !== value
  }
  const lost = (at: PartitionRef, offset: number, value: number, how: string): Violation[] =>
    missing(at, offset, value)
      ? [{ law: 'nothing is lost', detail: `${nameOf(at)}@${offset} = ${value} was ${how} and is not there` }]
      : []
  return [
    ...attemptsOf(evidence)
      .filter((attempt) => attempt.fate === 'acked')
      .flatMap((attempt) =>
        attempt.values.flatMap((value, i) =>
          lost(attempt, attempt.offset + i, value, `acknowledged at ${attempt.op.done}`),
        ),
      ),
    ...readsOf(evidence).flatMap((read) =>
      read.records.flatMap(([offset, value]) => lost(read, offset, value, `read at ${read.op.done}`)),
    ),
  ]
}

/** A value stands once; without idempotence at most as often as it was sent. One that was refused, or never sent, stands nowhere. */
export const nothingIsThereTwice: Law = (evidence) => {
  const law = 'nothing is there twice'
  const allowed = new Map<string, number>()
  for (const batch of groupBy(attemptsOf(evidence), (attempt) => `${attempt.batch}`).values()) {
    const landed = batch.filter((attempt) => attempt.fate !== 'refused').length
    const times = batch[0]!.sequence === undefined ? landed : Math.min(landed, 1)
    for (const value of batch[0]!.values) allowed.set(`${nameOf(batch[0]!)} ${value}`, times)
  }
  return evidence.logs.flatMap((log) => {
    const places = groupBy(log.records, ([, value]) => `${nameOf(log)} ${value}`)
    return [...places].flatMap(([name, records]): Violation[] => {
      const times = allowed.get(name) ?? 0
      if (records.length <= times) return []
      const at = records.map(([offset]) => offset).join(', ')
      return [{ law, detail: `${name} stands at ${at}, and could stand ${times} times` }]
    })
  })
}

/**
 * A producer's records stand in a partition in the order in which it sent them first. Without idempotence only what was
 * acknowledged counts: a batch that was given up may land behind its successors.
 */
export const orderIsKept: Law = (evidence) => {
  const acked = new Set(attemptsOf(evidence).flatMap(({ fate, values }) => (fate === 'acked' ? values : [])))
  const producers = new Map(
    attemptsOf(evidence).flatMap((attempt) => attempt.values.map((value) => [value, producerOf(attempt)] as const)),
  )
  return evidence.logs.flatMap((log) => {
    const newest = new Map<string, number>()
    const seen = new Set<number>()
    return log.records.flatMap(([offset, value]): Violation[] => {
      const producer = producers.get(value)
      if (producer === undefined || seen.has(value) || (!producer.idempotent && !acked.has(value))) return []
      seen.add(value)
      const before = newest.get(producer.name) ?? -1
      newest.set(producer.name, Math.max(before, value))
      return value > before
        ? []
        : [
            {
              law: 'order is kept',
              detail: `${nameOf(log)}@${offset}: ${producer.name}'s ${value} stands behind its ${before}`,
            },
          ]
    })
  })
}

const producerOf = ({ op, sequence }: Attempt): { readonly name: string; readonly idempotent: boolean } => {
  const { producer } = op.args
  const idempotent = sequence !== undefined && producer !== undefined
  return { name: idempotent ? `${op.who} ${producer.id}/${producer.epoch}` : op.who, idempotent }
}

/** No offset is skipped: on the disk, and in what a read returns from where it was asked to begin. */
export const offsetsAreContiguous: Law = (evidence) => {
  const gap = (name: string, offsets: readonly number[], from: number): Violation[] => {
    const index = offsets.findIndex((offset, i) => offset !== from + i)
    return index < 0
      ? []
      : [{ law: 'offsets are contiguous', detail: `${name}: ${offsets[index]} stands where ${from + index} should` }]
  }
  return [
    ...evidence.logs.flatMap((log) => {
      const offsets = log.records.map(([offset]) => offset)
      const end = log.start + offsets.length
      const short =
        end === log.next
          ? []
          : [{ law: 'offsets are contiguous', detail: `${nameOf(log)} ends at ${log.next}, its records at ${end}` }]
      return [...gap(`${nameOf(log)} on the disk`, offsets, log.start), ...short]
    }),
    ...readsOf(evidence).flatMap(
      (read) =>
      gap(`the read ${read.op.done} of ${nameOf(read)}`, read.records.map(([offset]) => offset), read.from), // prettier-ignore
    ),
  ]
}

/** A fetch stays below the high watermark it tells, and that lies within what the disk holds. */
export const nothingIsReadTooEarly: Law = (evidence) => {
  const logs = logByName(evidence.logs)
  return readsOf(evidence).flatMap((read): Violation[] => {
    const last = read.records.at(-1)?.[0] ?? -1
    const next = logs.get(nameOf(read))?.next ?? Infinity
    const law = 'nothing is read too early'
    if (last >= read.highWatermark)
      return [
        {
          law,
          detail: `the read ${read.op.done} of ${nameOf(read)} has ${last} and a high watermark of ${read.highWatermark}`,
        },
      ]
    if (read.highWatermark > next)
      return [
        {
          law,
          detail: `the read ${read.op.done} of ${nameOf(read)} told ${read.highWatermark}; the disk ends at ${next}`,
        },
      ]
    return []
  })
}

const LATEST = -1

/** Each time that a high watermark was told: by a fetch, or as the latest offset. */
const highWatermarksOf = (evidence: Evidence) => [
  ...readsOf(evidence).map(({ op, topic, partition, highWatermark }) => ({ topic, partition, op, end: highWatermark })),
  ...evidence.history.of('listOffsets').flatMap((op) =>
    (op.result ?? [])
      .filter(({ error }) => error === 'NONE')
      .filter((one) => op.args.partitions.some((asked) => asked.time === LATEST && nameOf(asked) === nameOf(one)))
      .map(({ topic, partition, offset }) => ({ topic, partition, op, end: offset })),
  ),
]

/** A high watermark covers what was acknowledged or told before it was asked for. */
export const highWatermarkIsCurrent: Law = (evidence) => {
  const told = highWatermarksOf(evidence)
  const learned = [
    ...told.map((one) => ({ name: nameOf(one), at: one.op.done, end: one.end })),
    ...attemptsOf(evidence)
      .filter(({ fate }) => fate === 'acked')
      .map((attempt) => ({ name: nameOf(attempt), at: attempt.op.done, end: attempt.offset + attempt.values.length })),
  ].toSorted((a, b) => a.at - b.at)
  const known = new Map<string, number>()
  let next = 0
  return told
    .toSorted((a, b) => a.op.sent - b.op.sent)
    .flatMap((one): Violation[] => {
      for (; next < learned.length && learned[next]!.at < one.op.sent; next++) {
        const { name, end } = learned[next]!
        known.set(name, Math.max(known.get(name) ?? 0, end))
      }
      const end = known.get(nameOf(one)) ?? 0
      if (one.end >= end) return []
      const detail = `${nameOf(one)}: ${one.op.f} ${one.op.done} told ${one.end} after ${end} had been told`
      return [{ law: 'the high watermark is current', detail }]
    })
}

export const deliveryLaws: readonly Law[] = [
  offsetsAreConsistent,
  nothingIsLost,
  nothingIsThereTwice,
  orderIsKept,
  offsetsAreContiguous,
  nothingIsReadTooEarly,
  highWatermarkIsCurrent,
]
