// A group as its record says it, and its members as they are known from there: with the one protocol that was chosen, and
// nobody waiting.

import type { GroupMetadataValue } from '@jackdaw/protocol'

import { type Group, type Member, metadataOf } from './group-state.ts'
import type { GroupMetadataRec } from './records.ts'

export function groupMetadata(group: Group): GroupMetadataRec {
  const { groupId, protocolType, protocolName, generation, leader, stateTimestamp } = group
  const members = Array.from(group.members.values(), (member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeout: member.rebalanceTimeoutMs,
    sessionTimeout: member.sessionTimeoutMs,
    subscription: metadataOf(member, protocolName),
    assignment: member.assignment,
  }))
  const value: GroupMetadataValue = {
    protocolType: protocolType ?? '',
    generation,
    protocol: protocolName,
    leader,
    currentStateTimestamp: stateTimestamp,
    members,
  }
  return { type: 'groupMetadata', groupId, value }
}

export function storedMembers({ protocol, members }: GroupMetadataValue): Member[] {
  return members.map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeoutMs: member.rebalanceTimeout === -1 ? member.sessionTimeout : member.rebalanceTimeout,
    sessionTimeoutMs: member.sessionTimeout,
    protocols: [{ name: protocol ?? '', metadata: member.subscription }],
    assignment: member.assignment,
    isNew: false,
    pendingSync: false,
    join: null,
    sync: null,
  }))
}
