// One write or change of a log at a time, in the order in which they were asked for.
import type { Log } from './log-state.ts'

/** Runs `run` once the log is free. Whoever has the turn gives it back with {@link release}. */
export function acquire(log: Log, run: () => void): void {
  if (log.busy) log.waiting.push(run)
  else {
    log.busy = true
    run()
  }
}

export function release(log: Log): void {
  const next = log.waiting.shift()
  if (next) next()
  else log.busy = false
}

export async function inTurn<T>(log: Log, work: () => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => acquire(log, resolve))
  try {
    return await work()
  } finally {
    release(log)
  }
}
