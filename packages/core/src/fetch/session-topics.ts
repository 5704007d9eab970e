// The partitions of one fetch session, by topic, in the order in which they are looked at: what was answered with records goes to
// the end, topic and partition alike, so that nobody is starved by the byte budget.

/** Topics as a Fetch request lists them. */
export interface AskedTopic<Wanted> {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly Wanted[]
}

/** What a client hears of a partition. */
export interface Heard {
  readonly partitionIndex: number
  readonly errorCode: number
  readonly highWatermark: number
  readonly logStartOffset: number
  /** Empty where there are none. */
  readonly records: { readonly length: number }
}

interface SessionPartition<Wanted> {
  /** As the client asked for it last. */
  wanted: Wanted
  /** As the client heard it last; -1 before that and after an error. */
  highWatermark: number
  logStartOffset: number
}

interface SessionTopic<Wanted> {
  readonly topic: string
  readonly topicId: string
  readonly partitions: Map<number, SessionPartition<Wanted>>
}

export type SessionTopics<Wanted> = Map<string, SessionTopic<Wanted>>

interface Named {
  readonly topic: string
  readonly topicId: string
}

const UNTOLD = -1

/** A request names topics by one of the two. */
const keyOf = ({ topic, topicId }: Named): string => (topic === '' ? topicId : topic)

/** Adds what is asked for, or asks for it anew, and drops what is forgotten. Answers by how many partitions there are more. */
export const fill = <Wanted extends { readonly partition: number }>(
  topics: SessionTopics<Wanted>,
  asked: readonly AskedTopic<Wanted>[],
  forgotten: readonly (Named & { readonly partitions: readonly number[] })[] = [],
): number => {
  let more = 0
  for (const { topic, topicId, partitions } of asked) {
    const key = keyOf({ topic, topicId })
    const known = topics.get(key) ?? { topic, topicId, partitions: new Map() }
    topics.set(key, known)
    for (const wanted of partitions) {
      const partition = known.partitions.get(wanted.partition)
      if (partition !== undefined) {
        partition.wanted = wanted
        continue
      }
      known.partitions.set(wanted.partition, { wanted, highWatermark: UNTOLD, logStartOffset: UNTOLD })
      more++
    }
  }
  return more - forget(topics, forgotten)
}

const forget = <Wanted>(
  topics: SessionTopics<Wanted>,
  forgotten: readonly (Named & { readonly partitions: readonly number[] })[],
): number => {
  let less = 0
  for (const named of forgotten) {
    const known = topics.get(keyOf(named))
    for (const index of named.partitions) if (known?.partitions.delete(index) === true) less++
    if (known?.partitions.size === 0) topics.delete(keyOf(named))
  }
  return less
}

export const askedOf = <Wanted>(topics: SessionTopics<Wanted>): readonly AskedTopic<Wanted>[] =>
  [...topics.values()].map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: [...partitions.values()].map(({ wanted }) => wanted),
  }))

/** Remembers what the client is told, and leaves out what it knows already. */
export const tell = <Wanted, Partition extends Heard>(
  topics: SessionTopics<Wanted>,
  responses: readonly (Named & { readonly partitions: readonly Partition[] })[],
): readonly (Named & { readonly partitions: readonly Partition[] })[] =>
  responses.flatMap((response) => {
    const key = keyOf(response)
    const known = topics.get(key)
    if (known === undefined) return []
    const partitions = response.partitions.filter((heard) => isNews(known.partitions, heard))
    if (partitions.some(({ records }) => records.length > 0)) {
      topics.delete(key)
      topics.set(key, known)
    }
    return partitions.length === 0 ? [] : [{ ...response, partitions }]
  })

const isNews = <Wanted>(partitions: SessionTopic<Wanted>['partitions'], heard: Heard): boolean => {
  const { partitionIndex, errorCode, highWatermark, logStartOffset, records } = heard
  const known = partitions.get(partitionIndex)
  if (known === undefined) return false
  const failed = errorCode !== 0
  const moved = known.highWatermark !== highWatermark || known.logStartOffset !== logStartOffset
  // After an error the next answer is news in any case: the client has to hear that it is over.
  known.highWatermark = failed ? UNTOLD : highWatermark
  known.logStartOffset = logStartOffset
  if (records.length > 0) {
    partitions.delete(partitionIndex)
    partitions.set(partitionIndex, known)
  }
  return failed || moved || records.length > 0
}
