// The few things this adapter asks of a file system, so that tests can fail, tear or forget any of them.
import * as fs from 'node:fs'
import { lockDirectory } from './lock.ts'

export interface OpenFile {
  /** Reads up to `into.length` bytes; fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>
  /** Writes at `position` and says how many bytes went in: a short write is an answer, not an error. */
  write(parts: readonly Uint8Array[], position: number): Promise<number>
  /** The bytes, and what is needed to find them again, are on the device when it resolves. */
  sync(): Promise<void>
  truncate(size: number): Promise<void>
  size(): Promise<number>
  close(): Promise<void>
}

/** `through`: a write resolves only when its bytes are on the device (one system call in place of two). */
export type OpenMode = 'read' | 'write' | 'through'

export interface Lock {
  release(): void
}

export interface FileSystem {
  /** Takes the directory for this store alone. Throws {@link DirectoryInUse} where somebody has it. */
  lock(path: string): Lock
  /** `write` and `through` create the file where it is absent. */
  open(path: string, mode: OpenMode): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  /** A second name for a file. Rejects where there is a file of that name, or where the file system has no such thing. */
  link(from: string, to: string): Promise<void>
  /** A file or a whole directory. Idempotent. */
  remove(path: string): Promise<void>
  /** Idempotent. Says whether it was not there. */
  makeDirectory(path: string): Promise<boolean>
  /** Makes what was created, renamed or removed in the directory durable. */
  syncDirectory(path: string): Promise<void>
  /** Names in the directory; none where there is no such directory. */
  list(path: string): Promise<readonly string[]>
}

const buffersPerCall = 1024

/** Writes all of `parts`. Rejects with what the system says about the byte that did not go in. */
export async function writeAll(file: OpenFile, parts: readonly Uint8Array[], position: number): Promise<void> {
  let left = parts.filter((part) => part.length > 0)
  let at = position
  while (left.length > 0) {
    const batch = left.length > buffersPerCall ? left.slice(0, buffersPerCall) : left
    const written = await file.write(batch, at)
    if (written <= 0) throw new Error(`a write at ${at} took no bytes`)
    at += written
    left = after(left, written)
  }
}

/** What is left of `parts` behind their first `count` bytes. */
function after(parts: readonly Uint8Array[], count: number): Uint8Array[] {
  let index = 0
  let skip = count
  while (index < parts.length && skip >= parts[index]!.length) skip -= parts[index++]!.length
  if (index === parts.length) return []
  return skip === 0 ? parts.slice(index) : [parts[index]!.subarray(skip), ...parts.slice(index + 1)]
}

export function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0
  for (const part of parts) length += part.length
  return length
}

/** The whole file, or `undefined` where there is none. */
export async function readWhole(files: FileSystem, path: string): Promise<Buffer | undefined> {
  let file
  try {
    file = await files.open(path, 'read')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  try {
    const bytes = Buffer.allocUnsafe(await file.size())
    return bytes.subarray(0, await file.read(bytes, 0))
  } finally {
    await file.close()
  }
}

/** Puts `bytes` in place of `path` such that a crash leaves the old file or the new one. */
export async function replaceFile(files: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await files.open(temporary, 'write')
  try {
    await file.truncate(0)
    await writeAll(file, [bytes], 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await files.rename(temporary, path)
  await files.syncDirectory(parentOf(path))
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')))
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

/** No room on the device or in the quota: it may pass, and nothing is in doubt. */
export function isFull(error: unknown): error is Error {
  const code = codeOf(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

// -- the real one ---------------------------------------------------------------------------------------------------

// Callbacks rather than node:fs/promises: half the cost per call, and these run once per flush.
function settle(resolve: () => void, reject: (error: Error) => void): (error: Error | null) => void {
  return (error) => (error ? reject(error) : resolve())
}

function realFile(fd: number, through: boolean): OpenFile {
  const sync = () => new Promise<void>((resolve, reject) => fs.fdatasync(fd, settle(resolve, reject)))
  const write = (parts: readonly Uint8Array[], position: number) =>
    new Promise<number>((resolve, reject) => {
      const done = (error: Error | null, written: number) => (error ? reject(error) : resolve(written))
      if (parts.length === 1) fs.write(fd, parts[0]!, 0, parts[0]!.length, position, done)
      else fs.writev(fd, parts, position, done)
    })
  return {
    read: (into, position) => readUpTo(fd, into, position),
    write:
      through && !systemWritesThrough
        ? (parts, position) => write(parts, position).then(async (n) => (await sync(), n))
        : write,
    sync,
    truncate: (size) => new Promise((resolve, reject) => fs.ftruncate(fd, size, settle(resolve, reject))),
    size: () =>
      new Promise((resolve, reject) => fs.fstat(fd, (error, stat) => (error ? reject(error) : resolve(stat.size)))),
    close: () => new Promise((resolve, reject) => fs.close(fd, settle(resolve, reject))),
  }
}

async function readUpTo(fd: number, into: Uint8Array, position: number): Promise<number> {
  let count = 0
  while (count < into.length) {
    const got = await new Promise<number>((resolve, reject) =>
      fs.read(fd, into, count, into.length - count, position + count, (error, n) =>
        error ? reject(error) : resolve(n),
      ),
    )
    if (got === 0) break
    count += got
  }
  return count
}

// O_DSYNC means what it says on Linux. On macOS it does not flush the drive, so there a write is followed by a sync.
const systemWritesThrough = process.platform === 'linux' && fs.constants.O_DSYNC !== undefined

const flagsOf: Record<OpenMode, number> = {
  read: fs.constants.O_RDONLY,
  write: fs.constants.O_RDWR | fs.constants.O_CREAT,
  through: fs.constants.O_RDWR | fs.constants.O_CREAT | (systemWritesThrough ? fs.constants.O_DSYNC : 0),
}

export const realFiles: FileSystem = {
  lock: lockDirectory,
  open: (path, mode) =>
    new Promise((resolve, reject) =>
      fs.open(path, flagsOf[mode], 0o644, (error, fd) =>
        error ? reject(error) : resolve(realFile(fd, mode === 'through')),
      ),
    ),
  rename: (from, to) => fs.promises.rename(from, to),
  link: (from, to) => fs.promises.link(from, to),
  remove: (path) => fs.promises.rm(path, { recursive: true, force: true }),
  makeDirectory: async (path) => (await fs.promises.mkdir(path, { recursive: true })) !== undefined,
  syncDirectory: async (path) => {
    // Windows cannot sync a directory; its file systems journal names by themselves.
    if (process.platform === 'win32') return
    const directory = await fs.promises.open(path, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  },
  list: async (path) => {
    try {
      return await fs.promises.readdir(path)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  },
}
