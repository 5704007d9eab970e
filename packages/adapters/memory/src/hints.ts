// Hints: "something changed, look again". What is hinted while nobody listens to it gathers once per item, so a slow
// reader costs memory for what changed, never for how often.

export type Listeners<T> = Set<(item: T) => void>

export function tell<T>(listeners: Listeners<T>, item: T): void {
  for (const listener of listeners) listener(item)
}

/** Listens from now on to what is `wanted`, with what was `gathered` before. Ends, and stops listening, when `signal` aborts or the reader stops. */
export function listen<T>(
  listeners: Listeners<T>,
  wanted: (item: T) => boolean,
  signal: AbortSignal,
  gathered = new Set<T>(),
): AsyncIterable<readonly T[]> {
  let wake = (): void => undefined
  const listener = (item: T): void => {
    if (!wanted(item)) return
    gathered.add(item)
    wake()
  }
  const stop = (): void => {
    listeners.delete(listener)
    wake()
  }
  listeners.add(listener)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })

  return (async function* () {
    try {
      while (!signal.aborted) {
        if (gathered.size === 0) {
          await new Promise<void>((resolve) => (wake = resolve))
          continue
        }
        const items = [...gathered]
        gathered = new Set()
        yield items
      }
    } finally {
      signal.removeEventListener('abort', stop)
      stop()
    }
  })()
}
