// DeleteRecords (21), versions 0-2: moves the log start of partitions forward. Offset -1 is the high watermark.

import { DeleteRecords, errorCode, type DeleteRecordsRequest, type ErrorName } from '@jackdaw/protocol'

import { isInternalTopic } from '../internal-topics.ts'
import { handler, type RequestContext } from './handler.ts'
import { within } from './within.ts'

type Wanted = DeleteRecordsRequest['topics'][number]['partitions'][number]

const HIGH_WATERMARK = -1
const NO_LOW_WATERMARK = -1

type Deleted = { readonly lowWatermark: number } | { readonly error: ErrorName }

export const deleteRecords = handler(DeleteRecords, { versions: '0-2' }, async ({ topics, timeoutMs }, context) => ({
  topics: await Promise.all(
    topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(partitions.map((wanted) => resultOf(name, wanted, timeoutMs, context))),
    })),
  ),
}))

const resultOf = async (name: string, wanted: Wanted, timeoutMs: number, context: RequestContext) => {
  const late: Deleted = { error: 'REQUEST_TIMED_OUT' }
  const deleted = await within(timeoutMs, context.clock, deleteBefore(name, wanted, context), late)
  const { partitionIndex } = wanted
  return 'error' in deleted
    ? { partitionIndex, lowWatermark: NO_LOW_WATERMARK, errorCode: errorCode(deleted.error) }
    : { partitionIndex, lowWatermark: deleted.lowWatermark, errorCode: errorCode('NONE') }
}

const deleteBefore = async (
  name: string,
  { partitionIndex, offset }: Wanted,
  context: RequestContext,
): Promise<Deleted> => {
  const { topics, topicConfigs } = context
  if (isInternalTopic(name)) return { error: 'INVALID_TOPIC_EXCEPTION' }
  const partition = topics.partition(topics.find({ name }), partitionIndex, -1)
  if (typeof partition === 'string') return { error: partition }
  const policy = topicConfigs.of(name)['cleanup.policy']
  if (policy.includes('compact') && !policy.includes('delete')) return { error: 'POLICY_VIOLATION' }
  const ready = await partition.ready()
  if ('error' in ready) return ready
  const before = offset === HIGH_WATERMARK ? ready.durable : offset
  if (before < 0 || before > ready.durable) return { error: 'OFFSET_OUT_OF_RANGE' }
  if (before <= ready.start) return { lowWatermark: ready.start }
  return (await partition.trim(before)) ?? { lowWatermark: Math.max(before, partition.state?.start ?? before) }
}
