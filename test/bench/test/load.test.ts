import { describe, expect, test } from 'vitest'
import { Pace } from '../load.ts'

describe('the pace', () => {
  const plan = { turnSeconds: 2, warmupSeconds: 1 }

  test('gives who is faster more records, so that all take the same time', () => {
    const pace = new Pace(plan, 1000)
    pace.learn('slow', { recordsPerSecond: 1000 })
    pace.learn('fast', { recordsPerSecond: 50_000 })
    expect(pace.recordsFor('slow')).toEqual({ records: 2000, warmupRecords: 1000 })
    expect(pace.recordsFor('fast')).toEqual({ records: 100_000, warmupRecords: 50_000 })
  })

  test('starts everyone with the same guess, smaller for larger records', () => {
    expect(new Pace(plan, 1000).recordsFor('new')).toEqual({ records: 10_000, warmupRecords: 5000 })
    expect(new Pace(plan, 10_000).recordsFor('new')).toEqual({ records: 1000, warmupRecords: 500 })
  })

  test('never asks for so few that nothing could be said', () => {
    const pace = new Pace(plan, 1000)
    pace.learn('stuck', { recordsPerSecond: 0.1 })
    expect(pace.recordsFor('stuck').records).toBe(100)
  })
})
