// OffsetFetch (9), versions 1-10: how far groups have read. Version 2 asks for all topics with null and has an error for the
// group, 7 can ask for stable offsets only (KIP-447), 8 asks for several groups (KIP-709), 10 names topics by id alone (KIP-848).

import { errorCode, OffsetFetch, ZERO_UUID, type ErrorName, type OffsetFetchRequest } from '@jackdaw/protocol'

import { askGroup } from './ask-group.ts'
import { handler, type RequestContext } from './handler.ts'

const GROUP_ERROR_SINCE = 2
const MANY_SINCE = 8
const TOPIC_ID_SINCE = 10

interface AskedTopic {
  readonly name: string
  readonly topicId: string
  readonly partitionIndexes: readonly number[]
}

interface Fetched {
  readonly errorCode: number
  readonly topics: readonly {
    readonly name: string
    readonly topicId: string
    readonly partitions: readonly FetchedPartition[]
  }[]
}

interface FetchedPartition {
  readonly partitionIndex: number
  readonly committedOffset: number
  readonly committedLeaderEpoch: number
  readonly metadata: string
  readonly errorCode: number
}

export const offsetFetch = handler(OffsetFetch, { versions: '1-10' }, async (request, context) => {
  if (context.version < MANY_SINCE) return fetchAlone(request, context)
  const groups = request.groups.map(async ({ groupId, topics, memberId, memberEpoch }) => ({
    groupId,
    ...(await fetchGroup({ groupId, memberId, memberEpoch, requireStable: request.requireStable }, topics, context)),
  }))
  return { groups: await Promise.all(groups) }
})

const fetchAlone = async ({ groupId, topics, requireStable }: OffsetFetchRequest, context: RequestContext) => {
  const asked = topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null
  const asker = { groupId, memberId: null, memberEpoch: -1, requireStable }
  const fetched = await fetchGroup(asker, asked, context)
  if (fetched.errorCode === 0 || context.version >= GROUP_ERROR_SINCE) return fetched
  // Version 1 can only say it of each partition.
  return { topics: (asked ?? []).map((topic) => failedTopic(topic, fetched.errorCode)) }
}

interface Asker {
  readonly groupId: string
  readonly memberId: string | null
  readonly memberEpoch: number
  readonly requireStable: boolean
}

const fetchGroup = async (
  { groupId, memberId, memberEpoch, requireStable }: Asker,
  asked: readonly AskedTopic[] | null,
  context: RequestContext,
): Promise<Fetched> => {
  const byId = context.version >= TOPIC_ID_SINCE
  const named = byId ? (asked?.map((topic) => withName(topic, context)) ?? null) : asked
  const known = named?.filter((topic): topic is AskedTopic => topic.name !== undefined)
  const command = { type: 'offsetFetch', groupId, memberId, memberEpoch, requireStable, topics: known ?? null } as const
  const answer = await askGroup<'offsetFetch'>(groupId, command, context)
  if (!answer.ok) return { errorCode: errorCode(retriable(answer.error)), topics: [] }
  const topics = answer.response.topics.map(({ partitions, ...topic }) => ({
    ...topic,
    partitions: partitions.map(({ error, ...partition }) => ({ ...partition, errorCode: errorCode(error) })),
  }))
  const unknown = named?.filter(({ name }) => name === undefined) ?? []
  return {
    errorCode: errorCode(answer.response.error),
    topics: [
      ...(byId && asked === null ? topics.flatMap((topic) => withId(topic, context)) : topics),
      ...unknown.map((topic) => failedTopic({ ...topic, name: '' }, errorCode('UNKNOWN_TOPIC_ID'))),
    ],
  }
}

const withName = (topic: AskedTopic, { topics }: RequestContext) => {
  const found = topics.find({ id: topic.topicId })
  return { ...topic, name: typeof found === 'string' ? undefined : found.name }
}

/** Offsets of a topic that has no id any more cannot be told to who knows only ids. */
const withId = <T extends { readonly name: string }>(topic: T, { topics }: RequestContext) => {
  const found = topics.find({ name: topic.name })
  return typeof found === 'string' ? [] : [{ ...topic, topicId: found.id }]
}

/** Clients from before Kafka 3.9 take COORDINATOR_NOT_AVAILABLE of this API for the end; this one they know. */
const retriable = (error: ErrorName): ErrorName => (error === 'COORDINATOR_NOT_AVAILABLE' ? 'NOT_COORDINATOR' : error)

const failedTopic = ({ name, topicId, partitionIndexes }: AskedTopic, code: number) => ({
  name,
  topicId,
  partitions: partitionIndexes.map((partitionIndex) => ({
    partitionIndex,
    committedOffset: -1,
    committedLeaderEpoch: -1,
    metadata: '',
    errorCode: code,
  })),
})
