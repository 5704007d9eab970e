// Any operation of the file system may fail, or be the last one before the power goes: all of them are tried, one by one.
// Whatever happens, what was acknowledged is there afterwards, nothing torn is served, and the directory opens again.
import assert from 'node:assert/strict'
import { describe, expect, test } from 'vitest'
import { FaultFiles, seeded } from './fault-files.ts'
import type { Fault, FaultKind } from './fault-files.ts'
import { History, play } from './history.ts'
import { openStore } from './support.ts'
import type { FileStoreOptions } from '../src/index.ts'

const tiny: Partial<FileStoreOptions> = {
  journalFileBytes: 256 * 1024,
  segmentBytes: 8192,
  directBytes: 2000,
  openFiles: 4,
  wall: () => 0,
}
const open = (files: FaultFiles) => openStore('/data', { ...tiny, files: files.process() })

/** Plays the history with one fault, then stops the process or the power, opens again, looks, and plays on. */
async function suffer(
  fault: Fault,
  seed: number,
): Promise<{ happened: boolean; outcomes: ReadonlyMap<string, number> }> {
  const files = new FaultFiles()
  const store = await open(files)
  const history = new History(store)
  files.arm(fault)
  const cut = new Promise<void>((resolve) => (files.onCut = resolve))
  const playAndClose = async () => {
    await play(history)
    await Promise.allSettled([store[Symbol.asyncDispose]()])
  }
  await Promise.race([cut, playAndClose()])
  const { happened } = files
  files.arm(undefined)
  if (fault.kind === 'CUT' || fault.kind === 'FORGETFUL') files.cut(seeded(seed))
  else files.kill()
  await history.goOn(await open(files))
  await play(history)
  files.kill()
  const again = await open(files)
  await history.goOn(again)
  await again[Symbol.asyncDispose]()
  return { happened, outcomes: history.outcomes }
}

const kinds: readonly (readonly [FaultKind, string, number])[] = [
  ['EIO', 'an operation that fails', 1],
  ['ENOSPC', 'a device without room', 1],
  ['SHORT', 'a short write', 1],
  ['FORGETFUL', 'a failed sync that loses what it should have stored', 2],
  ['CUT', 'a power cut', 2],
]

describe('nothing that was acknowledged is lost, whichever operation is hit by', () => {
  test.for(kinds)('%s: %s', { timeout: 300_000 }, async ([kind, , seeds]) => {
    let at = 1
    for (let happened = true; happened; at++) {
      for (let seed = 1; seed <= seeds && happened; seed++) {
        const fault = { kind, at }
        const failed = (error: unknown) => {
          throw new Error(`fault ${JSON.stringify(fault)}, seed ${seed}`, { cause: error })
        }
        ;({ happened } = await suffer(fault, seed).catch(failed))
      }
    }
    expect(at).toBeGreaterThan(30)
  })
})

test('without a fault every call of the history is done', async () => {
  const { outcomes } = await suffer({ kind: 'CUT', at: Infinity }, 1)
  assert.deepEqual([...outcomes.keys()].filter((kind) => kind !== 'UNKNOWN').sort(), ['APPENDED', 'DONE'])
})
