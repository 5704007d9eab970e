// Puts the parts of a store together: who calls whom, in one place.
import type { LogId } from '@jackdaw/ports'
import { Appends } from './appends.ts'
import { Catalogue } from './catalogue.ts'
import { Changes } from './changes.ts'
import { Checkpoints } from './checkpoint.ts'
import { Committer } from './committer.ts'
import { FileCoordination } from './coordination.ts'
import { FilePool } from './file-pool.ts'
import { Health } from './health.ts'
import { Hints } from './hints.ts'
import type { Journal } from './journal.ts'
import type { State } from './log-state.ts'
import type { Settings } from './options.ts'
import { Reader } from './reader.ts'
import { Replaces } from './replaces.ts'
import { Segments } from './segments.ts'
import { Tidy } from './tidy.ts'
import { Upkeep } from './upkeep.ts'

export const largestEntry = 64 << 20
const reserveBytes = 4 << 20

export interface Parts {
  readonly state: State
  readonly journal: Journal
  readonly health: Health
  readonly pool: FilePool
  readonly segments: Segments
  readonly upkeep: Upkeep
  readonly committer: Committer
  readonly reader: Reader
  readonly changes: Changes
  readonly replaces: Replaces
  readonly tidy: Tidy
  readonly appends: Appends
  readonly hints: Hints<LogId>
  readonly coordination: FileCoordination
}

/** What was found in the directory. */
export interface Found {
  readonly incarnation: string
  readonly state: State
  /** The last process did not close the store. */
  readonly crashed: boolean
}

export function assemble(settings: Settings, home: string, found: Found, journal: Journal): Parts {
  const { state, incarnation } = found
  const { files, directory, framing, openFiles, wall, segmentBytes } = settings
  const health: Health = new Health(directory, (why) => committer.fail(why))
  const pool = new FilePool(files, openFiles, settings.durability === 'power', (error) => health.fail(error))
  const segments = new Segments({ files, pool, framing, directory, state, crashed: found.crashed })
  const checkpoints = new Checkpoints({
    files,
    home,
    state,
    segments,
    catalogue: new Catalogue(files, home),
    journal,
    reserveBytes: Math.min(reserveBytes, settings.journalFileBytes),
    mustRun: () => health.mustRun(),
  })
  const upkeep = new Upkeep(settings, state, journal, checkpoints, health)
  const committer = new Committer({
    journal,
    state,
    wall,
    ready: (records) => upkeep.ready(records),
    passes: (error) => health.note(error) === 'FULL',
    onFailure: (error) => health.fail(error),
    onCommitted: () => upkeep.look(),
  })
  const hints = new Hints<LogId>()
  const reader = new Reader(segments, framing)
  const changes = new Changes({ files, directory, incarnation, state, committer, segments, reader, health })
  const tidy = new Tidy({ state, changes, segments, health, segmentBytes })
  const replaces = new Replaces(changes, segments, reader, framing, wall, (log) => tidy.note(log))
  const appends = new Appends({
    settings,
    framing,
    state,
    committer,
    segments,
    health,
    largestEntry,
    onAdvanced: (log) => hints.tell(log.log),
    onFull: () => upkeep.probe(),
    onDirect: (bytes) => upkeep.direct(bytes),
  })
  const coordination = new FileCoordination(state, committer, health)
  return {
    state,
    journal,
    health,
    pool,
    segments,
    upkeep,
    committer,
    reader,
    changes,
    replaces,
    tidy,
    appends,
    hints,
    coordination,
  }
}
