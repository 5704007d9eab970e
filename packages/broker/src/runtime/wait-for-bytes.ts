// Kafka's purgatory for fetches: waits until enough bytes have become visible in any of some partitions, a partition stops
// serving, the time is over, or the client has gone. The caller then looks again; nothing is read while waiting.

import { lastStableOffset } from '@jackdaw/core'
import type { Clock } from '@jackdaw/ports'

import type { Partition } from './partition.ts'

export interface WaitedFor {
  readonly partitions: readonly Partition[]
  readonly bytes: number
  /** Whether the reader sees committed records only: what is stored behind an open transaction does not count. */
  readonly committedOnly: boolean
}

export const waitForBytes = (
  { partitions, bytes, committedOnly }: WaitedFor,
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
    const unwatches = partitions.map((partition) => {
      const grownBy = committedOnly ? stableGrowth(partition) : (grown: number) => grown
      return partition.watch((grown) => {
        missing -= grownBy(grown)
        if (missing <= 0) done()
      })
    })
    gone.addEventListener('abort', done)
    if (gone.aborted) done()
  })

/** A marker makes visible what was stored long before, so any advance of the last stable offset is worth a look. */
const stableGrowth = (partition: Partition): ((grown: number) => number) => {
  const stable = (): number => (partition.state === undefined ? Infinity : lastStableOffset(partition.state))
  const before = stable()
  return (grown) => (grown === Infinity || stable() > before ? Infinity : 0)
}
