// What administrators ask: which groups there are, what they look like, and that they go.

import type { ErrorName } from '@jackdaw/protocol'

import type { DeleteGroups, DescribedGroup, DescribeGroups, ListGroups, ListGroupsResult } from './commands.ts'
import { deleteConsumerGroup, draftConsumerGroup, viewConsumerGroup } from './consumer/draft.ts'
import { stateOfConsumerGroup } from './consumer/model.ts'
import { findGroup, type Group, metadataOf, NO_BYTES } from './group-state.ts'
import { deleteGroup, forgetOffsets, forgetPending } from './retention.ts'
import { reply, type Turn, viewGroup } from './turn.ts'

const FIRST_VERSION_WITH_GROUP_ID_NOT_FOUND = 6

export function listGroups(turn: Turn, { to, statesFilter, typesFilter }: ListGroups): void {
  const { groups, offsets, volatile } = turn.state
  const states = new Set(statesFilter.map((state) => state.trim().toLowerCase()))
  const types = new Set(typesFilter.map((type) => type.trim().toLowerCase()))
  const listed: ListGroupsResult['groups'][number][] = []
  if (types.size === 0 || types.has('classic')) {
    for (const groupId of new Set([...volatile.live.keys(), ...groups.keys(), ...offsets.keys()])) {
      const group = findGroup(turn.state, groupId)
      if (group === undefined || (states.size > 0 && !states.has(group.state.toLowerCase()))) continue
      listed.push({ groupId, protocolType: group.protocolType ?? '', groupState: group.state, groupType: 'classic' })
    }
  }
  if (types.size === 0 || types.has('consumer')) {
    for (const [groupId, group] of turn.state.consumers) {
      const groupState = stateOfConsumerGroup(group)
      if (states.size > 0 && !states.has(groupState.toLowerCase())) continue
      listed.push({ groupId, protocolType: 'consumer', groupState, groupType: 'consumer' })
    }
  }
  reply(turn, to, { groups: listed })
}

export function describeGroups(turn: Turn, { to, groupIds, apiVersion }: DescribeGroups): void {
  const groups = groupIds.map((groupId) => {
    const group = viewGroup(turn, groupId)
    if (group !== undefined) return describe(group)
    return describeMissing(groupId, apiVersion, viewConsumerGroup(turn, groupId) !== undefined)
  })
  reply(turn, to, { groups })
}

function describe(group: Group): DescribedGroup {
  const stable = group.state === 'Stable'
  return {
    error: 'NONE',
    errorMessage: null,
    groupId: group.groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: stable ? (group.protocolName ?? '') : '',
    members: Array.from(group.members.values(), (member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: stable ? metadataOf(member, group.protocolName) : NO_BYTES,
      memberAssignment: member.assignment,
    })),
  }
}

function describeMissing(groupId: string, apiVersion: number, isConsumerGroup: boolean): DescribedGroup {
  const dead = { groupId, groupState: 'Dead', protocolType: '', protocolData: '', members: [] } as const
  if (apiVersion < FIRST_VERSION_WITH_GROUP_ID_NOT_FOUND) return { ...dead, error: 'NONE', errorMessage: null }
  return {
    ...dead,
    error: 'GROUP_ID_NOT_FOUND',
    errorMessage: isConsumerGroup ? `Group ${groupId} is not a classic group.` : `Group ${groupId} not found.`,
  }
}

export function deleteGroups(turn: Turn, { to, groupIds }: DeleteGroups): void {
  const results = groupIds.map((groupId) => ({ groupId, error: remove(turn, groupId) }))
  reply(turn, to, { results })
}

function remove(turn: Turn, groupId: string): ErrorName {
  const consumers = draftConsumerGroup(turn, groupId)
  if (consumers !== undefined) {
    if (consumers.members.size > 0) return 'NON_EMPTY_GROUP'
    forgetOffsets(turn, groupId, turn.state.offsets.get(groupId))
    forgetPending(turn, groupId)
    deleteConsumerGroup(turn, consumers)
    return 'NONE'
  }
  const group = viewGroup(turn, groupId)
  if (group === undefined) return 'GROUP_ID_NOT_FOUND'
  if (group.state !== 'Empty') return 'NON_EMPTY_GROUP'
  forgetOffsets(turn, groupId, turn.state.offsets.get(groupId))
  forgetPending(turn, groupId)
  deleteGroup(turn, groupId)
  return 'NONE'
}
