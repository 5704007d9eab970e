// DescribeGroups (15), versions 0-6: classic groups with their members, what those sent and what they were given. A group that is
// not there is Dead, from version 6 on also an error (KIP-1043).

import { DescribeGroups, errorCode } from '@jackdaw/protocol'

import { askGroup } from './ask-group.ts'
import { handler, type RequestContext } from './handler.ts'

export const describeGroups = handler(DescribeGroups, { versions: '0-6' }, async ({ groups }, context) => ({
  groups: await Promise.all(groups.map((groupId) => describe(groupId, context))),
}))

const describe = async (groupId: string, context: RequestContext) => {
  const command = { type: 'describeGroups', apiVersion: context.version, groupIds: [groupId] } as const
  const answer = await askGroup<'describeGroups'>(groupId, command, context)
  const group = answer.ok ? answer.response.groups[0] : undefined
  if (group !== undefined) return { ...group, errorCode: errorCode(group.error) }
  const error = answer.ok ? 'UNKNOWN_SERVER_ERROR' : answer.error
  const unknown = { errorMessage: null, groupState: '', protocolType: '', protocolData: '', members: [] }
  return { ...unknown, groupId, errorCode: errorCode(error) }
}
