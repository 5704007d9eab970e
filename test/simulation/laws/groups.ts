// Groups: in each generation every partition has one owner, everybody is told what the leader said, generations go up, and a
// member of an old generation can neither learn an assignment nor commit once a newer one was handed out.
import { type Evidence, type Law, type Op, type Violation } from '../history.ts'

type Synced = Op<'sync'> & { readonly result: NonNullable<Op<'sync'>['result']> }

const syncedOf = ({ history }: Evidence): readonly Synced[] =>
  history.of('sync').filter((op): op is Synced => op.result?.error === 'NONE')

const generationOf = (op: Synced): string => `${op.args.group} generation ${op.args.generation}`

/** At most one owner for each partition in each generation. */
export const partitionsHaveOneOwner: Law = (evidence) => {
  const owners = new Map<string, string>()
  return syncedOf(evidence).flatMap((op) =>
    op.result.partitions.flatMap((partition): Violation[] => {
      const place = `${generationOf(op)}: ${partition}`
      const owner = owners.get(place)
      owners.set(place, owner ?? op.args.member)
      if (owner === undefined || owner === op.args.member) return []
      return [{ law: 'partitions have one owner', detail: `${place} belongs to ${owner} and to ${op.args.member}` }]
    }),
  )
}

/** What a member is given is what a leader of that generation handed in for it, and nothing else. */
export const assignmentsAreTheLeaders: Law = (evidence) => {
  const handedIn = Map.groupBy(
    evidence.history.of('sync').filter((op) => Object.keys(op.args.assignments).length > 0),
    (op) => `${op.args.group} generation ${op.args.generation}`,
  )
  return syncedOf(evidence).flatMap((op): Violation[] => {
    const said = (handedIn.get(generationOf(op)) ?? []).filter((leader) => leader.sent < op.done)
    const given = JSON.stringify(op.result.partitions)
    if (said.some((leader) => JSON.stringify(leader.args.assignments[op.args.member] ?? []) === given)) return []
    return [
      {
        law: "assignments are the leader's",
        detail: `${generationOf(op)}: ${op.args.member} was given ${given} at ${op.done}`,
      },
    ]
  })
}

/** The members of a generation agree on its leader and its protocol, and there is one of each. */
export const generationsAreAgreed: Law = (evidence) => {
  const synced = new Set(syncedOf(evidence).map((op) => `${generationOf(op)} ${op.args.member}`))
  const known = new Map<string, string>()
  return evidence.history.of('join').flatMap((op): Violation[] => {
    if (op.result?.error !== 'NONE') return []
    const name = `${op.args.group} generation ${op.result.generation}`
    // One that was never handed out may be numbered again after a crash: nothing of it was durable.
    if (!synced.has(`${name} ${op.result.member}`)) return []
    const said = `leader ${op.result.leader}, protocol ${op.result.protocol}`
    const before = known.get(name)
    known.set(name, before ?? said)
    return before === undefined || before === said
      ? []
      : [{ law: 'generations are agreed', detail: `${name}: ${before}, and ${said}` }]
  })
}

/** The newest generation of a group that anybody was known to have been given before a place in the log. */
const newestBefore = (evidence: Evidence): ((group: string, place: number) => number) => {
  const groups = new Map<string, { readonly from: number; readonly generation: number }[]>()
  for (const op of syncedOf(evidence).toSorted((a, b) => a.done - b.done)) {
    const steps = groups.get(op.args.group) ?? []
    groups.set(op.args.group, steps)
    if (op.args.generation > (steps.at(-1)?.generation ?? -1))
      steps.push({ from: op.done, generation: op.args.generation })
  }
  return (group, place) => groups.get(group)?.findLast(({ from }) => from < place)?.generation ?? -1
}

/** Once a generation was handed out, an older one is not: generations go up. */
export const generationsGoUp: Law = (evidence) => {
  const newest = newestBefore(evidence)
  return syncedOf(evidence).flatMap((op): Violation[] => {
    const known = newest(op.args.group, op.sent)
    if (op.args.generation >= known) return []
    return [
      {
        law: 'generations go up',
        detail: `${generationOf(op)} was handed out at ${op.done}, after generation ${known}`,
      },
    ]
  })
}

/** A commit of an old generation is refused once a newer one was handed out; so is its heartbeat. */
export const oldGenerationsAreFenced: Law = (evidence) => {
  const newest = newestBefore(evidence)
  const late = (op: Op<'commit'> | Op<'heartbeat'>, accepted: boolean): Violation[] => {
    const known = newest(op.args.group, op.sent)
    if (!accepted || op.args.generation < 0 || op.args.generation >= known) return []
    const detail = `${op.args.group}: the ${op.f} ${op.sent} of ${op.args.member} in generation ${op.args.generation} passed after generation ${known}`
    return [{ law: 'old generations are fenced', detail }]
  }
  return [
    ...evidence.history
      .of('commit')
      .flatMap((op) => late(op, op.result?.some(({ error }) => error === 'NONE') ?? false)),
    ...evidence.history.of('heartbeat').flatMap((op) => late(op, op.result?.error === 'NONE')),
  ]
}

export const groupLaws: readonly Law[] = [
  partitionsHaveOneOwner,
  assignmentsAreTheLeaders,
  generationsAreAgreed,
  generationsGoUp,
  oldGenerationsAreFenced,
]
