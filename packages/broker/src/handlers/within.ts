// A request's own time limit.

import type { Clock } from '@jackdaw/ports'

/** What `work` gives, or `late` where that takes longer than `timeoutMs`. The work goes on. */
export const within = <T>(timeoutMs: number, clock: Clock, work: Promise<T>, late: T): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => resolve(late))
    work.then(
      (result) => {
        cancel()
        resolve(result)
      },
      (error: unknown) => {
        cancel()
        reject(error)
      },
    )
  })
