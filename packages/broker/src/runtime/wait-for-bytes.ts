// Kafka's purgatory for fetches: waits until enough bytes have become visible in any of some partitions, a partition stops
// serving, the time is over, or the client has gone. The caller then looks again; nothing is read while waiting.

import type { Clock } from '@jackdaw/ports'

import type { Partition } from './partition.ts'

export const waitForBytes = (
  partitions: readonly Partition[],
  bytes: number,
  maxWaitMs: number,
  clock: Clock,
  gone: AbortSignal,
): Promise<void> =>
  new Promise((resolve) => {
    let missing = bytes
    const done = (): void => {
      cancel()
      for (const unwatch of unwatches) unwatch()
      gone.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(maxWaitMs, done)
    const unwatches = partitions.map((partition) =>
      partition.watch((grown) => {
        missing -= grown
        if (missing <= 0) done()
      }),
    )
    gone.addEventListener('abort', done)
    if (gone.aborted) done()
  })
