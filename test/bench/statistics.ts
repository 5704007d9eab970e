// The few statistics that the report uses. Medians and ranges, no means: a few turns on a shared machine have no bell curve.

/** NaN where there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN
  return (lower + upper) / 2
}

/** The value that `share` (0 to 1) of the values do not exceed. NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/**
 * Each round's own `ours / theirs`: both were measured within the same minute, so a drift of the machine is in both and cancels.
 * Rounds that one side lacks, or where the quotient says nothing (a zero, which here means "below what the clock resolves"),
 * are left out.
 */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  const pairs = ours.slice(0, theirs.length).map((value, round) => [value, theirs[round] ?? 0] as const)
  return pairs.filter(([a, b]) => a > 0 && b > 0).map(([a, b]) => a / b)
}
