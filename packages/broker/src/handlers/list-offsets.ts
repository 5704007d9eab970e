// ListOffsets (2), versions 1-11: the offset of a timestamp, or of one of the special ones below. For readers of committed records
// the log ends at the last stable offset.

import { epochAt, lastStableOffset } from '@jackdaw/core'
import { errorCode, ListOffsets, type ErrorName, type ListOffsetsRequest } from '@jackdaw/protocol'

import type { Partition } from '../runtime/partition.ts'
import { offsetOfLargestTimestamp, offsetOfTimestamp, type TimestampedOffset } from '../runtime/timestamps.ts'
import type { Storage } from '../runtime/storage.ts'
import type { Unavailable } from '../runtime/unavailable.ts'
import { handler, type RequestContext } from './handler.ts'

const LEADER_EPOCH_SINCE = 4
const READ_COMMITTED = 1
const LATEST = -1

type Wanted = ListOffsetsRequest['topics'][number]['partitions'][number]
type Lookup = (
  partition: Partition,
  storage: Storage,
) => Promise<TimestampedOffset | Unavailable | undefined> | TimestampedOffset | undefined

const offsetAlone = (offset: number | undefined): TimestampedOffset | undefined =>
  offset === undefined ? undefined : { offset, timestamp: -1 }

/** What the timestamps below zero ask for. Without tiers the local log is the whole log, and nothing is tiered (KIP-405, KIP-1005). */
const specialTimestamps: Readonly<Record<number, Lookup>> = {
  [-1]: (partition) => offsetAlone(partition.state?.durable),
  [-2]: (partition) => offsetAlone(partition.state?.start),
  [-3]: offsetOfLargestTimestamp,
  [-4]: (partition) => offsetAlone(partition.state?.start),
  [-5]: () => undefined,
  [-6]: () => undefined,
}

export const listOffsets = handler(ListOffsets, { versions: '1-11' }, async (request, context) => ({
  topics: await Promise.all(
    request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        partitions.map((wanted) => offsetOf(name, wanted, request.isolationLevel, context)),
      ),
    })),
  ),
}))

const offsetOf = async (
  name: string,
  wanted: Wanted,
  isolationLevel: number,
  { topics, storage, version }: RequestContext,
) => {
  const { partitionIndex, currentLeaderEpoch, timestamp } = wanted
  const failed = (error: ErrorName) => ({ partitionIndex, errorCode: errorCode(error) })
  const partition = topics.partition(topics.find({ name }), partitionIndex, currentLeaderEpoch)
  if (typeof partition === 'string') return failed(partition)
  const ready = await partition.ready()
  if ('error' in ready) return failed(ready.error)
  const lookup =
    timestamp >= 0
      ? (of: Partition, from: Storage) => offsetOfTimestamp(of, from, timestamp)
      : specialTimestamps[timestamp]
  if (lookup === undefined) return failed('UNSUPPORTED_VERSION')
  const found = within(await lookup(partition, storage), timestamp, isolationLevel === READ_COMMITTED, partition)
  if (found === undefined) return { partitionIndex, errorCode: errorCode('NONE') }
  if ('error' in found) return failed(found.error)
  const leaderEpoch = version >= LEADER_EPOCH_SINCE ? epochAt(ready.epochs, found.offset) : undefined
  return { partitionIndex, errorCode: errorCode('NONE'), ...found, leaderEpoch }
}

type Lookedup = TimestampedOffset | Unavailable | undefined

/** What was found as a reader of committed records may see it. */
const within = (found: Lookedup, timestamp: number, committedOnly: boolean, { state }: Partition): Lookedup => {
  if (!committedOnly || state === undefined || found === undefined || 'error' in found) return found
  const end = lastStableOffset(state)
  if (timestamp === LATEST) return { offset: end, timestamp: -1 }
  return found.offset < end || found.timestamp < 0 ? found : undefined
}
