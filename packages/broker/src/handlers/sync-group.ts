// SyncGroup (14), versions 0-5: the leader brings the assignment of a generation, all members get theirs. From version 5 on a
// member says which protocol it means (KIP-559).

import { errorCode, SyncGroup, type ErrorName } from '@jackdaw/protocol'

import { waitForGroup } from './ask-group.ts'
import { handler } from './handler.ts'

const PROTOCOL_SINCE = 5

export const syncGroup = handler(SyncGroup, { versions: '0-5' }, async (request, context) => {
  const { groupId, generationId, memberId, groupInstanceId, protocolType, protocolName, assignments } = request
  const saysProtocol = protocolType !== null && protocolName !== null
  if (context.version >= PROTOCOL_SINCE && !saysProtocol) return failed('INCONSISTENT_GROUP_PROTOCOL')
  const answer = await waitForGroup<'syncGroup'>(
    groupId,
    { type: 'syncGroup', groupId, generationId, memberId, groupInstanceId, protocolType, protocolName, assignments },
    context,
  )
  if (!answer.ok) return failed(answer.error)
  const { error, ...response } = answer.response
  return { ...response, errorCode: errorCode(error) }
})

const failed = (error: ErrorName) => ({ errorCode: errorCode(error), assignment: Buffer.alloc(0) })
