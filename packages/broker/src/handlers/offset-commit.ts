// OffsetCommit (8), versions 2-10: a group remembers how far it has read. Versions 2 to 4 may ask for a retention of their own,
// version 10 names topics by id alone (KIP-848).

import { visiblePartitions, type Topic } from '@jackdaw/core'
import { errorCode, OffsetCommit, type ErrorName, type OffsetCommitRequest } from '@jackdaw/protocol'

import type { Failure } from '../runtime/unavailable.ts'
import { askGroup } from './ask-group.ts'
import { handler, type RequestContext } from './handler.ts'

const TOPIC_ID_SINCE = 10

interface Asked {
  readonly asked: OffsetCommitRequest['topics'][number]
  readonly topic: Topic | Failure
}

export const offsetCommit = handler(OffsetCommit, { versions: '2-10' }, async (request, context) => {
  const { version, topics } = context
  const found = request.topics.map((asked): Asked => {
    const { name, topicId } = asked
    return { asked, topic: topics.find(version >= TOPIC_ID_SINCE ? { id: topicId } : { name }) }
  })
  const errorOf = await commit(request, found, context)
  return {
    topics: found.map(({ asked: { name, topicId, partitions }, topic }) => ({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCode(missing(topic, partitionIndex) ?? errorOf(topic, partitionIndex)),
      })),
    })),
  }
})

const missing = (topic: Topic | Failure, partitionIndex: number): Failure | undefined => {
  if (typeof topic === 'string') return topic
  return visiblePartitions(topic)[partitionIndex] === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : undefined
}

/** Commits what is there to be committed to, and gives what became of each partition. */
const commit = async (
  request: OffsetCommitRequest,
  found: readonly Asked[],
  context: RequestContext,
): Promise<(topic: Topic | Failure, partitionIndex: number) => ErrorName> => {
  const { groupId, memberId, groupInstanceId, retentionTimeMs, generationIdOrMemberEpoch } = request
  const topics = found.flatMap(({ asked, topic }) => {
    const partitions = asked.partitions.filter(({ partitionIndex }) => missing(topic, partitionIndex) === undefined)
    return typeof topic === 'string' || partitions.length === 0
      ? []
      : [{ name: topic.name, topicId: topic.id, partitions }]
  })
  if (topics.length === 0) return () => 'NONE'
  const command = {
    type: 'offsetCommit',
    apiVersion: context.version,
    groupId,
    generationId: generationIdOrMemberEpoch,
    memberId,
    groupInstanceId,
    retentionTimeMs,
    topics,
  } as const
  const answer = await askGroup<'offsetCommit'>(groupId, command, context)
  if (!answer.ok) return () => answer.error
  const errors = new Map<string, ErrorName>()
  for (const { name, partitions } of answer.response.topics) {
    for (const { partitionIndex, error } of partitions) errors.set(`${name}-${partitionIndex}`, error)
  }
  return (topic, partitionIndex) =>
    (typeof topic === 'string' ? topic : errors.get(`${topic.name}-${partitionIndex}`)) ?? 'UNKNOWN_SERVER_ERROR'
}
