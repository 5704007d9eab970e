// What a crash leaves behind: files that no log refers to, and bytes behind the end of a log that were never acknowledged.
import { join } from 'node:path'
import { CorruptLog } from '@jackdaw/ports'
import type { FilePool } from './file-pool.ts'
import type { FileSystem } from './files.ts'
import { isMissing } from './files.ts'
import type { Log, State } from './log-state.ts'
import { identityFile } from './directories.ts'
import { indexFileOf, timeIndexFileOf } from './segment-bytes.ts'

const logsAtOnce = 16
const ours = /\.(?:log|index|timeindex|snapshot)(?:\.[0-9a-f]+\.swap)?$|\.tmp$/

/** Directories of logs that were removed. */
export async function sweepGraves(files: FileSystem, directory: string): Promise<void> {
  for (const name of await files.list(directory)) {
    if (/\.[0-9a-f]{32}-delete$/.test(name)) await files.remove(join(directory, name))
  }
}

/** Removes what nothing refers to and cuts each log's files where the log ends. Marks logs whose files have vanished. */
export async function sweepLogs(files: FileSystem, pool: FilePool, directory: string, state: State): Promise<void> {
  const names = new Set(await files.list(directory))
  const logs = [...state.byNumber.values()]
  let next = 0
  const worker = async () => {
    while (next < logs.length) {
      const log = logs[next++]!
      if (names.has(log.directory)) await sweepLog(files, pool, join(directory, log.directory), log)
      else mustBeThere(log, directory)
    }
  }
  await Promise.all(Array.from({ length: logsAtOnce }, worker))
  await sweepUnknown(files, directory, names, state)
}

function mustBeThere(log: Log, directory: string): void {
  const stored = storedEnds(log)
  if ([...stored.values()].some((end) => end > 0)) {
    log.damage ??= new CorruptLog(log.log, `its directory ${join(directory, log.directory)} is gone`)
  }
}

async function sweepLog(files: FileSystem, pool: FilePool, path: string, log: Log): Promise<void> {
  const referenced = new Set<string>([identityFile])
  if (log.snapshot) referenced.add(log.snapshot.file)
  for (const { file } of log.segments)
    for (const name of [file, indexFileOf(file), timeIndexFileOf(file)]) referenced.add(name)
  for (const name of await files.list(path)) {
    if (!referenced.has(name) && ours.test(name)) await files.remove(join(path, name))
  }
  const ends = fileEnds(log)
  for (const [file, stored] of storedEnds(log)) {
    const size = await pool.size(join(path, file)).catch((error: unknown) => {
      if (isMissing(error)) return 0
      throw error
    })
    if (size > ends.get(file)!) await pool.truncate(join(path, file), ends.get(file)!)
    if (size < stored)
      log.damage ??= new CorruptLog(log.log, `${join(path, file)} holds ${size} bytes in place of ${stored}`)
  }
}

/** Where each file of the log ends. */
function fileEnds(log: Log): Map<string, number> {
  const ends = new Map<string, number>()
  for (const { file, to } of log.segments) ends.set(file, Math.max(to, ends.get(file) ?? 0))
  return ends
}

/** How much of each file was stored in it by itself, and not only in the journal. */
function storedEnds(log: Log): Map<string, number> {
  const ends = fileEnds(log)
  for (const { file, position } of log.tail) ends.set(file, Math.min(position, ends.get(file) ?? position))
  return ends
}

/** Directories of logs that the store does not know: they were removed, and the crash came before their directory went. */
async function sweepUnknown(
  files: FileSystem,
  directory: string,
  names: ReadonlySet<string>,
  state: State,
): Promise<void> {
  for (const name of names) {
    if (name.startsWith('.') || state.directories.has(name.toLowerCase())) continue
    if ((await files.list(join(directory, name))).includes(identityFile)) await files.remove(join(directory, name))
  }
}
