// The catalogue: what the store knew of every log when a checkpoint ended, a line for each. With the groups of the journal
// behind its sequence it is the whole truth; without a crash it is all that an opening reads.
import { join } from 'node:path'
import type { FileSystem } from './files.ts'
import { readWhole, replaceFile } from './files.ts'
import { addLog, emptyState, segmentOf, storeSegment } from './log-state.ts'
import type { Log, State, StoredSegment } from './log-state.ts'
import { seal, unseal, UnreadableStore } from './versioned.ts'

const what = 'jackdaw-catalogue'
const version = 1

interface Head {
  readonly sequence: number
  readonly nextNumber: number
  readonly terms: readonly (readonly [string, number])[]
}

interface Line {
  readonly number: number
  readonly id: string
  readonly name: string
  readonly directory: string
  readonly start: number
  readonly next: number
  readonly epoch: number
  readonly bytes: number
  readonly snapshot?: { readonly at: number; readonly file: string }
  readonly segments: readonly StoredSegment[]
}

const cataloguePath = (home: string): string => join(home, 'catalogue')

/** The catalogue's text for the state as it is now: to be written once what it says is durable in the segments. */
export class Catalogue {
  readonly #files: FileSystem
  readonly #home: string
  // A checkpoint of ten thousand logs of which few have changed costs a join, not ten thousand stringifications.
  readonly #lines = new Map<Log, string>()

  constructor(files: FileSystem, home: string) {
    this.#files = files
    this.#home = home
  }

  /** Takes the state down; what has changed since the last time is taken out of `state.changed`. */
  capture(state: State): Buffer {
    const head: Head = { sequence: state.sequence, nextNumber: state.nextNumber, terms: [...state.terms] }
    const lines = [JSON.stringify(head)]
    for (const log of this.#lines.keys()) if (state.byNumber.get(log.number) !== log) this.#lines.delete(log)
    for (const log of state.byNumber.values()) {
      let line = this.#lines.get(log)
      if (line === undefined || state.changed.has(log)) this.#lines.set(log, (line = lineOf(log)))
      lines.push(line)
    }
    state.changed.clear()
    return Buffer.from(lines.join('\n'))
  }

  write(text: Buffer): Promise<void> {
    return replaceFile(this.#files, cataloguePath(this.#home), seal(what, version, text))
  }
}

function lineOf(log: Log): string {
  const { number, directory, start, next, epoch, bytes, snapshot } = log
  const { id, name } = log.log
  const segments = log.segments.map(storeSegment)
  return JSON.stringify({ number, id, name, directory, start, next, epoch, bytes, snapshot, segments } satisfies Line)
}

export async function readCatalogue(files: FileSystem, home: string): Promise<State> {
  const path = cataloguePath(home)
  const bytes = await readWhole(files, path)
  if (!bytes) throw new UnreadableStore(`${path} is gone: without it the store does not know its logs`)
  const [first = '', ...lines] = unseal(path, what, version, bytes).toString().split('\n')
  const head = JSON.parse(first) as Head
  const state = emptyState()
  for (const text of lines) {
    const { id, name, segments, snapshot, ...line } = JSON.parse(text) as Line
    addLog(state, { ...line, log: { id, name }, snapshot, segments: segments.map(segmentOf) })
  }
  state.sequence = head.sequence
  state.nextNumber = head.nextNumber
  for (const [role, term] of head.terms) state.terms.set(role, term)
  return state
}
