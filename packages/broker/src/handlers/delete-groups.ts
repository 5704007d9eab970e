// DeleteGroups (42), versions 0-2: groups without members go, with their offsets.

import { DeleteGroups, errorCode } from '@jackdaw/protocol'

import { askGroup } from './ask-group.ts'
import { handler, type RequestContext } from './handler.ts'

export const deleteGroups = handler(DeleteGroups, { versions: '0-2' }, async ({ groupsNames }, context) => ({
  results: await Promise.all([...new Set(groupsNames)].map((groupId) => remove(groupId, context))),
}))

const remove = async (groupId: string, context: RequestContext) => {
  const answer = await askGroup<'deleteGroups'>(groupId, { type: 'deleteGroups', groupIds: [groupId] }, context)
  const error = answer.ok ? (answer.response.results[0]?.error ?? 'UNKNOWN_SERVER_ERROR') : answer.error
  return { groupId, errorCode: errorCode(error) }
}
