// All measurements, in the order of the report.

import type { Measurement } from '../rounds.ts'
import { consume } from './consume.ts'
import { footprint } from './footprint.ts'
import { latency } from './latency.ts'
import { produce } from './produce.ts'
import { start } from './start.ts'

export const measurements: readonly Measurement[] = [produce, consume, latency, start, footprint]
