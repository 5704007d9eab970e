// ConsumerGroupHeartbeat (68), versions 0-1: the whole conversation of a member of the consumer protocol (KIP-848). From version 1
// on members make their ids themselves (KIP-1082) and may subscribe by regular expression.

import { ConsumerGroupHeartbeat, errorCode } from '@jackdaw/protocol'

import { askGroup } from './ask-group.ts'
import { handler } from './handler.ts'

const OWN_MEMBER_ID_SINCE = 1

export const consumerGroupHeartbeat = handler(ConsumerGroupHeartbeat, { versions: '0-1' }, async (request, context) => {
  const { groupId, memberEpoch } = request
  const { version, clientId, clientHost, groups, topics, config } = context
  if (!groups.serves('consumer')) {
    return { ...nothing, errorCode: errorCode('UNSUPPORTED_VERSION'), errorMessage: 'The consumer protocol is off.' }
  }
  const isNew = request.memberId === '' && memberEpoch === 0 && version < OWN_MEMBER_ID_SINCE
  const command = {
    ...request,
    type: 'consumerGroupHeartbeat',
    memberId: isNew ? topics.newId() : request.memberId,
    clientId,
    // As Java prints an address, because that is what tools show.
    clientHost: `/${clientHost}`,
    settings: groups.settingsOf(groupId, config),
  } as const
  const answer = await askGroup<'consumerGroupHeartbeat'>(groupId, command, context)
  if (!answer.ok) return { ...nothing, errorCode: errorCode(answer.error) }
  const { error, assignment, ...response } = answer.response
  return {
    ...response,
    errorCode: errorCode(error),
    assignment: assignment && { topicPartitions: assignment },
  }
})

const nothing = { memberId: null, memberEpoch: 0, heartbeatIntervalMs: 0, assignment: null }
