// Time and chance of this machine: the one place where they enter. Everything else takes them as arguments.

import { randomBytes } from 'node:crypto'

import type { Clock, Random } from '@jackdaw/ports'

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, LONGEST_TIMEOUT_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
  soon: (run) => {
    setImmediate(run)
  },
}

/** Node fires a longer timeout at once. Who waits longer looks again. */
const LONGEST_TIMEOUT_MS = 0x7fff_ffff

export const systemRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  bytes: (count) => randomBytes(count),
}
