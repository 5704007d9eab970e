import { testFraming, testLogStore } from '@jackdaw/conformance'
import type { EntryInfo, LogId } from '@jackdaw/ports'
import { afterAll, describe, test } from 'vitest'
import { FaultFiles, seeded } from './fault-files.ts'
import { openStore, small, testDirectory } from './support.ts'
import type { FileStoreOptions } from '../src/index.ts'

const skip = (name: string, reason: string) => test(name, (context) => context.skip(reason))

describe('with the sizes of production', () => testIn(testDirectory(), {}))
describe('with small files that turn over all the time', () => testIn(testDirectory(), small))
describe('on a disk whose power is cut', () => testWithCuts())

async function testIn(directory: { readonly path: string } & Disposable, options: Partial<FileStoreOptions>) {
  afterAll(() => directory[Symbol.dispose]())
  await testLogStore({
    open: async () => (await openStore(directory.path, options)).logs,
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
