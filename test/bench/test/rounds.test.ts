import { tmpdir } from 'node:os'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Contender, contenders } from '../contenders.ts'
import { plans } from '../plan.ts'
import { alternate, type Bench, samplesOf } from '../rounds.ts'

const two = ['jackdaw', 'kafka'].map((name) => contenders.find((one) => one.name === name)!)

const program = { command: 'no program is run by these tests' }
const programs = { server: program, storage: program, producerPerformance: program, consumerPerformance: program }

describe('turns', () => {
  let lines: string[]
  let bench: Bench

  beforeEach(() => {
    lines = []
    const progress = (line: string) => void lines.push(line)
    bench = { contenders: two, plan: { ...plans.tiny, rounds: 2 }, programs, root: tmpdir(), progress }
  })

  test('are taken one by one in the same order in each round, warm-ups first and not counted', async () => {
    const taken: string[] = []
    let value = 0
    const turn = async ({ name }: Contender, round: number) => {
      taken.push(`${name} ${round}`)
      return ++value
    }
    const turns = await alternate(bench, { title: 'a case', warmupRounds: 1, turn, say: String })
    const round = (n: number) => [`jackdaw ${n}`, `kafka ${n}`]
    expect(taken).toEqual([-1, 0, 1].flatMap(round))
    expect(samplesOf(turns, (one) => one)).toEqual({ samples: { jackdaw: [3, 5], kafka: [4, 6] }, failures: {} })
    expect(lines).toContain('a case, round 1, Jackdaw: 3')
  })

  test('of one who fails are over for the case, and the others go on', async () => {
    const turn = async ({ name }: Contender, round: number) => {
      if (name === 'jackdaw' && round === 1) throw new Error('it ended')
      return round
    }
    const turns = await alternate(bench, { title: 'a case', rounds: 3, turn, say: String })
    expect(samplesOf(turns, (one) => one)).toEqual({
      samples: { jackdaw: [0], kafka: [0, 1, 2] },
      failures: { jackdaw: 'it ended' },
    })
  })

  test('that have no such number leave a contender without samples, not with wrong ones', async () => {
    const turn = async ({ name }: Contender) => (name === 'kafka' ? 1 : undefined)
    const turns = await alternate(bench, { title: 'a case', turn, say: String })
    expect(samplesOf(turns, (one) => one).samples).toEqual({ jackdaw: [], kafka: [1, 1] })
  })
})
