// ConsumerGroupDescribe (69), versions 0-1: groups of the consumer protocol with their epochs, members and assignments. From
// version 1 on each member says which protocol it speaks (KIP-1099).

import { ConsumerGroupDescribe, errorCode } from '@jackdaw/protocol'

import { askGroup } from './ask-group.ts'
import { handler, type RequestContext } from './handler.ts'

export const consumerGroupDescribe = handler(
  ConsumerGroupDescribe,
  { versions: '0-1' },
  async ({ groupIds }, context) => ({
    groups: await Promise.all(groupIds.map((groupId) => describe(groupId, context))),
  }),
)

const describe = async (groupId: string, context: RequestContext) => {
  if (groupId === '') return { ...nothing, groupId, errorCode: errorCode('INVALID_GROUP_ID') }
  const command = { type: 'consumerGroupDescribe', groupIds: [groupId] } as const
  const answer = await askGroup<'consumerGroupDescribe'>(groupId, command, context)
  const group = answer.ok ? answer.response.groups[0] : undefined
  if (group === undefined) {
    return { ...nothing, groupId, errorCode: errorCode(answer.ok ? 'UNKNOWN_SERVER_ERROR' : answer.error) }
  }
  const { error, members, ...described } = group
  return {
    ...described,
    errorCode: errorCode(error),
    members: members.map(({ assignment, targetAssignment, ...member }) => ({
      ...member,
      assignment: { topicPartitions: assignment },
      targetAssignment: { topicPartitions: targetAssignment },
    })),
  }
}

const nothing = {
  errorMessage: null,
  groupState: '',
  groupEpoch: 0,
  assignmentEpoch: 0,
  assignorName: '',
  members: [],
}
