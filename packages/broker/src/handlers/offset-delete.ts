// OffsetDelete (47), version 0: a group forgets how far it has read, of topics that none of its members reads (KIP-496).

import { visiblePartitions } from '@jackdaw/core'
import { errorCode, OffsetDelete, type ErrorName } from '@jackdaw/protocol'

import { askGroup } from './ask-group.ts'
import { handler, type RequestContext } from './handler.ts'

export const offsetDelete = handler(OffsetDelete, { versions: '0-0' }, async ({ groupId, topics }, context) => {
  const known = topics.flatMap(({ name, partitions }) => {
    const there = partitions.filter(({ partitionIndex }) => exists(name, partitionIndex, context))
    return there.length === 0 ? [] : [{ name, partitions: there }]
  })
  const answer = await askGroup<'offsetDelete'>(groupId, { type: 'offsetDelete', groupId, topics: known }, context)
  const error = answer.ok ? answer.response.error : answer.error
  if (!answer.ok || error !== 'NONE') return { errorCode: errorCode(error), topics: [] }
  const errors = new Map<string, ErrorName>()
  for (const { name, partitions } of answer.response.topics) {
    for (const { partitionIndex, error } of partitions) errors.set(`${name}-${partitionIndex}`, error)
  }
  return {
    errorCode: errorCode('NONE'),
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCode(errors.get(`${name}-${partitionIndex}`) ?? 'UNKNOWN_TOPIC_OR_PARTITION'),
      })),
    })),
  }
})

const exists = (name: string, partitionIndex: number, { topics }: RequestContext): boolean => {
  const topic = topics.find({ name })
  return typeof topic !== 'string' && visiblePartitions(topic)[partitionIndex] !== undefined
}
