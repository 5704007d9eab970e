// The laws of the consumer protocol on hand-made histories, both ways: what they must let pass and what they must catch.
import { describe, expect, test } from 'vitest'
import { broken, type Script } from './script.ts'

const beat = (s: Script, member: string, epoch: number, partitions: string[] | null, instance?: string): void => {
  const args = { group: 'g', member, epoch: epoch - 1, instance, topics: null, owned: [] }
  s.call('consumerHeartbeat', args, { error: 'NONE', member, epoch, partitions })
}

const commit = (s: Script, member: string, generation: number, error: string): void => {
  const at = { topic: 't', partition: 0 }
  const args = { group: 'g', member, generation, offsets: [{ ...at, offset: 0, tag: `${member}${generation}` }] }
  s.call('commit', args, [{ ...at, error }])
}

describe('consumer groups', () => {
  test('a partition that goes from one member to another passes', () => {
    expect(
      broken((s) => {
        beat(s, 'a', 1, ['t-0', 't-1'])
        beat(s, 'b', 2, [])
        beat(s, 'a', 1, ['t-0'])
        beat(s, 'a', 2, null)
        beat(s, 'b', 2, ['t-1'])
        commit(s, 'a', 1, 'NONE')
        beat(s, 'a', 3, [])
        beat(s, 'b', 3, ['t-0', 't-1'])
        commit(s, 'a', 2, 'STALE_MEMBER_EPOCH')
      }),
    ).toEqual([])
  })

  test('two owners of a partition in one epoch are caught, also where one was not told anew', () => {
    expect(
      broken((s) => {
        beat(s, 'a', 1, ['t-0'])
        beat(s, 'a', 2, null)
        beat(s, 'b', 2, ['t-0'])
      }),
    ).toEqual(['partitions have one owner in an epoch'])
  })

  test('a static member may take over what its former self had in the same epoch, another may not', () => {
    const history = (instance: string | undefined) =>
      broken((s) => {
        beat(s, 'a', 1, ['t-0'], 'i')
        beat(s, 'b', 1, ['t-0'], instance)
      })
    expect(history('i')).toEqual([])
    expect(history(undefined)).toEqual(['partitions have one owner in an epoch'])
  })

  test('an epoch that goes down is caught', () => {
    expect(
      broken((s) => {
        beat(s, 'a', 2, [])
        beat(s, 'a', 1, [])
      }),
    ).toEqual(['member epochs go up'])
  })

  test('a commit of who has lost the partition is caught', () => {
    expect(
      broken((s) => {
        beat(s, 'a', 1, ['t-0'])
        beat(s, 'b', 2, ['t-0'])
        commit(s, 'a', 1, 'NONE')
      }),
    ).toEqual(['who lost a partition cannot commit'])
  })
})
