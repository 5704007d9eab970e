// ConsumerGroupDescribe: the state of a consumer group, and what each member has and shall have.

import type { ConsumerGroupDescribe, DescribedConsumerGroup } from './commands.ts'
import { reply, type Turn } from '../turn.ts'
import { viewConsumerGroup } from './draft.ts'
import {
  type Assignment,
  type ConsumerGroup,
  currentOf,
  listAssignment,
  listHolding,
  NO_PARTITIONS,
  speaksClassic,
  stateOfConsumerGroup,
  type TopicPartitions,
} from './model.ts'
import { assignorOf } from './target.ts'

export function consumerGroupDescribe(turn: Turn, { to, groupIds }: ConsumerGroupDescribe): void {
  const groups = groupIds.map((groupId) => {
    const group = viewConsumerGroup(turn, groupId)
    return group === undefined ? missing(groupId) : describe(turn, group)
  })
  reply(turn, to, { groups })
}

function missing(groupId: string): DescribedConsumerGroup {
  const message = `There is no consumer group ${groupId}.`
  const nothing = { groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] } as const
  return { error: 'GROUP_ID_NOT_FOUND', errorMessage: message, groupId, ...nothing }
}

type Described = DescribedConsumerGroup['members'][number]

function describe(turn: Turn, group: ConsumerGroup): DescribedConsumerGroup {
  const { names } = turn.state.volatile.topics
  const named = (partitions: readonly TopicPartitions[]): Described['assignment'] =>
    partitions.flatMap(({ topicId, partitions }) => {
      const topicName = names.get(topicId)
      return topicName === undefined || partitions.length === 0 ? [] : [{ topicId, topicName, partitions }]
    })
  return {
    error: 'NONE',
    errorMessage: null,
    groupId: group.groupId,
    groupState: stateOfConsumerGroup(group),
    groupEpoch: group.epoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: assignorOf(group, turn.config.consumerAssignors),
    members: Array.from(group.members, ([memberId, member]): Described => {
      const { memberEpoch, assigned } = currentOf(group, memberId)
      const target: Assignment = group.targets.get(memberId) ?? NO_PARTITIONS
      return {
        memberId,
        instanceId: member.instanceId,
        rackId: member.rackId,
        memberEpoch,
        clientId: member.clientId,
        clientHost: member.clientHost,
        subscribedTopicNames: member.subscribedTopicNames,
        subscribedTopicRegex: member.subscribedTopicRegex === '' ? null : member.subscribedTopicRegex,
        assignment: named(listHolding(assigned)),
        targetAssignment: named(listAssignment(target)),
        memberType: speaksClassic(member) ? 0 : 1,
      }
    }),
  }
}
