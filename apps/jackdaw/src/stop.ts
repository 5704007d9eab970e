// Stopping: the first SIGINT or SIGTERM asks for it, a second one has it at once.

/** One Ctrl-C reaches a process more than once: from the terminal, from npm, from the script in between. */
const sameSignalMs = 500

export interface StopSignals {
  /** Resolves with the first signal. */
  readonly asked: Promise<NodeJS.Signals>
  /** Takes the handlers away. */
  readonly dispose: () => void
}

/** `force` is called for a signal that comes after the first and is not its echo. */
export function stopSignals(
  force: (signal: NodeJS.Signals) => void,
  target: NodeJS.EventEmitter = process,
): StopSignals {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let firstAt: number | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (firstAt === undefined) {
      firstAt = now
      resolve(signal)
    } else if (now - firstAt > sameSignalMs) {
      force(signal)
    }
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) target.on(signal, onSignal)
  return {
    asked: promise,
    dispose: () => {
      for (const signal of signals) target.off(signal, onSignal)
    },
  }
}
