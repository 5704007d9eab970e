// One process per directory. Node has no flock, but SQLite, which comes with it, locks files with fcntl: the kernel holds
// such a lock by inode, so it sees processes of other containers on the same volume, and it is gone with its holder,
// also by kill -9. A pid file could say neither. The owner file beside it is for people and error messages only.
import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Lock } from './files.ts'

/** Another process, or another store of this one, works in the directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse'
}

export function lockDirectory(directory: string): Lock {
  const path = join(directory, 'lock')
  const owner = join(directory, 'owner')
  const database = new (sqlite().DatabaseSync)(path)
  try {
    // Nothing is ever written, so a killed holder leaves nothing to roll back.
    database.exec('PRAGMA journal_mode = OFF')
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    throw new DirectoryInUse(
      `${directory} is in use by ${ownerOf(owner)}. Only one process may work in a data directory: stop the other one, or choose another directory.`,
      { cause: error },
    )
  }
  fs.writeFileSync(owner, `process ${process.pid} on ${hostname()}, since ${new Date().toISOString()}\n`)
  return {
    release: () => {
      if (!database.isOpen) return
      fs.rmSync(owner, { force: true })
      database.close()
    },
  }
}

function ownerOf(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8').trim() || 'another process'
  } catch {
    return 'another process'
  }
}

// Primary result codes SQLITE_BUSY and SQLITE_LOCKED.
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 5 || error.errcode === 6)
}

// Node 22 announces that the module is experimental, on the standard error of a daemon that cannot do anything about it.
function sqlite() {
  const announce = Object.getOwnPropertyDescriptor(process, 'emitWarning')!
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    Object.defineProperty(process, 'emitWarning', announce)
  }
}
