// Waiting by looking: a condition is asked again until it holds or its deadline passes. No test sleeps for a fixed time.

import { setTimeout as pause } from 'node:timers/promises'

export interface Patience {
  readonly withinMs?: number
  readonly everyMs?: number
}

/** Resolves with the first truthy answer of `ask`; throws when the deadline passes, naming `what` and the last answer. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T> | T,
  { withinMs = 60_000, everyMs = 100 }: Patience = {},
): Promise<NonNullable<T>> => {
  const deadline = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms for ${what}.`)
    await pause(everyMs)
  }
}
