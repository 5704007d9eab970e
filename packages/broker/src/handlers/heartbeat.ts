// Heartbeat (12), versions 0-4: a member of a classic group says that it lives, and learns when it has to join again.

import { errorCode, Heartbeat } from '@jackdaw/protocol'

import { askGroup } from './ask-group.ts'
import { handler } from './handler.ts'

export const heartbeat = handler(Heartbeat, { versions: '0-4' }, async (request, context) => {
  const { groupId, generationId, memberId, groupInstanceId } = request
  const command = { type: 'heartbeat', groupId, generationId, memberId, groupInstanceId } as const
  const answer = await askGroup<'heartbeat'>(groupId, command, context)
  return { errorCode: errorCode(answer.ok ? answer.response.error : answer.error) }
})
