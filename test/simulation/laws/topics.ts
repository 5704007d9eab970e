// Topics: what was created is there for everybody who asks afterwards, under one id and with its partitions, until somebody
// asks to delete it; what was deleted is gone for good.
import type { Evidence, Law, Violation } from '../history.ts'

interface Life {
  readonly id: string
  /** When the creation was acknowledged. */
  readonly from: number
  readonly partitions: number
  /** When a deletion was first asked for after that. */
  readonly doubtful: number
  /** When a deletion was acknowledged. */
  readonly until: number
}

/** The lives of each topic, one for each acknowledged creation. */
const livesOf = ({ history }: Evidence): ReadonlyMap<string, readonly Life[]> => {
  const deletions = history.of('deleteTopic')
  const created = history.of('createTopic').filter((op) => op.result?.error === 'NONE')
  const lives = created.map((op) => {
    const later = deletions.filter((deletion) => deletion.args.topic === op.args.topic && deletion.done > op.sent)
    const acked = later.filter((deletion) => deletion.result?.error === 'NONE' && deletion.sent > op.done)
    return {
      name: op.args.topic,
      id: op.result!.id,
      from: op.done,
      partitions: op.args.partitions,
      doubtful: Math.min(Infinity, ...later.map(({ sent }) => sent)),
      until: Math.min(Infinity, ...acked.map(({ done }) => done)),
    }
  })
  return Map.groupBy(lives, ({ name }) => name)
}

/** Metadata shows a topic that exists, and shows it as it was created. */
export const createdTopicsAreThere: Law = (evidence) => {
  const lives = livesOf(evidence)
  return evidence.history.of('metadata').flatMap((op) =>
    (op.result ?? []).flatMap((seen): Violation[] => {
      const life = lives.get(seen.name)?.find(({ from, doubtful }) => from < op.sent && op.done < doubtful)
      if (life === undefined) return []
      const law = 'created topics are there'
      if (seen.error !== 'NONE')
        return TRANSIENT.has(seen.error) ? [] : [{ law, detail: `${seen.name} at ${op.done}: ${seen.error}` }]
      if ((seen.id === life.id || seen.id === '') && seen.partitions === life.partitions) return []
      return [
        {
          law,
          detail: `${seen.name} at ${op.done}: ${seen.id} with ${seen.partitions} partitions, created as ${life.id} with ${life.partitions}`,
        },
      ]
    }),
  )
}

/** A topic exists, but nobody leads it right now. UNKNOWN_TOPIC_OR_PARTITION is no such thing: clients reset on it. */
const TRANSIENT = new Set(['LEADER_NOT_AVAILABLE'])

/** An id that was deleted is never seen again. */
export const deletedTopicsAreGone: Law = (evidence) => {
  const dead = new Map([...livesOf(evidence).values()].flat().map((life) => [life.id, life.until]))
  return evidence.history.of('metadata').flatMap((op) =>
    (op.result ?? []).flatMap((seen): Violation[] => {
      if (seen.error !== 'NONE' || op.sent <= (dead.get(seen.id) ?? Infinity)) return []
      return [{ law: 'deleted topics are gone', detail: `${seen.name} ${seen.id} was seen at ${op.done}` }]
    }),
  )
}

/** No id is given twice. */
export const topicIdsAreUnique: Law = (evidence) => {
  const names = new Map<string, number>()
  return evidence.history.of('createTopic').flatMap((op): Violation[] => {
    if (op.result?.error !== 'NONE') return []
    const before = names.get(op.result.id)
    names.set(op.result.id, op.sent)
    return before === undefined
      ? []
      : [{ law: 'topic ids are unique', detail: `${op.result.id} was given at ${before} and at ${op.sent}` }]
  })
}

export const topicLaws: readonly Law[] = [createdTopicsAreThere, deletedTopicsAreGone, topicIdsAreUnique]
