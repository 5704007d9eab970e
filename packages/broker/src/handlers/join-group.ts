// JoinGroup (11), versions 0-9: a member asks to be in the next generation of a group, and is answered when that begins.
// Version 4 asks new members to come back with the id they are told (KIP-394), 5 knows static members (KIP-345), 9 lets a static
// leader keep the assignment (KIP-814).

import { errorCode, JoinGroup, type JoinGroupRequest } from '@jackdaw/protocol'

import { waitForGroup } from './ask-group.ts'
import { handler, type RequestContext } from './handler.ts'

const NULLABLE_PROTOCOL_SINCE = 7
/** A client id may be as long as strings can be; a member id that begins with it must still be a string. */
const MEMBER_ID_PREFIX_MAX = 255

export const joinGroup = handler(JoinGroup, { versions: '0-9' }, async (request, context) => {
  const { groupId, memberId } = request
  const answer = await waitForGroup<'joinGroup'>(groupId, commandOf(request, context), context)
  const noProtocol = context.version >= NULLABLE_PROTOCOL_SINCE ? null : ''
  if (!answer.ok)
    return { errorCode: errorCode(answer.error), protocolName: noProtocol, leader: '', memberId, members: [] }
  const { error, protocolName, ...response } = answer.response
  return { ...response, errorCode: errorCode(error), protocolName: protocolName ?? noProtocol }
})

const commandOf = (request: JoinGroupRequest, { version, clientId, clientHost, random }: RequestContext) => {
  const prefix = request.groupInstanceId ?? clientId
  return {
    type: 'joinGroup',
    apiVersion: version,
    groupId: request.groupId,
    memberId: request.memberId,
    newMemberId: `${prefix.slice(0, MEMBER_ID_PREFIX_MAX)}-${randomUuid(random.bytes(16))}`,
    groupInstanceId: request.groupInstanceId,
    clientId,
    // As Java prints an address, because that is what tools show.
    clientHost: `/${clientHost}`,
    sessionTimeoutMs: request.sessionTimeoutMs,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    protocolType: request.protocolType,
    protocols: request.protocols,
  } as const
}

/** A version 4 uuid of these 16 bytes, as text. */
const randomUuid = (bytes: Uint8Array): string => {
  const uuid = Buffer.from(bytes)
  uuid.writeUInt8((uuid.readUInt8(6) & 0x0f) | 0x40, 6)
  uuid.writeUInt8((uuid.readUInt8(8) & 0x3f) | 0x80, 8)
  return uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
