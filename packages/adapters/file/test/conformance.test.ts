import { testFraming, testLogStore } from '@jackdaw/conformance'
import type { EntryInfo, LogId } from '@jackdaw/ports'
import { afterAll, describe, test } from 'vitest'
import { FaultFiles, seeded } from './fault-files.ts'
import { openStore, small, testDirectory } from './support.ts'
import { realFiles, type FileStoreOptions, type FileSystem } from '../src/index.ts'

const skip = (name: string, reason: string) => test(name, (context) => context.skip(reason))

describe('with the sizes of production', () => testIn(testDirectory(), {}))
describe('with small files that turn over all the time', () => testIn(testDirectory(), small))
describe('on a disk whose power is cut', () => testWithCuts())

async function testIn(directory: { readonly path: string } & Disposable, options: Partial<FileStoreOptions>) {
  afterAll(() => directory[Symbol.dispose]())
  const counted = countingFiles()
  await testLogStore({
    open: async () => (await openStore(directory.path, { ...options, files: counted.files })).logs,
    bytesRead: counted.bytesRead,
    scale: { logs: 5000 },
    test,
    skip,
  })
}

async function testWithCuts() {
  const files = new FaultFiles()
  const random = seeded(5)
  await testLogStore({
    open: async () => (await openStore('/data', { ...small, files: files.process() })).logs,
    crash: async () => files.cut(random),
    corrupt: async (log, offset) => flip(files, log, offset),
    scale: { logs: 500, entries: 1000, races: 5, histories: 10 },
    test,
    skip,
  })
}

/** The machine's files, and how many bytes were read from them. */
function countingFiles(): { readonly files: FileSystem; readonly bytesRead: () => number } {
  let bytes = 0
  const open: FileSystem['open'] = async (path, mode) => {
    const file = await realFiles.open(path, mode)
    const read = async (into: Uint8Array, position: number) => {
      const got = await file.read(into, position)
      bytes += got
      return got
    }
    return {
      read,
      write: (parts, position) => file.write(parts, position),
      sync: () => file.sync(),
      truncate: (size) => file.truncate(size),
      size: () => file.size(),
      close: () => file.close(),
    }
  }
  return { files: { ...realFiles, open }, bytesRead: () => bytes }
}

/** Flips a bit in the header of the entry that holds `offset`. */
function flip(files: FaultFiles, { name }: LogId, offset: number): void {
  for (const path of files.paths().filter((path) => path.startsWith(`/data/${name}/`) && path.endsWith('.log'))) {
    const bytes = Buffer.from(files.bytes(path))
    for (let at = 0; at < bytes.length;) {
      const frame = testFraming.frame(bytes.subarray(at), true) as EntryInfo
      if (frame.at <= offset && offset < frame.next) {
        bytes[at + 13]! ^= 4
        return files.put(path, bytes)
      }
      at += frame.size
    }
  }
  throw new Error(`no file of ${name} holds ${offset}`)
}
