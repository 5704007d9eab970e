// Opening a directory: lock, format, catalogue, journal; then the parts are put together. After a clean stop nothing but
// the catalogue is read, however many logs there are and however long they have grown.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Coordination, LogId, LogStore, LogStoreSupports } from '@jackdaw/ports'
import { Appends } from './appends.ts'
import { Catalogue, readCatalogue } from './catalogue.ts'
import { Changes } from './changes.ts'
import { Checkpoints } from './checkpoint.ts'
import { Committer } from './committer.ts'
import { FileCoordination } from './coordination.ts'
import { FilePool } from './file-pool.ts'
import type { FileSystem } from './files.ts'
import { readWhole, replaceFile } from './files.ts'
import { Health, StoreClosed } from './health.ts'
import { Hints } from './hints.ts'
import { Journal } from './journal.ts'
import { FileLogStore } from './log-store.ts'
import type { State } from './log-state.ts'
import { emptyState, fileOf } from './log-state.ts'
import type { FileStoreOptions, Settings } from './options.ts'
import { settingsOf } from './options.ts'
import { Reader } from './reader.ts'
import { checkExtents, replay } from './recovery.ts'
import type { FilesInUse } from './recovery.ts'
import { Replaces } from './replaces.ts'
import { Segments } from './segments.ts'
import { Upkeep } from './upkeep.ts'
import { Tidy } from './tidy.ts'
import { sweepGraves, sweepLogs } from './sweep.ts'
import { seal, unseal, UnreadableStore } from './versioned.ts'

/** The store of one directory: its logs, and the roles of the process that has it open. Disposing it, or its logs, closes all. */
export interface FileStore extends AsyncDisposable {
  readonly logs: LogStore
  readonly coordination: Coordination
  /** A random id that is kept with the data: it changes only if the directory was emptied. */
  readonly incarnation: string
  /** Puts what the journal holds into the segment files. It happens by itself; a backup may want it now. */
  checkpoint(): Promise<void>
}

const largestEntry = 64 << 20
const maxLogs = 1_000_000
const formatVersion = 1
const tidyEveryMs = 5000

/**
 * Opens the store of a directory, and makes it where there is none.
 *
 * Throws {@link DirectoryInUse} where another process has it open, {@link UnreadableStore} where what is in it is damaged, of
 * a version that this release does not know, or no store.
 */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  const settings = settingsOf(options)
  const { files, directory } = settings
  const home = join(directory, '.jackdaw')
  await mustBeStore(files, directory)
  await files.makeDirectory(home)
  const lock = files.lock(home)
  try {
    const found = await load(settings, home)
    return await start(settings, home, found, () => lock.release())
  } catch (error) {
    lock.release()
    throw error
  }
}

interface Found {
  readonly incarnation: string
  readonly state: State
  /** The last process did not close the store. */
  readonly crashed: boolean
  readonly inUse: FilesInUse
  readonly extents: Awaited<ReturnType<typeof replay>>['extents']
}

/** A directory with anything else in it is somebody else's. */
async function mustBeStore(files: FileSystem, directory: string): Promise<void> {
  const names = await files.list(directory)
  if (names.includes('.jackdaw')) return
  const foreign = names.find((name) => name !== 'lost+found' && !name.startsWith('.'))
  if (foreign === undefined) return
  throw new UnreadableStore(`${directory} is no store of this program: it holds ${foreign}. Choose an empty directory.`)
}

async function load(settings: Settings, home: string): Promise<Found> {
  const { files } = settings
  const formatPath = join(home, 'format')
  const format = await readWhole(files, formatPath)
  if (!format) return { ...(await make(files, home, formatPath)), crashed: false, inUse: new Map(), extents: [] }
  const { incarnation } = JSON.parse(unseal(formatPath, 'jackdaw-store', formatVersion, format).toString()) as {
    incarnation: string
  }
  const state = await readCatalogue(files, home)
  if (await readWhole(files, join(home, 'clean')))
    return { incarnation, state, crashed: false, inUse: new Map(), extents: [] }
  const replayed = await replay(files, join(home, 'journal'), state, settings.wall())
  return { incarnation, state, crashed: true, ...replayed }
}

/** The format file comes last: a directory without it was never used. */
async function make(
  files: FileSystem,
  home: string,
  formatPath: string,
): Promise<Pick<Found, 'incarnation' | 'state'>> {
  const state = emptyState()
  const incarnation = randomUUID()
  await files.makeDirectory(join(home, 'journal'))
  const catalogue = new Catalogue(files, home)
  await catalogue.write(catalogue.capture(state))
  await replaceFile(
    files,
    formatPath,
    seal('jackdaw-store', formatVersion, Buffer.from(JSON.stringify({ incarnation }))),
  )
  await files.syncDirectory(join(home, '..'))
  return { incarnation, state }
}

async function start(settings: Settings, home: string, found: Found, unlock: () => void): Promise<FileStore> {
  const { files, directory, framing } = settings
  const { state, incarnation } = found
  const durable = settings.durability === 'power'
  // Before the journal goes on: from here on a crash has to find that the store was open.
  await files.remove(join(home, 'clean'))
  await files.syncDirectory(home)
  const journal = await Journal.open(files, join(home, 'journal'), state.sequence, found.inUse, {
    fileBytes: settings.journalFileBytes,
    maxFiles: settings.journalFiles,
    durable,
  })
  const health: Health = new Health(directory, (why) => committer.fail(why))
  const pool = new FilePool(files, settings.openFiles, durable, (error) => health.fail(error))
  const segments = new Segments({ files, pool, framing, directory, state })
  const catalogue = new Catalogue(files, home)
  const checkpoints = new Checkpoints({
    files,
    home,
    state,
    segments,
    catalogue,
    journal,
    reserveBytes: Math.min(4 << 20, settings.journalFileBytes),
    mustRun: () => health.mustRun(),
  })
  const upkeep = new Upkeep(settings, state, journal, checkpoints, health)
  const committer = new Committer({
    journal,
    state,
    wall: settings.wall,
    ready: (records) => upkeep.ready(records),
    passes: (error) => health.note(error) === 'FULL',
    onFailure: (error) => health.fail(error),
    onCommitted: () => upkeep.look(),
  })
  if (found.crashed) {
    await checkExtents(pool, state, found.extents, (log, file) => segments.bytes.pathOf(log, file))
    await sweepLogs(files, pool, directory, state)
    for (const extent of found.extents) {
      const log = state.byNumber.get(extent.log)
      if (log) segments.touched(log, fileOf(extent.segment))
    }
    await upkeep.checkpoint().catch(() => {})
    health.mustRun()
  }
  void sweepGraves(files, directory).catch(() => {})
  const hints = new Hints<LogId>()
  const closing = new AbortController()
  const reader = new Reader(segments, framing)
  const changes = new Changes({ files, directory, incarnation, state, committer, segments, reader, health })
  const replaces = new Replaces(changes, segments, reader, framing, settings.wall, (log) => tidy.note(log))
  const tidy = new Tidy({ state, changes, segments, health, segmentBytes: settings.segmentBytes })
  const tidying = setInterval(() => void tidy.look(), tidyEveryMs).unref()
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

  let closed: Promise<void> | undefined
  const close = async () => {
    clearInterval(tidying)
    closing.abort(new StoreClosed(`${directory} is closed`))
    await coordination[Symbol.asyncDispose]()
    await tidy.finish()
    await committer.idle()
    try {
      const clean = await closeFiles({ health, upkeep, pool, journal })
      if (clean) await replaceFile(files, join(home, 'clean'), Buffer.from('closed\n'))
    } finally {
      unlock()
    }
  }
  const closeOnce = () => (closed ??= close())
  const supports = supportsOf(settings)
  const logs = new FileLogStore({
    supports,
    state,
    appends,
    changes,
    replaces,
    reader,
    health,
    hints,
    closing: closing.signal,
    close: closeOnce,
  })
  return { logs, coordination, incarnation, checkpoint: () => upkeep.checkpoint(), [Symbol.asyncDispose]: closeOnce }
}

/** Whether all of it is in the segments and the catalogue, so that the next process need not look at the journal. */
async function closeFiles(parts: {
  health: Health
  upkeep: Upkeep
  pool: FilePool
  journal: Journal
}): Promise<boolean> {
  const { health, upkeep, pool, journal } = parts
  let clean = health.stopped === undefined
  if (clean) await upkeep.finish().catch(() => (clean = false))
  health.close()
  if (clean) await pool.close()
  else await pool.abandon()
  await journal.close()
  return clean
}

function supportsOf({ durability, journalFileBytes }: Settings): LogStoreSupports {
  return {
    scope: 'process',
    durability: durability === 'power' ? 'D3' : 'D2',
    durabilityReason:
      durability === 'power'
        ? 'every group of the journal is synced to the device before it is acknowledged'
        : 'the operating system has the bytes when they are acknowledged; they are not synced to the device',
    largestEntry,
    maxLogs,
    flushesInFlight: 2,
    pipelined: false,
    bestFlushBytes: Math.min(1 << 20, journalFileBytes >> 2),
    bestLingerMs: 0,
  }
}
