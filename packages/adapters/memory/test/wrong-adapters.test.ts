// The suite is itself tested: each adapter that is wrong in one way is caught by the law that it breaks.

import { coordinationCases, logStoreCases } from '@jackdaw/conformance'
import type { Verdict } from '@jackdaw/conformance'
import { describe, expect, test } from 'vitest'
import { coordinationFactory, logStoreFactory } from './conformance-factory.ts'
import { disguised as disguisedCoordination, wrongCoordinations } from './wrong-coordinations.ts'
import { wrongAppends, wrongFences } from './wrong-stores/appends.ts'
import { wrongChanges } from './wrong-stores/changes.ts'
import { wrongReads } from './wrong-stores/reads.ts'
import { disguised } from './wrong-stores/tools.ts'
import type { WrongStore } from './wrong-stores/tools.ts'

const scale = { logs: 50, entries: 500, races: 5, histories: 300 }
const supports = { scope: 'shared', durability: 'D3', largestEntry: 2 * 1024 * 1024 } as const

const storeCases = (make: WrongStore['make']) =>
  logStoreCases({
    ...logStoreFactory({ supports }, (store, disk) => disguised(store, make(store, disk))),
    scale,
  })

/** A case that hangs is caught by every runner's time limit. */
async function broken(verdicts: readonly Verdict[]): Promise<string[]> {
  const names: string[] = []
  for (const { name, skipped, run } of verdicts) {
    if (skipped !== undefined) continue
    const hangs = new Promise((_, reject) => setTimeout(reject, 3000, new Error('it hangs')).unref())
    await Promise.race([run(), hangs]).catch(() => names.push(name))
  }
  return names
}

const of = (law: string, verdicts: readonly Verdict[]) => verdicts.filter((verdict) => verdict.law === law)

test('the store that the wrong ones are made from breaks no law', async () => {
  expect(await broken(await storeCases(() => ({})))).toEqual([])
})

describe('a store', () => {
  test.each([...wrongFences, ...wrongAppends, ...wrongReads, ...wrongChanges])(
    'that $wrong breaks the law of $law',
    async ({ law, make }) => {
      expect(await broken(of(law, await storeCases(make)))).not.toEqual([])
    },
  )
})

describe('a coordination', () => {
  test.each(wrongCoordinations)('that $wrong breaks the law of $law', async ({ law, make }) => {
    const factory = coordinationFactory(300, (broker, disk) => disguisedCoordination(broker, make(broker, disk)))
    expect(await broken(of(law, await coordinationCases(factory)))).not.toEqual([])
  })
})

test('a store that reads its whole backlog is caught where its bytes are counted', async () => {
  let bytes = 0
  const factory = logStoreFactory({ supports }, (store) =>
    disguised(store, {
      async read(reads) {
        for (const { log } of reads) {
          const [all] = await store.read([{ log, from: 0, maxBytes: Infinity }])
          bytes += all!.reduce((sum, entry) => sum + entry.bytes.reduce((size, { length }) => size + length, 0), 0)
        }
        return store.read(reads)
      },
    }),
  )
  const verdicts = await logStoreCases({ ...factory, scale, bytesRead: () => bytes })
  expect(await broken(of('scale', verdicts))).toEqual([
    'scale: a read moves what it returns and little more, wherever it begins',
  ])
})
