// Directories of their own for tests, and stores small enough that journals turn over and segments roll within a test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testFraming } from '@jackdaw/conformance'
import { openFileStore } from '../src/index.ts'
import type { FileStore, FileStoreOptions } from '../src/index.ts'

const MiB = 1024 * 1024

/** Everything small, so that little data goes a long way. */
export const small: Partial<FileStoreOptions> = {
  journalFileBytes: MiB,
  segmentBytes: 256 * 1024,
  tailBytes: MiB,
  openFiles: 16,
}

export interface TestDirectory extends Disposable {
  readonly path: string
}

export function testDirectory(): TestDirectory {
  const path = mkdtempSync(join(tmpdir(), 'jackdaw-file-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export function openStore(directory: string, options: Partial<FileStoreOptions> = {}): Promise<FileStore> {
  return openFileStore({ directory, framing: testFraming, ...options })
}
