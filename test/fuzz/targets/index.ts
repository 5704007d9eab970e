// What is fuzzed, and how much of every run each gets.
import { batches } from './batches.ts'
import { requests } from './requests.ts'
import { responses } from './responses.ts'
import { router } from './router.ts'
import { state } from './state.ts'
import type { Target } from './target.ts'

export type TargetName = 'requests' | 'responses' | 'state' | 'batches' | 'router'

interface Entry {
  readonly make: () => Target
  readonly share: number
}

export const targets: Readonly<Record<TargetName, Entry>> = {
  requests: { make: requests, share: 0.25 },
  responses: { make: responses, share: 0.25 },
  state: { make: state, share: 0.1 },
  batches: { make: batches, share: 0.15 },
  router: { make: router, share: 0.25 },
}

export const targetNames = Object.keys(targets) as TargetName[]
