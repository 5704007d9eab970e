// The fuzzer itself: what it makes can be had again, and it tells of everything that can go wrong.
import { join } from 'node:path'
import { SeededRandom } from '@jackdaw/testing'
import { expect, test } from 'vitest'
import { targetNames, targets } from './targets/index.ts'
import { ERA_INPUTS } from './targets/target.ts'
import { replayCommand, watch, type WatchOptions } from './watch.ts'

const module = join(import.meta.dirname, 'broken/targets.ts')
const work = { target: 'broken', module, export: 'throws', seed: 7, from: 0, count: 100 }
const reportOf = async (wrong: string, options: WatchOptions = {}, count = 100): Promise<string> => {
  const outcome = await watch({ ...work, export: wrong, count }, options)
  if (outcome.kind === 'DONE') throw new Error(`${wrong} went unnoticed`)
  return outcome.report
}

test.each([
  ['throws', /TypeError: cannot read properties of undefined/],
  ['breaksLaw', /LawBroken: an example of a law/],
  ['hangs', /an input hangs/],
  ['dies', /the process died: SIGABRT/],
  ['devours', /the process died: SIG.*\n[^]*heap/],
])('a target that %s is told of, with the input and the way to it', async (wrong, what) => {
  const report = await reportOf(wrong, { hangMs: 10_000 })
  expect(report).toMatch(what)
  expect(report).toContain('seed 7, input 30\nhex cafe1e')
  expect(report).toContain('again: pnpm fuzz --target broken --seed 7 --from 30 --count 1')
})

test('a promise that never settles is a hang or an early end, not a success', async () => {
  expect(await reportOf('neverEnds')).toMatch(/an input hangs|the process died/)
})

test('what grows a little with every input is told of', async () => {
  expect(await reportOf('leaks', {}, 6 * ERA_INPUTS)).toMatch(/it grew by \d/)
})

test('what takes more memory than it may is told of', async () => {
  expect(await reportOf('leaks', { peakRssBytesMax: 1_000_000 }, 10)).toMatch(/at its peak/)
})

test('an input of the router is had again with those of its era before it', () => {
  const router = { ...work, target: 'router' }
  expect(replayCommand(router, ERA_INPUTS + 5)).toBe(
    `pnpm fuzz --target router --seed 7 --from ${ERA_INPUTS} --count 6`,
  )
  expect(replayCommand({ ...router, from: 3 }, 5)).toBe('pnpm fuzz --target router --seed 7 --from 3 --count 3')
})

test.each(targetNames)('%s: the same seed makes the same inputs, another one others', async (name) => {
  const made = async (seed: number): Promise<readonly string[]> => {
    const target = targets[name].make()
    await target.begin?.()
    const random = new SeededRandom(seed)
    return Array.from({ length: 200 }, (_, index) => target.next(random.fork(String(index))).toString('hex'))
  }
  expect(await made(1)).toEqual(await made(1))
  expect(await made(1)).not.toEqual(await made(2))
})

test('the shares of the targets are a whole', () => {
  expect(targetNames.reduce((sum, name) => sum + targets[name].share, 0)).toBeCloseTo(1)
})
