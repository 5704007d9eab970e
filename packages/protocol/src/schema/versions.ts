// Version ranges as Kafka writes them: '3', '0-4', '2+' (and all later ones) and 'none'.

export type VersionSpec = `${number}` | `${number}-${number}` | `${number}+` | 'none'

/** Inclusive on both sides. `max` is Infinity for '2+'; a range with max < min holds nothing. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

export const EVERY: VersionRange = { min: 0, max: Infinity }
export const NONE: VersionRange = { min: 0, max: -1 }

export function parseVersions(spec: VersionSpec): VersionRange {
  if (spec === 'none') return NONE
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(spec)
  if (match === null) throw new TypeError(`'${spec}' is not a range of versions: write '3', '0-4', '2+' or 'none'`)
  const min = Number(match[1])
  if (match[2] !== undefined) return { min, max: Infinity }
  return { min, max: match[3] === undefined ? min : Number(match[3]) }
}

export const holds = (range: VersionRange, version: number): boolean => version >= range.min && version <= range.max
