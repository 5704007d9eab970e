// Opening after a crash: the journal is read behind the catalogue's sequence, and the state is as it was. The end of the
// journal may be torn, for at most one group was under way; anything else that is not whole is damage and is named.
import { crc32 } from 'node:zlib'
import { CorruptLog } from '@jackdaw/ports'
import type { FilePool } from './file-pool.ts'
import type { FileSystem } from './files.ts'
import { isMissing, readWhole } from './files.ts'
import { decodeGroup, findGroup, sizeOfEntries } from './journal-record.ts'
import type { ExtentRecord, Group, JournalRecord } from './journal-record.ts'
import { decodeJournalHeader, fileHeaderBytes, journalFiles } from './journal.ts'
import type { Log, State } from './log-state.ts'
import { applyRecord, fileOf } from './log-state.ts'
import { UnreadableStore } from './versioned.ts'

interface JournalPart {
  readonly path: string
  readonly first: number
  readonly groups: readonly Group[]
}

/** The last sequence in each file of the journal that holds groups which the catalogue does not. */
export type FilesInUse = ReadonlyMap<string, number>

/** Applies the journal to `state`. Returns the extents that are to be checked, and the files that are still needed. */
export async function replay(
  files: FileSystem,
  directory: string,
  state: State,
  wall: number,
): Promise<{ readonly inUse: FilesInUse; readonly extents: readonly ExtentRecord[] }> {
  const parts = await readParts(files, directory, state.sequence)
  const inUse = new Map<string, number>()
  const extents: ExtentRecord[] = []
  for (const { path, groups } of parts) {
    for (const group of groups) {
      if (group.sequence <= state.sequence) continue
      if (group.sequence !== state.sequence + 1) {
        throw new UnreadableStore(
          `${path} goes on with group ${group.sequence}; the groups from ${state.sequence + 1} on are missing`,
        )
      }
      for (const record of group.records) {
        apply(state, record, wall, path)
        if (record.kind === 'EXTENT') extents.push(record)
      }
      state.sequence = group.sequence
      inUse.set(path, group.sequence)
    }
  }
  return { inUse, extents }
}

function apply(state: State, record: JournalRecord, wall: number, path: string): void {
  try {
    applyRecord(state, record, { bytes: bytesOf(record), wall, replayed: true })
  } catch (cause) {
    throw new UnreadableStore(`${path} does not fit to the catalogue: it is of another time`, { cause })
  }
}

const bytesOf = (record: JournalRecord): Uint8Array | undefined =>
  record.kind === 'BYTES' ? record.bytes[0] : undefined

async function readParts(files: FileSystem, directory: string, after: number): Promise<readonly JournalPart[]> {
  const parts: JournalPart[] = []
  for (const path of await journalFiles(files, directory)) {
    const bytes = await readWhole(files, path)
    const part = bytes && readPart(path, bytes, after)
    if (part) parts.push(part)
  }
  return parts.sort((a, b) => a.first - b.first)
}

function readPart(path: string, bytes: Buffer, after: number): JournalPart | undefined {
  const header = decodeJournalHeader(bytes)
  if (typeof header === 'number') {
    throw new UnreadableStore(`${path} is of version ${header}, which this release does not know`)
  }
  if (header === 'UNUSED') {
    mustBeUnused(path, bytes, after)
    return undefined
  }
  const groups: Group[] = []
  let at = fileHeaderBytes
  for (;;) {
    const group = decodeGroup(bytes, at, header.nonce)
    if (!group || group.sequence !== header.firstSequence + groups.length) break
    groups.push(group)
    at += group.length
  }
  mustEndHere(path, bytes, at, header.nonce, header.firstSequence + groups.length, after)
  return { path, first: header.firstSequence, groups }
}

/** Only the last group can be torn: where another one follows, what is not whole was acknowledged once. */
function mustEndHere(path: string, bytes: Buffer, at: number, nonce: Buffer, expected: number, after: number): void {
  const found = findGroup(bytes, at, nonce)
  if (found < 0) return
  const { sequence } = decodeGroup(bytes, found, nonce)!
  if (sequence < expected || sequence <= after) return
  throw new UnreadableStore(
    `${path} is damaged at byte ${at}: group ${expected} is not whole, but group ${sequence} follows at byte ${found}. ` +
      'What it held was acknowledged; restore the directory from a copy.',
  )
}

/** A header that is not whole belongs to a file that never came into use, unless a whole group stands behind it. */
function mustBeUnused(path: string, bytes: Buffer, after: number): void {
  if (bytes.length < fileHeaderBytes + 32) return
  const nonce = bytes.subarray(fileHeaderBytes + 16, fileHeaderBytes + 24)
  const group = decodeGroup(bytes, fileHeaderBytes, nonce)
  if (!group || group.sequence <= after) return
  throw new UnreadableStore(`${path} is damaged: it holds group ${group.sequence}, but its header is not whole`)
}

/** Extents were durable before the journal named them: one that is not what it was is damage of its log. */
export async function checkExtents(
  pool: FilePool,
  state: State,
  extents: readonly ExtentRecord[],
  pathOf: (log: Log, file: string) => string,
): Promise<void> {
  for (const extent of extents) {
    const log = state.byNumber.get(extent.log)
    const file = fileOf(extent.segment)
    const size = sizeOfEntries(extent.entries)
    const covers = log?.segments.some(
      (s) => s.file === file && s.from <= extent.position && extent.position + size <= s.to,
    )
    if (!log || !covers || log.damage) continue
    const bytes = Buffer.allocUnsafe(size)
    const path = pathOf(log, file)
    const got = await pool.read(path, bytes, extent.position).catch((error: unknown) => {
      if (isMissing(error)) return 0
      throw error
    })
    if (got === size && crc32(bytes) === extent.crc) continue
    log.damage = new CorruptLog(log.log, `${path} is damaged between ${extent.position} and ${extent.position + size}`)
  }
}
