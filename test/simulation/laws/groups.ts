// Groups: in each generation every partition has one owner, everybody is told what the leader said, generations go up, and a
// member of an old generation can neither learn an assignment nor commit once a newer one was handed out.
import { type Evidence, type Law, type Op, type Violation } from '../history.ts'

type Ok<F extends 'join' | 'sync'> = Op<F> & { readonly result: NonNullable<Op<F>['result']> }
type Synced = Ok<'sync'>

const isOk = <F extends 'join' | 'sync'>(op: Op, f: F): op is Op & Ok<F> =>
  op.f === f && (op as Op<F>).result?.error === 'NONE'

/** Of groups in which nobody speaks the consumer protocol: where somebody does, the broker assigns, and epochs take turns. */
const syncedOf = (evidence: Evidence): readonly Synced[] => {
  const others = brokerAssigned(evidence)
  return evidence.history.of('sync').filter((op): op is Synced => isOk(op, 'sync') && !others.has(op.args.group))
}

const brokerAssigned = ({ history }: Evidence): ReadonlySet<string> =>
  new Set(history.of('consumerHeartbeat').map(({ args }) => args.group))

const generationOf = (op: Synced): string => `${op.args.group} generation ${op.args.generation}`

/**
 * Who a member is: a static one is its instance, whatever id it goes by. When it comes back within a generation it takes over
 * what it had, and its former id is fenced.
 */
const identitiesOf = ({ history }: Evidence): ((member: string) => string) => {
  const instances = new Set(history.of('join').flatMap(({ args }) => args.instance ?? []))
  return (member) => {
    // A static member's id is its instance id and something random; nobody but the leader may ever have been told it.
    const instance = [...instances].find((one) => member.startsWith(`${one}-`))
    return instance === undefined ? member : `instance ${instance}`
  }
}

/** At most one owner for each partition in each generation. */
export const partitionsHaveOneOwner: Law = (evidence) => {
  const identity = identitiesOf(evidence)
  const owners = new Map<string, string>()
  return syncedOf(evidence).flatMap((op) =>
    op.result.partitions.flatMap((partition): Violation[] => {
      const place = `${generationOf(op)}: ${partition}`
      const mine = identity(op.args.member)
      const owner = owners.get(place) ?? mine
      owners.set(place, owner)
      return owner === mine
        ? []
        : [{ law: 'partitions have one owner', detail: `${place} belongs to ${owner} and to ${mine}` }]
    }),
  )
}

/** What a member is given is what a leader of that generation handed in for it, and nothing else. */
export const assignmentsAreTheLeaders: Law = (evidence) => {
  const identity = identitiesOf(evidence)
  const handedIn = new Map<string, { readonly sent: number; readonly share: string }[]>()
  const key = ({ args }: Op<'sync'>, member: string) =>
    `${args.group} generation ${args.generation}: ${identity(member)}`
  for (const op of evidence.history.of('sync')) {
    for (const [member, partitions] of Object.entries(op.args.assignments)) {
      const shares = handedIn.get(key(op, member)) ?? []
      handedIn.set(key(op, member), [...shares, { sent: op.sent, share: JSON.stringify(partitions) }])
    }
  }
  return syncedOf(evidence).flatMap((op): Violation[] => {
    const given = JSON.stringify(op.result.partitions)
    const said = handedIn.get(key(op, op.args.member)) ?? []
    if (said.some(({ sent, share }) => sent < op.done && share === given)) return []
    return [
      { law: "assignments are the leader's", detail: `${key(op, op.args.member)} was given ${given} at ${op.done}` },
    ]
  })
}

/**
 * Those who got their share of a generation agree on its leader and its protocol. What counts is the join that each came by:
 * a generation that was never handed out may be numbered again after a crash, for nothing of it was durable.
 */
export const generationsAreAgreed: Law = (evidence) => {
  const identity = identitiesOf(evidence)
  const joined = new Map<string, string>()
  const known = new Map<string, string>()
  const others = brokerAssigned(evidence)
  return evidence.history.ops.flatMap((op): Violation[] => {
    if (isOk(op, 'join')) {
      const { member, generation, leader, protocol } = op.result
      joined.set(
        `${op.args.group} generation ${generation} ${member}`,
        `leader ${identity(leader)}, protocol ${protocol}`,
      )
    }
    if (!isOk(op, 'sync') || others.has(op.args.group)) return []
    const said = joined.get(`${generationOf(op)} ${op.args.member}`)
    const before = known.get(generationOf(op)) ?? said
    if (said !== undefined) known.set(generationOf(op), before!)
    return before === said
      ? []
      : [{ law: 'generations are agreed', detail: `${generationOf(op)}: ${before}, and ${said}` }]
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

/** A static member's former id is fenced once its successor was let in. */
export const formerInstancesAreFenced: Law = (evidence) => {
  const law = 'former instances are fenced'
  const joins = evidence.history.of('join').filter((op) => op.args.instance !== undefined && isOk(op, 'join'))
  const successor = (group: string, instance: string, place: number) =>
    joins.findLast((join) => join.args.group === group && join.args.instance === instance && join.done < place)?.result
      ?.member
  const former = (op: Op<'commit'> | Op<'heartbeat'>, passed: boolean): Violation[] => {
    const { group, member, instance } = op.args
    if (!passed || instance === undefined) return []
    const known = successor(group, instance, op.sent) ?? member
    return known === member
      ? []
      : [{ law, detail: `${group}: the ${op.f} ${op.sent} of ${member} passed after ${known} had taken over` }]
  }
  return [
    ...evidence.history
      .of('commit')
      .flatMap((op) => former(op, op.result?.some(({ error }) => error === 'NONE') ?? false)),
    ...evidence.history.of('heartbeat').flatMap((op) => former(op, op.result?.error === 'NONE')),
  ]
}

export const groupLaws: readonly Law[] = [
  partitionsHaveOneOwner,
  assignmentsAreTheLeaders,
  generationsAreAgreed,
  generationsGoUp,
  oldGenerationsAreFenced,
  formerInstancesAreFenced,
]
