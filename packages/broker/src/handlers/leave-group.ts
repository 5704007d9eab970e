// LeaveGroup (13), versions 0-5: members leave at once instead of when their sessions end. From version 3 on several in one
// request, each with an error of its own, also static ones by their instance ids (KIP-345).

import { errorCode, LeaveGroup } from '@jackdaw/protocol'

import { askGroup } from './ask-group.ts'
import { handler } from './handler.ts'

const MANY_SINCE = 3

export const leaveGroup = handler(LeaveGroup, { versions: '0-5' }, async ({ groupId, memberId, members }, context) => {
  const many = context.version >= MANY_SINCE
  const leaving = many ? members : [{ memberId, groupInstanceId: null }]
  const answer = await askGroup<'leaveGroup'>(groupId, { type: 'leaveGroup', groupId, members: leaving }, context)
  if (!answer.ok) return { errorCode: errorCode(answer.error) }
  const { error, members: results } = answer.response
  if (!many) return { errorCode: errorCode(error === 'NONE' ? (results[0]?.error ?? 'NONE') : error) }
  return {
    errorCode: errorCode(error),
    members: results.map(({ error, ...member }) => ({ ...member, errorCode: errorCode(error) })),
  }
})
