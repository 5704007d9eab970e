import { expect, test } from 'vitest'
import type { Law } from '../src/index.ts'
import { casesOf, register } from '../src/suite.ts'

interface Bench extends AsyncDisposable {
  readonly events: string[]
}

const laws: readonly Law<Bench>[] = [
  {
    law: 'order',
    cases: [
      { name: 'runs', run: async ({ events }) => void events.push('ran') },
      { name: 'cannot run', unfit: () => 'no crash()', run: async () => expect.unreachable() },
      {
        name: 'fails',
        async run() {
          throw new Error('broken')
        },
      },
    ],
  },
]

function setUp() {
  const events: string[] = []
  const makeBench = (): Bench => ({
    events,
    [Symbol.asyncDispose]: async () => void events.push('disposed'),
  })
  return { events, makeBench }
}

test('every case gets a bench of its own, which is gone when the case ends, also where it failed', async () => {
  const { events, makeBench } = setUp()
  const [runs, , fails] = [...casesOf(laws, makeBench)]
  await runs!.run()
  expect(events).toEqual(['ran', 'disposed'])
  await expect(fails!.run()).rejects.toThrow('broken')
  expect(events).toEqual(['ran', 'disposed', 'disposed'])
})

test('a case is skipped for what it lacks or for the reason of an exception', () => {
  const verdicts = [...casesOf(laws, setUp().makeBench, [{ reason: 'known', cases: ['order: fails'] }])]
  expect(verdicts.map(({ name, skipped }) => [name, skipped])).toEqual([
    ['order: runs', undefined],
    ['order: cannot run', 'no crash()'],
    ['order: fails', 'known'],
  ])
})

test('an exception for a case that does not exist is a failure', async () => {
  const verdicts = [...casesOf(laws, setUp().makeBench, [{ reason: 'known', cases: ['order: gone'] }])]
  expect(verdicts.at(-1)!.name).toContain('order: gone')
  await expect(verdicts.at(-1)!.run()).rejects.toThrow('order: gone')
})

test('a runner without skip lists what was skipped as a test that says why', async () => {
  const listed: string[] = []
  register({ test: (name) => listed.push(name) }, casesOf(laws, setUp().makeBench))
  expect(listed).toEqual(['order: runs', 'order: cannot run (skipped: no crash())', 'order: fails'])
  const skipped: string[] = []
  register({ test: () => 0, skip: (name, reason) => skipped.push(name, reason) }, casesOf(laws, setUp().makeBench))
  expect(skipped).toEqual(['order: cannot run', 'no crash()'])
})
