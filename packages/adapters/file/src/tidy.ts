// Compaction leaves a log in pieces: stretches of old files and small new ones. Once it has been quiet for a while they are
// written together, into files that are Kafka's segments again, name and bytes, and the old ones go.
import { CorruptLog } from '@jackdaw/ports'
import type { Changes } from './changes.ts'
import type { Health } from './health.ts'
import type { Log, Segment, State } from './log-state.ts'
import { fileOf, storeSegment } from './log-state.ts'
import type { Segments } from './segments.ts'
import { inTurn } from './turns.ts'

const int32Max = 0x7fff_ffff
const quietMs = 10_000
/** What a closing store still writes together; the rest waits for the next one. */
const atCloseBytes = 256 << 20

export interface TidyOptions {
  readonly state: State
  readonly changes: Changes
  readonly segments: Segments
  readonly health: Health
  readonly segmentBytes: number
}

export class Tidy {
  readonly #options: TidyOptions
  /** Logs in pieces, and when they last were compacted. Those that were so at the start are as good as quiet. */
  readonly #untidy = new Map<Log, number>()
  #running: Promise<void> | undefined

  constructor(options: TidyOptions) {
    this.#options = options
    for (const log of options.state.byNumber.values()) if (isUntidy(log)) this.#untidy.set(log, -Infinity)
  }

  /** The log was compacted. */
  note(log: Log): void {
    this.#untidy.set(log, performance.now())
  }

  /** Tidies the logs that have been quiet for a while. */
  look(): Promise<void> {
    const before = performance.now() - quietMs
    return this.#tidy([...this.#untidy].filter(([, at]) => at < before).map(([log]) => log))
  }

  /** Tidies what a store can still tidy while it closes. */
  async finish(): Promise<void> {
    await this.#running?.catch(() => {})
    let budget = atCloseBytes
    await this.#tidy([...this.#untidy.keys()].filter(({ bytes }) => (budget -= bytes) >= 0))
  }

  #tidy(logs: readonly Log[]): Promise<void> {
    const work = async () => {
      for (const log of logs) {
        if (this.#options.health.stopped || this.#options.health.full !== undefined) return
        this.#untidy.delete(log)
        // A file system without links, a full one, damage met on the way: the log reads as well as before.
        await this.#tidyLog(log).catch((error: unknown) => {
          if (!isHarmless(error)) this.#options.health.fail(error)
        })
      }
    }
    this.#running ??= work().finally(() => (this.#running = undefined))
    return this.#running
  }

  async #tidyLog(log: Log): Promise<void> {
    await inTurn(log, () => this.#closeLast(log))
    for (;;) {
      const [group] = groupsOf(log.segments, this.#options.segmentBytes)
      if (!group) return
      const made = await this.#copy(log, group)
      const done = await inTurn(log, async () => (await this.#swap(log, group, made)) && this.#rename(log, made))
      // Trimmed, compacted or removed meanwhile: whoever did it noted it.
      if (!done) return
    }
  }

  /** A last segment that is one of several pieces of its file is not appended to any more. */
  async #closeLast(log: Log): Promise<void> {
    const last = log.segments.at(-1)
    if (!last || last.closed || this.#gone(log) || !isPiece(log.segments, last)) return
    await this.#options.segments.writeBack(log)
    await this.#arrange(log, [...log.segments.slice(0, -1), { ...last, closed: true }])
  }

  /** One new file with the bytes of all of them; what is one already is left as it is. */
  async #copy(log: Log, group: readonly Segment[]): Promise<Segment> {
    const [first] = group as readonly [Segment]
    if (group.length === 1 && (await this.#isWhole(log, first))) return first
    const file = `${fileOf(first.base)}.${this.#options.changes.newNumber()}.swap`
    const to = await this.#options.segments.concatenate(log, file, group)
    const time = Math.max(...group.map((segment) => segment.time))
    return { ...first, file, from: 0, to, time, dense: group.every(({ dense }) => dense), closed: true }
  }

  /** Puts the new file in the place of the pieces, unless somebody has changed them meanwhile. */
  async #swap(log: Log, group: readonly Segment[], made: Segment): Promise<boolean> {
    if (group.length === 1 && group[0] === made) return log.segments.includes(made)
    const at = log.segments.indexOf(group[0]!)
    const same = !this.#gone(log) && at >= 0 && group.every((segment, i) => log.segments[at + i] === segment)
    if (!same) {
      await this.#options.segments.removeUnused(log, [made])
      return false
    }
    const old = log.segments
    const done = await this.#arrange(log, [...old.slice(0, at), made, ...old.slice(at + group.length)])
    await this.#options.segments.removeUnused(log, done ? old : [made])
    return done
  }

  /** Gives the file Kafka's name: a second name first, then the journal says which one counts, then the first one goes. */
  async #rename(log: Log, made: Segment): Promise<boolean> {
    const at = log.segments.findIndex(({ file }) => file === made.file)
    const segment = log.segments[at]
    if (!segment || this.#gone(log)) return false
    const file = fileOf(segment.base)
    if (log.segments.some((other) => other.file === file)) return false
    await this.#options.segments.link(log, segment.file, file)
    const old = log.segments
    const renamed = old.map((other) => (other === segment ? { ...segment, file, closed: false } : other))
    const done = await this.#arrange(log, renamed)
    if (done) await this.#options.segments.removeUnused(log, old)
    return done
  }

  async #isWhole(log: Log, { file, from, to }: Segment): Promise<boolean> {
    return from === 0 && file.endsWith('.swap') && (await this.#options.segments.bytes.fileSize(log, file)) === to
  }

  #gone(log: Log): boolean {
    return this.#options.state.byNumber.get(log.number) !== log
  }

  async #arrange(log: Log, segments: readonly Segment[]): Promise<boolean> {
    const { changes } = this.#options
    const outcome = await changes.commit({
      arrange: log.number,
      segments: segments.map(storeSegment),
      bytes: log.bytes,
    })
    return outcome.kind === 'DONE'
  }
}

/** Whether it is anything else than one file of Kafka's name of which only the beginning may be gone. */
function isPiece(segments: readonly Segment[], segment: Segment): boolean {
  if (segment.closed || (segment.from > 0 && segment !== segments[0])) return true
  return segments.some((other) => other !== segment && other.file === segment.file)
}

const isUntidy = ({ segments }: Log): boolean => segments.some((segment) => isPiece(segments, segment))

const harmlessCodes = new Set([
  'ENOSPC',
  'EDQUOT',
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
  'EEXIST',
])

/** The log reads as well as before: no room, a file system without links, damage that whoever reads it is told of. */
function isHarmless(error: unknown): boolean {
  if (error instanceof CorruptLog) return true
  return error instanceof Error && 'code' in error && harmlessCodes.has(String(error.code))
}

/** Runs of pieces, each as large as a segment may be. */
function groupsOf(segments: readonly Segment[], segmentBytes: number): readonly (readonly Segment[])[] {
  const groups: Segment[][] = []
  let group: Segment[] = []
  let size = 0
  for (const [i, segment] of segments.entries()) {
    const length = segment.to - segment.from
    const end = segments[i + 1]?.base ?? segment.base
    const joins = isPiece(segments, segment)
    const fits = size + length <= segmentBytes && end - (group[0]?.base ?? segment.base) <= int32Max
    if (group.length > 0 && (!joins || !fits)) {
      groups.push(group)
      group = []
      size = 0
    }
    if (!joins) continue
    group.push(segment)
    size += length
  }
  return group.length > 0 ? [...groups, group] : groups
}
