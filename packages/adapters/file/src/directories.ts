// The directories of logs: made when a log first has something to keep there, so that creating thousands of logs is one group
// of the journal; and synced, so that the names in them are durable.
import { join } from 'node:path'
import type { FileSystem } from './files.ts'
import { isMissing, parentOf, writeAll } from './files.ts'
import type { Log } from './log-state.ts'
import type { SegmentBytes } from './segment-bytes.ts'
import { seal } from './versioned.ts'

/** Says whose directory it is, for people and for the sweep after a crash. */
export const identityFile = 'log.identity'

export class Directories {
  readonly #files: FileSystem
  readonly #bytes: SegmentBytes
  readonly #doubtful: boolean
  readonly #unsynced = new Set<string>()
  readonly #syncing = new Set<Promise<void>>()

  /** `doubtful`: whoever made what is there may have died before it was synced. */
  constructor(files: FileSystem, bytes: SegmentBytes, doubtful: boolean) {
    this.#doubtful = doubtful
    this.#files = files
    this.#bytes = bytes
  }

  /** Sees to it that the log has its directory. */
  async make(log: Log): Promise<void> {
    if (log.directoryMade) return
    const path = this.#bytes.directoryOf(log)
    const isNew = await this.#files.makeDirectory(path)
    log.directoryMade = true
    if (isNew || this.#doubtful) {
      this.#unsynced.add(path)
      this.#unsynced.add(parentOf(path))
    }
    if (!isNew) return
    // Not synced: nothing depends on it.
    const file = await this.#files.open(join(path, identityFile), 'write')
    try {
      await writeAll(file, [seal('jackdaw-log', 1, Buffer.from(JSON.stringify(log.log)))], 0)
    } finally {
      await file.close()
    }
  }

  /** A name in the log's directory is new. */
  changed(log: Log): void {
    this.#unsynced.add(this.#bytes.directoryOf(log))
  }

  /** Names that were made before the call are durable, also those that another call is at work on. */
  async sync(): Promise<void> {
    for (const path of this.#unsynced) {
      this.#unsynced.delete(path)
      const syncing = this.#syncOne(path)
      this.#syncing.add(syncing)
      void syncing.finally(() => this.#syncing.delete(syncing)).catch(() => {})
    }
    await Promise.all(this.#syncing)
  }

  async #syncOne(path: string): Promise<void> {
    try {
      await this.#files.syncDirectory(path)
    } catch (error) {
      // Gone with its log meanwhile.
      if (isMissing(error)) return
      this.#unsynced.add(path)
      throw error
    }
  }
}
