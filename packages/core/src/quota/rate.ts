// A rate over the last few windows of time, and how long to wait until it is within a bound: Kafka's own arithmetic
// (SampledStat, Rate and QuotaUtils), so that quotas mean here what they mean there.

export interface RateWindows {
  /** `quota.window.num`: windows that count. */
  readonly samples: number
  /** `quota.window.size.seconds`, in milliseconds. */
  readonly windowMs: number
}

interface Sample {
  startMs: number
  lastMs: number
  value: number
}

/** Times are monotonic, in milliseconds. */
export interface Rate {
  /** A ring; one more than counts, because the oldest still overlaps the time that is looked at. */
  readonly samples: Sample[]
  current: number
}

export const newRate = (): Rate => ({ samples: [], current: 0 })

export const recordRate = (rate: Rate, windows: RateWindows, value: number, nowMs: number): void => {
  const sample = sampleAt(rate, windows, nowMs)
  sample.value += value
  sample.lastMs = nowMs
}

const sampleAt = (rate: Rate, { samples, windowMs }: RateWindows, nowMs: number): Sample => {
  const current = rate.samples[rate.current]
  if (current !== undefined && nowMs - current.startMs < windowMs) return current
  if (current !== undefined) rate.current = (rate.current + 1) % (samples + 1)
  const next = { startMs: nowMs, lastMs: nowMs, value: 0 }
  rate.samples[rate.current] = next
  return next
}

/** The time that the rate is taken over. A rate that is young counts as if it had been silent for all windows but the last. */
const elapsedMs = (rate: Rate, { samples, windowMs }: RateWindows, nowMs: number): number => {
  let oldestMs = nowMs
  for (const sample of rate.samples) {
    if (nowMs - sample.lastMs >= samples * windowMs) Object.assign(sample, { startMs: nowMs, lastMs: nowMs, value: 0 })
    oldestMs = Math.min(oldestMs, sample.startMs)
  }
  const elapsed = nowMs - oldestMs
  const missing = samples - 1 - Math.floor(elapsed / windowMs)
  return Math.max(windowMs, elapsed + Math.max(0, missing) * windowMs)
}

/** Per second. */
export const rateOf = (rate: Rate, windows: RateWindows, nowMs: number): number => {
  const elapsed = elapsedMs(rate, windows, nowMs)
  let sum = 0
  for (const { value } of rate.samples) sum += value
  return (sum / elapsed) * 1000
}

/** Milliseconds of silence after which the rate is `bound` again; 0 where it is not above it. */
export const throttleMs = (rate: Rate, windows: RateWindows, bound: number, nowMs: number): number => {
  const value = rateOf(rate, windows, nowMs)
  if (value <= bound) return 0
  return Math.round(((value - bound) / bound) * elapsedMs(rate, windows, nowMs))
}
