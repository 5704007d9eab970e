// Everything that changes a log without extending it: create, remove, open, trim, snapshot. Each is one record of the journal.
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { CorruptLog, OFFSET_LIMIT } from '@jackdaw/ports'
import type { ChangeOutcome, Fenced, LogId, Missing, Opened, Opening, Snapshot } from '@jackdaw/ports'
import type { Committed, Committer } from './committer.ts'
import { directoryFor } from './directory-name.ts'
import type { FileSystem } from './files.ts'
import { readWhole, replaceFile } from './files.ts'
import type { Health } from './health.ts'
import type { Change, Log, State } from './log-state.ts'
import type { Reader } from './reader.ts'
import type { Segments } from './segments.ts'
import { inTurn } from './turns.ts'
import { seal, unseal } from './versioned.ts'

export interface ChangesOptions {
  readonly files: FileSystem
  readonly directory: string
  readonly incarnation: string
  readonly state: State
  readonly committer: Committer
  readonly segments: Segments
  readonly reader: Reader
  readonly health: Health
}

const fenced: Fenced = { kind: 'FENCED' }
const missing: Missing = { kind: 'MISSING' }

export class Changes {
  readonly #options: ChangesOptions
  // Which session made an opening: a later process never makes the same one.
  readonly #session = randomUUID()
  #openings = 0
  // Creating and removing are rare, and the one has to see what the other did.
  #catalogueTurn: Promise<unknown> = Promise.resolve()

  constructor(options: ChangesOptions) {
    this.#options = options
  }

  create(logs: readonly { readonly log: LogId; readonly at?: number }[]): Promise<void> {
    return this.#inCatalogueTurn(async () => {
      const { state } = this.#options
      const wanted = new Map<string, { log: LogId; at: number }>()
      for (const { log, at = 0 } of logs) {
        if (!Number.isSafeInteger(at) || at < 0 || at >= OFFSET_LIMIT)
          throw new RangeError(`${log.name} cannot begin at ${at}`)
        if (!state.logs.has(log.id) && !wanted.has(log.id))
          wanted.set(log.id, { log: { id: log.id, name: log.name }, at })
      }
      if (wanted.size === 0) return
      let number = state.nextNumber
      const taken = new Set(state.directories)
      const create = Array.from(wanted.values(), ({ log, at }) => {
        const directory = directoryFor(log.name, number, taken)
        taken.add(directory.toLowerCase())
        return { number: number++, log, directory, at }
      })
      await this.#mustCommit({ create })
    })
  }

  remove(logs: readonly LogId[]): Promise<void> {
    return this.#inCatalogueTurn(async () => {
      const { state } = this.#options
      const found = new Set(logs.flatMap(({ id }) => state.logs.get(id) ?? []))
      await Promise.all(Array.from(found, (log) => inTurn(log, () => this.#remove(log))))
    })
  }

  async #remove(log: Log): Promise<void> {
    const { segments, files, directory } = this.#options
    await this.#mustCommit({ remove: [log.number] })
    await segments.inTurn(log, async () => {
      segments.drop(log)
      if (!(await files.list(directory)).includes(log.directory)) return
      // Out of the way of a later log of that name first; then its files, in their own time.
      const grave = join(directory, `${log.directory.slice(0, 200)}.${randomUUID().replaceAll('-', '')}-delete`)
      await files.rename(segments.bytes.directoryOf(log), grave)
      await files.syncDirectory(directory)
      await files.remove(grave)
    })
  }

  open(
    logs: readonly { readonly log: LogId; readonly epoch: number }[],
  ): Promise<readonly (Opened | Fenced | Missing)[]> {
    return Promise.all(
      logs.map(async ({ log: { id }, epoch }) => {
        const log = this.#options.state.logs.get(id)
        return log ? inTurn(log, () => this.#open(log, epoch)) : missing
      }),
    )
  }

  async #open(log: Log, epoch: number): Promise<Opened | Fenced | Missing> {
    const { state, health, incarnation } = this.#options
    if (state.byNumber.get(log.number) !== log) return missing
    if (epoch < log.epoch) return fenced
    health.mustRun()
    if (epoch > log.epoch) await this.#mustCommit({ open: [[log.number, epoch]] })
    const snapshot = await this.#readSnapshot(log)
    log.opening = `${this.#session}/${++this.#openings}`
    const { opening, start, next, bytes } = log
    return { kind: 'OPENED', opening, start, next, bytes, incarnation, snapshot }
  }

  async #readSnapshot(log: Log): Promise<Snapshot | undefined> {
    if (!log.snapshot) return undefined
    const { at, file } = log.snapshot
    const path = this.#options.segments.bytes.pathOf(log, file)
    try {
      const bytes = await readWhole(this.#options.files, path)
      if (!bytes) throw new Error(`${path} is gone`)
      return { at, bytes: unseal(path, 'jackdaw-snapshot', 1, bytes) }
    } catch (cause) {
      // It sums up what may be trimmed away. Where nothing is, the log itself says it all; else nobody can tell.
      if (log.start > 0) log.damage ??= new CorruptLog(log.log, `its snapshot at ${at} cannot be read`, { cause })
      return undefined
    }
  }

  snapshot({ id }: LogId, opening: Opening, at: number, bytes: Uint8Array): Promise<ChangeOutcome> {
    return this.change(id, opening, async (log) => {
      const { files, segments } = this.#options
      const file = `${String(at).padStart(20, '0')}.snapshot`
      const path = segments.bytes.pathOf(log, file)
      const old = log.snapshot?.file
      await segments.inTurn(log, async () => {
        await segments.directories.make(log)
        await replaceFile(files, path, seal('jackdaw-snapshot', 1, bytes))
        await segments.directories.sync()
      })
      const outcome = await this.commit({ snapshot: log.number, at, file })
      if (outcome.kind === 'DONE' && old !== undefined && old !== file)
        await files.remove(segments.bytes.pathOf(log, old))
      return outcome
    })
  }

  trim({ id }: LogId, opening: Opening, before: number): Promise<ChangeOutcome> {
    return this.change(id, opening, async (log) => {
      const { reader, segments } = this.#options
      const start = Math.min(before, log.next)
      if (start <= log.start) return { kind: 'DONE' }
      const old = log.segments
      const place = await reader.locate(log, start)
      const first = place ? { file: place.segment.file, base: place.offset, from: place.position } : null
      const kept = place ? old.slice(old.indexOf(place.segment) + 1) : []
      let bytes = place ? place.segment.to - place.position : 0
      for (const segment of kept) bytes += segment.to - segment.from
      const outcome = await this.commit({ trim: log.number, start, first, bytes })
      if (outcome.kind === 'DONE') await segments.removeUnused(log, old)
      return outcome
    })
  }

  /** Runs `change` in the log's turn, if the opening is the one that counts. */
  async change(id: string, opening: Opening, change: (log: Log) => Promise<ChangeOutcome>): Promise<ChangeOutcome> {
    const { state, health } = this.#options
    const log = state.logs.get(id)
    if (!log) return fenced
    return inTurn(log, async () => {
      if (log.opening !== opening || state.byNumber.get(log.number) !== log) return fenced
      if (health.stopped) return { kind: 'UNKNOWN', cause: health.stopped }
      try {
        return await change(log)
      } catch (cause) {
        if (cause instanceof RangeError) throw cause
        if (cause instanceof CorruptLog) return { kind: 'FULL', reason: `${cause.name}: ${cause.message}` }
        return health.note(cause) === 'FULL' ? { kind: 'FULL', reason: health.full! } : { kind: 'UNKNOWN', cause }
      }
    })
  }

  async commit(change: Change): Promise<ChangeOutcome> {
    return outcomeOf(await this.#options.committer.commit({ kind: 'CHANGE', change }))
  }

  /** A number that no file of this store has in its name. */
  newNumber(): string {
    return randomUUID().slice(0, 8)
  }

  async #mustCommit(change: Change): Promise<void> {
    const committed = await this.#options.committer.commit({ kind: 'CHANGE', change })
    if (committed.kind !== 'DONE') throw committed.cause
  }

  #inCatalogueTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#options.health.mustRun()
    const done = this.#catalogueTurn.then(work)
    this.#catalogueTurn = done.catch(() => {})
    return done
  }
}

function outcomeOf(committed: Committed): ChangeOutcome {
  if (committed.kind === 'DONE') return { kind: 'DONE' }
  if (committed.kind === 'UNKNOWN') return { kind: 'UNKNOWN', cause: committed.cause }
  return { kind: 'FULL', reason: committed.cause instanceof Error ? committed.cause.message : String(committed.cause) }
}
