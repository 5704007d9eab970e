// Committed offsets are a register for each group and partition: what OffsetFetch returns is the last acknowledged commit,
// or one that was attempted and may have landed since. Every commit carries a unique tag, so each read names its write, and
// the zones of Gibbons and Korach ("Testing shared memories", 1997) decide in one sort whether the whole history can be
// told as if each operation had happened at one instant between its two ends.
import { type Evidence, type Law, nameOf, type TaggedOffset, type Violation } from '../history.ts'

/** A write and the reads that returned it: the instants at which all of it can have happened. */
interface Cluster {
  readonly tag: string
  readonly offset: number
  readonly written: number
  /** The first end of any of its operations: the value was there by then. */
  firstEnd: number
  /** The last begin of any of its operations: the value was still there then, or came later. */
  lastBegin: number
  acked: boolean
}

interface Register {
  readonly name: string
  readonly clusters: Map<string, Cluster>
}

const law = 'committed offsets are the last ones committed'

const registersOf = (evidence: Evidence, violations: Violation[]): readonly Register[] => {
  const registers = new Map<string, Register>()
  const registerOf = (group: string, at: TaggedOffset): Register => {
    const name = `${group} ${nameOf(at)}`
    const found = registers.get(name)
    if (found) return found
    const nothing: Cluster = { tag: '', offset: -1, written: -1, firstEnd: -1, lastBegin: -1, acked: true }
    const register = { name, clusters: new Map([['', nothing]]) }
    registers.set(name, register)
    return register
  }
  for (const op of evidence.history.of('commit')) {
    for (const one of op.args.offsets) {
      const error = op.result?.find((result) => nameOf(result) === nameOf(one))?.error
      if (error !== undefined && REFUSED.has(error)) continue
      const acked = error === 'NONE'
      const cluster = {
        tag: one.tag,
        offset: one.offset,
        written: op.sent,
        firstEnd: acked ? op.done : Infinity,
        lastBegin: op.sent,
        acked,
      }
      registerOf(op.args.group, one).clusters.set(one.tag, cluster)
    }
  }
  for (const op of evidence.history.of('committed')) {
    for (const one of op.result ?? []) {
      if (one.error !== 'NONE') continue
      const register = registerOf(op.args.group, one)
      const cluster = register.clusters.get(one.tag)
      if (cluster === undefined || cluster.offset !== one.offset || cluster.written > op.done) {
        const detail = `${register.name}: the fetch ${op.done} returned ${one.offset} '${one.tag}', which nobody can have committed`
        violations.push({ law, detail })
        continue
      }
      cluster.acked = true
      cluster.firstEnd = Math.min(cluster.firstEnd, op.done)
      cluster.lastBegin = Math.max(cluster.lastBegin, op.sent)
    }
  }
  return [...registers.values()]
}

/** Errors after which the commit was surely not stored. */
const REFUSED = new Set([
  'FENCED_INSTANCE_ID',
  'GROUP_AUTHORIZATION_FAILED',
  'ILLEGAL_GENERATION',
  'INVALID_GROUP_ID',
  'OFFSET_METADATA_TOO_LARGE',
  'REBALANCE_IN_PROGRESS',
  'UNKNOWN_MEMBER_ID',
])

/** From `from` to `to` the value must have been the committed one (forward), or at some instant between them (backward). */
const zoneOf = (cluster: Cluster) => {
  const forward = cluster.firstEnd < cluster.lastBegin
  const [from, to] = forward ? [cluster.firstEnd, cluster.lastBegin] : [cluster.lastBegin, cluster.firstEnd]
  return { cluster, forward, from, to }
}

const checkRegister = (register: Register): Violation[] => {
  const zones = [...register.clusters.values()].filter(({ acked }) => acked).map(zoneOf)
  const clash = (a: Cluster, b: Cluster) => ({
    law,
    detail: `${register.name}: ${a.offset} '${a.tag}' and ${b.offset} '${b.tag}' were each the committed offset while the other was`,
  })
  const forward = zones.filter((zone) => zone.forward).toSorted((a, b) => a.from - b.from)
  const violations: Violation[] = []
  for (let i = 1; i < forward.length; i++) {
    const [before, after] = [forward[i - 1]!, forward[i]!]
    if (after.from < before.to) violations.push(clash(before.cluster, after.cluster))
  }
  for (const zone of zones) {
    if (zone.forward) continue
    const around = forward.find((other) => other.from < zone.from && zone.to < other.to)
    if (around) violations.push(clash(around.cluster, zone.cluster))
  }
  return violations
}

export const committedOffsetsAreARegister: Law = (evidence) => {
  const violations: Violation[] = []
  for (const register of registersOf(evidence, violations)) violations.push(...checkRegister(register))
  return violations
}
