// DescribeLogDirs (35), versions 1-5: how much of the storage each partition takes. The storage is one log directory, called
// by the URL or path that it was configured with; how large it is only itself could tell.

import type { BrokerConfig } from '@jackdaw/config'
import { DescribeLogDirs, errorCode, type DescribeLogDirsRequest } from '@jackdaw/protocol'

import type { Partition } from '../runtime/partition.ts'
import { handler, type RequestContext } from './handler.ts'

const UNKNOWN_BYTES = -1

export const describeLogDirs = handler(DescribeLogDirs, { versions: '1-5' }, async ({ topics }, context) => {
  const sizes = await sizesOf([...wantedPartitions(topics, context)], context)
  return {
    errorCode: errorCode('NONE'),
    results: [
      {
        errorCode: errorCode(sizes === undefined ? 'KAFKA_STORAGE_ERROR' : 'NONE'),
        logDir: storageName(context.config),
        topics: [...(sizes ?? [])].map(([name, partitions]) => ({ name, partitions })),
        totalBytes: UNKNOWN_BYTES,
        usableBytes: UNKNOWN_BYTES,
        isCordoned: false,
      },
    ],
  }
})

/** What the log directory is called. Passwords and parameters of a URL are nobody's business. */
export const storageName = (config: BrokerConfig): string => {
  const configured = config['jackdaw.storage']
  if (configured === null) return (config['log.dirs'] ?? config['log.dir'])[0] ?? ''
  if (!configured.includes('://') || !URL.canParse(configured)) return configured
  const { protocol, host, pathname } = new URL(configured)
  return `${protocol}//${host}${pathname}`
}

function* wantedPartitions(
  asked: DescribeLogDirsRequest['topics'],
  { partitions, topics }: RequestContext,
): Iterable<Partition> {
  if (asked === null) return yield* partitions.all()
  for (const { topic, partitions: indexes } of asked) {
    const found = topics.find({ name: topic })
    for (const index of new Set(indexes)) {
      const partition = topics.partition(found, index, -1)
      if (typeof partition !== 'string') yield partition
    }
  }
}

type Size = { partitionIndex: number; partitionSize: number; offsetLag: number; isFutureKey: boolean }

/** By topic; undefined where the storage does not answer. */
const sizesOf = async (
  partitions: readonly Partition[],
  { storage }: RequestContext,
): Promise<ReadonlyMap<string, readonly Size[]> | undefined> => {
  try {
    const ends = await storage.store.ends(partitions.map(({ identity }) => identity.log))
    const sizes = new Map<string, Size[]>()
    partitions.forEach(({ identity: { topicName, index } }, at) => {
      const held = ends[at]
      if (held === undefined) return
      const size = { partitionIndex: index, partitionSize: held.bytes, offsetLag: 0, isFutureKey: false }
      sizes.set(topicName, [...(sizes.get(topicName) ?? []), size])
    })
    return sizes
  } catch (cause) {
    storage.log.warn({ cause }, 'the storage could not tell the size of its logs')
    return undefined
  }
}
