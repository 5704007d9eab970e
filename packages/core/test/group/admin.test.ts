import { expect, test } from 'vitest'

import type { Coordinator } from './support.ts'
import { commit, committed, coordinator, join, leave, stable, stateOf } from './support.ts'

const groupsOf = (on: Coordinator, statesFilter: string[] = [], typesFilter: string[] = []) =>
  on
    .ask({ type: 'listGroups', statesFilter, typesFilter })
    .groups.map(({ groupId, groupState }) => `${groupId} ${groupState}`)

const three = (): Coordinator => {
  const on = coordinator()
  stable(on, [join({ newMemberId: 'a', groupId: 'emptied' })])
  on.ask({ ...leave('a'), groupId: 'emptied' })
  on.ask(commit(5, { groupId: 'simple' }))
  stable(on, [join({ newMemberId: 'b', sessionTimeoutMs: 60_000 })])
  return on
}

test('groups are listed by state and type, whatever the case', () => {
  const on = three()
  expect(groupsOf(on).toSorted()).toEqual(['emptied Empty', 'g Stable', 'simple Empty'])
  expect(groupsOf(on, ['STABLE'])).toEqual(['g Stable'])
  expect(groupsOf(on, ['empty', 'Dead'], ['Classic']).toSorted()).toEqual(['emptied Empty', 'simple Empty'])
  expect(groupsOf(on, [], ['consumer'])).toEqual([])
})

test('a stable group is described with what its members sent and were given', () => {
  const [described] = three().ask({ type: 'describeGroups', apiVersion: 6, groupIds: ['g'] }).groups
  expect(described).toMatchObject({
    error: 'NONE',
    groupState: 'Stable',
    protocolType: 'consumer',
    protocolData: 'range',
  })
  expect(described?.members).toMatchObject([{ memberId: 'b', clientId: 'client', clientHost: '/10.0.0.1' }])
  expect(described?.members[0]?.memberAssignment.toString()).toBe('for b')
  expect(described?.members[0]?.memberMetadata.length).toBeGreaterThan(0)
})

test('a group that rebalances is described without a protocol', () => {
  const on = three()
  on.send(join({ newMemberId: 'c' }))
  const [described] = on.ask({ type: 'describeGroups', apiVersion: 6, groupIds: ['g'] }).groups
  expect(described).toMatchObject({ groupState: 'PreparingRebalance', protocolData: '' })
  expect(described?.members.map(({ memberMetadata }) => memberMetadata.length)).toEqual([0, 0])
})

test('a group that is not there is dead, and from version 6 on not found', () => {
  const describe = (apiVersion: number) =>
    coordinator().ask({ type: 'describeGroups', apiVersion, groupIds: ['x'] }).groups[0]
  expect(describe(5)).toMatchObject({ error: 'NONE', groupState: 'Dead', errorMessage: null })
  expect(describe(6)).toMatchObject({
    error: 'GROUP_ID_NOT_FOUND',
    groupState: 'Dead',
    errorMessage: 'Group x not found.',
  })
})

test('groups without members are deleted with their offsets, others not, and what is deleted twice is not found', () => {
  const on = three()
  const deleted = on.ask({ type: 'deleteGroups', groupIds: ['g', 'simple', 'emptied', 'x', 'emptied'] })
  expect(deleted.results.map(({ error }) => error)).toEqual([
    'NON_EMPTY_GROUP',
    'NONE',
    'NONE',
    'GROUP_ID_NOT_FOUND',
    'GROUP_ID_NOT_FOUND',
  ])
  expect(groupsOf(on)).toEqual(['g Stable'])
  expect(committed(on, 'events', 'simple')).toBeUndefined()
  on.reload()
  expect(groupsOf(on)).toEqual(['g Stable'])
})

test('a group whose only members were told their ids goes too, and they have to start anew', () => {
  const on = coordinator()
  on.ask(join({ apiVersion: 5, newMemberId: 'told' }))
  expect(stateOf(on)).toBe('Empty')
  expect(on.ask({ type: 'deleteGroups', groupIds: ['g'] }).results).toMatchObject([{ error: 'NONE' }])
  expect(on.ask(join({ apiVersion: 5, memberId: 'told' })).error).toBe('UNKNOWN_MEMBER_ID')
  expect(on.state.volatile.deadlines.heap.map(({ what }) => what.type)).toEqual(['sweep'])
})
