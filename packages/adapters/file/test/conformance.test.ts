import { testLogStore } from '@jackdaw/conformance'
import { afterAll, describe, test } from 'vitest'
import { openStore, small, testDirectory } from './support.ts'
import type { FileStoreOptions } from '../src/index.ts'

const skip = (name: string, reason: string) => test(name, (context) => context.skip(reason))

describe('with the sizes of production', () => testIn(testDirectory(), {}))
describe('with small files that turn over all the time', () => testIn(testDirectory(), small))

async function testIn(directory: { readonly path: string } & Disposable, options: Partial<FileStoreOptions>) {
  afterAll(() => directory[Symbol.dispose]())
  await testLogStore({
    open: async () => (await openStore(directory.path, options)).logs,
    scale: { logs: 5000 },
    test,
    skip,
  })
}
