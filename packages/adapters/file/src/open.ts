// Opening a directory: lock, format, catalogue, journal; then the parts are put together. After a clean stop nothing but
// the catalogue is read, however many logs there are and however long they have grown.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Coordination, LogStore, LogStoreSupports } from '@jackdaw/ports'
import { assemble, largestEntry } from './assemble.ts'
import type { Found, Parts } from './assemble.ts'
import { Catalogue, readCatalogue } from './catalogue.ts'
import type { FileSystem, Lock } from './files.ts'
import { readWhole, replaceFile } from './files.ts'
import { StoreClosed } from './health.ts'
import { Journal } from './journal.ts'
import { FileLogStore } from './log-store.ts'
import { emptyState, fileOf } from './log-state.ts'
import type { FileStoreOptions, Settings } from './options.ts'
import { settingsOf } from './options.ts'
import { checkExtents, replay } from './recovery.ts'
import type { FilesInUse } from './recovery.ts'
import { sweepGraves, sweepLogs } from './sweep.ts'
import { inTurn } from './turns.ts'
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
    return await start(settings, home, found, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

interface Loaded extends Found {
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

async function load(settings: Settings, home: string): Promise<Loaded> {
  const { files } = settings
  const formatPath = join(home, 'format')
  const format = await readWhole(files, formatPath)
  if (!format) {
    await mustBeUnused(settings, home, formatPath)
    return { ...(await make(files, home, formatPath)), crashed: false, inUse: new Map(), extents: [] }
  }
  const { incarnation } = JSON.parse(unseal(formatPath, 'jackdaw-store', formatVersion, format).toString()) as {
    incarnation: string
  }
  const state = await readCatalogue(files, home)
  if (await readWhole(files, join(home, 'clean')))
    return { incarnation, state, crashed: false, inUse: new Map(), extents: [] }
  const replayed = await replay(files, join(home, 'journal'), state, settings.wall())
  return { incarnation, state, crashed: true, ...replayed }
}

/** A store that has lost its format file is not made anew: whoever counts on its logs has to hear of it. */
async function mustBeUnused({ files, directory }: Settings, home: string, formatPath: string): Promise<void> {
  const catalogue = (await files.list(home)).includes('catalogue') ? await readCatalogue(files, home) : emptyState()
  const logs = (await files.list(directory)).filter((name) => name !== 'lost+found' && !name.startsWith('.'))
  if (catalogue.logs.size === 0 && logs.length === 0) return
  throw new UnreadableStore(
    `${formatPath} is gone, but logs are there. Restore it, or the whole directory, from a copy.`,
  )
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

async function start(settings: Settings, home: string, found: Loaded, lock: Lock): Promise<FileStore> {
  const { files, directory } = settings
  // Before the journal goes on: from here on a crash has to find that the store was open.
  await files.remove(join(home, 'clean'))
  await files.syncDirectory(home)
  const journal = await Journal.open(files, join(home, 'journal'), found.state.sequence, found.inUse, {
    fileBytes: settings.journalFileBytes,
    maxFiles: settings.journalFiles,
    durable: settings.durability === 'power',
  })
  const parts = assemble(settings, home, found, journal)
  if (found.crashed) await recover(settings, parts, found)
  void sweepGraves(files, directory).catch(() => {})
  const tidying = setInterval(() => void parts.tidy.look(), tidyEveryMs).unref()

  const closing = new AbortController()
  let closed: Promise<void> | undefined
  const close = async () => {
    clearInterval(tidying)
    closing.abort(new StoreClosed(`${directory} is closed`))
    try {
      const clean = await closeParts(parts)
      if (clean) await replaceFile(files, join(home, 'clean'), Buffer.from('closed\n'))
    } finally {
      lock.release()
    }
  }
  const closeOnce = () => (closed ??= close())
  const logs = new FileLogStore({ ...parts, supports: supportsOf(settings), closing: closing.signal, close: closeOnce })
  const { coordination, upkeep } = parts
  const { incarnation } = found
  return { logs, coordination, incarnation, checkpoint: () => upkeep.checkpoint(), [Symbol.asyncDispose]: closeOnce }
}

/** After a crash: what was never acknowledged goes, what was is put where a checkpoint puts it. Without room that waits. */
async function recover({ files, directory }: Settings, parts: Parts, { extents }: Loaded): Promise<void> {
  const { state, pool, segments, upkeep, health, journal } = parts
  try {
    await checkExtents(pool, state, extents, (log, file) => segments.bytes.pathOf(log, file))
    await sweepLogs(files, pool, directory, state)
    for (const extent of extents) {
      const log = state.byNumber.get(extent.log)
      if (log) segments.touched(log, fileOf(extent.segment))
    }
    await upkeep.checkpoint().catch(() => {})
    health.mustRun()
  } catch (error) {
    await pool.abandon()
    await journal.close()
    throw error
  }
}

/** Whether all of it is in the segments and the catalogue, so that the next process need not look at the journal. */
async function closeParts({
  state,
  health,
  upkeep,
  pool,
  journal,
  committer,
  coordination,
  tidy,
}: Parts): Promise<boolean> {
  await coordination[Symbol.asyncDispose]()
  const busy = [...state.byNumber.values()].filter((log) => log.busy)
  await Promise.all(busy.map((log) => inTurn(log, async () => {})))
  await tidy.finish()
  await committer.idle()
  let clean = health.stopped === undefined
  if (clean) await upkeep.finish().catch(() => (clean = false))
  clean &&= health.stopped === undefined
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
