// Time and chance of the machine, for a store that was opened without any. The simulator gives its own.

import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '@jackdaw/ports'

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
  soon: (run) => void setImmediate(run),
}

export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: (count) => randomBytes(count),
}
