// The laws of groups on hand-made histories, both ways: what they must let pass and what they must catch, by name.
import { describe, expect, test } from 'vitest'
import { broken, type Script } from './script.ts'

describe('groups', () => {
  const assignments = { a: ['t-0'], b: ['t-1'] }

  test('a rebalance passes', () => {
    expect(
      broken((s) => {
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: ['t-1'] })
        s.commit('x', 1, 'NONE', 1)
        s.sync({ member: 'b', generation: 2, partitions: ['t-0', 't-1'], assignments: { b: ['t-0', 't-1'] } })
        s.commit('y', 2, 'ILLEGAL_GENERATION', 1)
        s.commit('z', 2, 'NONE', 2)
      }),
    ).toEqual([])
  })

  test('two owners of a partition in one generation are caught', () => {
    expect(
      broken((s) => {
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: ['t-0'], assignments: { b: ['t-0'] } })
      }),
    ).toEqual(['partitions have one owner'])
  })

  test('a static member that comes back owns what it had, under its new id', () => {
    const history = (instance: string | undefined) =>
      broken((s) => {
        const joined = { error: 'NONE', generation: 1, protocol: 'roundrobin', leader: 'x', members: [] }
        const join = { group: 'g', member: '', generation: -1, instance, protocols: ['roundrobin'] }
        s.call('join', join, { ...joined, member: 'static0-a' })
        s.sync({ member: 'static0-a', generation: 1, partitions: ['t-0'], assignments: { 'static0-a': ['t-0'] } })
        s.call('join', join, { ...joined, member: 'static0-c' })
        s.sync({ member: 'static0-c', generation: 1, partitions: ['t-0'] })
      })
    expect(history('static0')).toEqual([])
    expect(history(undefined)).toEqual(['partitions have one owner', "assignments are the leader's"])
  })

  test('the former id of a static member is fenced once its successor was let in', () => {
    const history = (error: string, instance?: string) =>
      broken((s) => {
        const joined = { error: 'NONE', generation: 1, protocol: 'roundrobin', leader: 'x', members: [] }
        const join = { group: 'g', member: '', generation: -1, instance, protocols: ['roundrobin'] }
        const beat = { group: 'g', member: 'i-a', generation: 1, instance }
        s.call('join', join, { ...joined, member: 'i-a' })
        s.call('heartbeat', beat, { error: 'NONE' })
        s.call('join', join, { ...joined, member: 'i-b' })
        s.call('heartbeat', beat, { error })
      })
    expect(history('NONE', 'i')).toEqual(['former instances are fenced'])
    expect(history('FENCED_INSTANCE_ID', 'i')).toEqual([])
    expect(history('NONE')).toEqual([])
  })

  test('an assignment that no leader handed in is caught', () => {
    expect(
      broken((s) => {
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: [] })
      }),
    ).toEqual(["assignments are the leader's"])
  })

  test('an old generation that is handed out after a newer one is caught', () => {
    expect(
      broken((s) => {
        s.sync({ member: 'a', generation: 2, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: ['t-1'], assignments })
      }),
    ).toEqual(['generations go up'])
  })

  test('a commit or a heartbeat of an old generation is caught', () => {
    const newer = (s: Script) => s.sync({ member: 'b', generation: 2, partitions: ['t-1'], assignments })
    expect(broken((s) => (newer(s), s.commit('x', 1, 'NONE', 1)))).toEqual(['old generations are fenced'])
    const beat = { group: 'g', member: 'a', generation: 1 }
    expect(broken((s) => (newer(s), s.call('heartbeat', beat, { error: 'NONE' })))).toEqual([
      'old generations are fenced',
    ])
    expect(broken((s) => (newer(s), s.call('heartbeat', beat, { error: 'ILLEGAL_GENERATION' })))).toEqual([])
  })

  test('two leaders of one generation that was handed out are caught', () => {
    const join = (s: Script, member: string, leader: string) =>
      s.call('join', { group: 'g', member, generation: -1, protocols: ['roundrobin'] }, {
        error: 'NONE', member, generation: 1, protocol: 'roundrobin', leader, members: [],
      }) // prettier-ignore
    const history = (leader: string) =>
      broken((s) => {
        join(s, 'a', 'a')
        join(s, 'b', leader)
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: ['t-1'] })
      })
    expect(history('a')).toEqual([])
    expect(history('b')).toEqual(['generations are agreed'])
  })
})
