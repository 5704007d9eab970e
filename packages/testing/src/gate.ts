// What a simulated process hears from its storage passes through the process's own clock: a frozen process hears it after
// the thaw, a dead one never. What it has sent is under way whatever becomes of it.
import type { Clock, Coordination, LogStore } from '@jackdaw/ports'

const gated = <T>(clock: Clock, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    promise.then(
      (value) => clock.soon(() => resolve(value)),
      (reason: unknown) => clock.soon(() => reject(reason as Error)),
    )
  })

async function* gatedItems<T>(clock: Clock, items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await gated(clock, iterator.next())
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}

/** The store as a process on `clock` sees it. Closing it closes `store`. */
export const gateStore = (store: LogStore, clock: Clock): LogStore => ({
  supports: store.supports,
  create: (logs) => gated(clock, store.create(logs)),
  remove: (logs) => gated(clock, store.remove(logs)),
  open: (logs) => gated(clock, store.open(logs)),
  append: (writes) => store.append(writes).map((outcome) => gated(clock, outcome)),
  ends: (logs) => gated(clock, store.ends(logs)),
  read: (reads) => gated(clock, store.read(reads)),
  scan: (log, from) => gatedItems(clock, store.scan(log, from)),
  findByTime: (log, time) => gated(clock, store.findByTime(log, time)),
  trim: (trims) => gated(clock, store.trim(trims)),
  replace: (log, opening, from, to, entries) => gated(clock, store.replace(log, opening, from, to, entries)),
  snapshot: (log, opening, at, bytes) => gated(clock, store.snapshot(log, opening, at, bytes)),
  advanced: (logs, signal) => gatedItems(clock, store.advanced(logs, signal)),
  [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
})

/** The coordination as a process on `clock` sees it; `coordination` itself has to live on that clock too. */
export const gateCoordination = (coordination: Coordination, clock: Clock): Coordination => ({
  elect: (role, holder, signal) => gated(clock, coordination.elect(role, holder, signal)),
  holders: (prefix) => gated(clock, coordination.holders(prefix)),
  changed: (signal) => gatedItems(clock, coordination.changed(signal)),
  [Symbol.asyncDispose]: () => coordination[Symbol.asyncDispose](),
})
