// Groups of the consumer protocol: in one epoch a partition is in the hands of one member, the epochs of a member go up, and who
// has lost a partition to another cannot commit for it any more.
import { type Evidence, type Law, nameOf, type Violation } from '../history.ts'

/** What a member was told of itself: by a heartbeat, or by a sync where it speaks the classic protocol in such a group. */
interface Told {
  readonly group: string
  readonly member: string
  /** A static member is its instance, whatever id it goes by. */
  readonly identity: string
  readonly epoch: number
  /** Null: as before. */
  readonly partitions: readonly string[] | null
  readonly sent: number
  readonly done: number
}

/** In the order in which they were told. */
const answered = ({ history }: Evidence): readonly Told[] => {
  const beats = history.of('consumerHeartbeat').flatMap(({ args, result, sent, done }): Told[] => {
    if (result?.error !== 'NONE' || result.epoch <= 0) return []
    const identity = args.instance === undefined ? result.member : `instance ${args.instance}`
    return [{ ...result, group: args.group, identity, sent, done }]
  })
  const groups = new Set(history.of('consumerHeartbeat').map(({ args }) => args.group))
  const syncs = history.of('sync').flatMap(({ args, result, sent, done }): Told[] => {
    if (result?.error !== 'NONE' || !groups.has(args.group)) return []
    const { group, member, generation } = args
    return [{ group, member, identity: member, epoch: generation, partitions: result.partitions, sent, done }]
  })
  return [...beats, ...syncs].toSorted((a, b) => a.done - b.done)
}

/** At most one owner for each partition in each epoch, as members were told. */
export const partitionsHaveOneOwnerInAnEpoch: Law = (evidence) => {
  const owners = new Map<string, string>()
  const held = new Map<string, readonly string[]>()
  return answered(evidence).flatMap(({ group, member, identity, epoch, ...told }) => {
    const process = `${group} ${member}`
    const partitions = told.partitions ?? held.get(process) ?? []
    held.set(process, partitions)
    return partitions.flatMap((partition): Violation[] => {
      const place = `${group} epoch ${epoch}: ${partition}`
      const owner = owners.get(place) ?? identity
      owners.set(place, owner)
      if (owner === identity) return []
      const detail = `${place} belongs to ${owner} and to ${identity}`
      return [{ law: 'partitions have one owner in an epoch', detail }]
    })
  })
}

/** What a member is told of its epoch only grows, from one answer to the next. */
export const memberEpochsGoUp: Law = (evidence) => {
  const known = new Map<string, Told>()
  return answered(evidence).flatMap((told): Violation[] => {
    const process = `${told.group} ${told.member}`
    const before = known.get(process)
    known.set(process, told)
    if (before === undefined || before.done > told.sent || before.epoch <= told.epoch) return []
    const detail = `${process} was told epoch ${told.epoch} at ${told.done}, after ${before.epoch}`
    return [{ law: 'member epochs go up', detail }]
  })
}

/** A commit with an epoch from before the one in which another member was given the partition. */
export const whoLostAPartitionCannotCommit: Law = (evidence) => {
  const given = new Map<string, { readonly done: number; readonly epoch: number; readonly process: string }[]>()
  for (const { group, member, epoch, partitions, done } of answered(evidence)) {
    for (const partition of partitions ?? []) {
      const place = `${group} ${partition}`
      given.set(place, [...(given.get(place) ?? []), { done, epoch, process: member }])
    }
  }
  return evidence.history.of('commit').flatMap((op) =>
    (op.result ?? []).flatMap((answer): Violation[] => {
      const { group, member, generation } = op.args
      if (answer.error !== 'NONE' || generation < 0) return []
      const lost = given
        .get(`${group} ${nameOf(answer)}`)
        ?.find(({ done, epoch, process }) => done < op.sent && epoch > generation && process !== member)
      if (lost === undefined) return []
      const detail = `${group}: the commit ${op.sent} of ${member} in epoch ${generation} for ${nameOf(answer)} passed after ${lost.process} had it in epoch ${lost.epoch}`
      return [{ law: 'who lost a partition cannot commit', detail }]
    }),
  )
}

export const consumerGroupLaws: readonly Law[] = [
  partitionsHaveOneOwnerInAnEpoch,
  memberEpochsGoUp,
  whoLostAPartitionCannotCommit,
]
