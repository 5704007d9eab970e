// FindCoordinator (10), versions 0-6: which broker coordinates a group or a transactional id. From version 4 on several keys in
// one request, each with an error of its own (KIP-699). The coordinators' topics are created when the first one looks for them.

import { errorCode, FindCoordinator, type ErrorName } from '@jackdaw/protocol'

import type { Unavailable } from '../runtime/unavailable.ts'
import { handler, type RequestContext } from './handler.ts'
import { NO_NODE, nodesFor, type Node } from './nodes.ts'

const MANY_SINCE = 4

/** Key types; share groups have the third. */
const finders: Readonly<Record<number, (key: string, context: RequestContext) => Promise<number | Unavailable>>> = {
  0: (groupId, { groups }) => groups.coordinatorOf(groupId),
  1: (transactionalId, { transactions }) => transactions.coordinatorOf(transactionalId),
}

interface Coordinator extends Node {
  readonly key: string
  readonly errorCode: number
  readonly errorMessage: string | null
}

export const findCoordinator = handler(FindCoordinator, { versions: '0-6' }, async (request, context) => {
  const keys = context.version >= MANY_SINCE ? request.coordinatorKeys : [request.key]
  const coordinators = await Promise.all(keys.map((key) => coordinatorOf(key, request.keyType, context)))
  if (context.version >= MANY_SINCE) return { coordinators }
  const [{ key: _key, ...only }] = coordinators as [Coordinator]
  return only
})

const coordinatorOf = async (key: string, keyType: number, context: RequestContext): Promise<Coordinator> => {
  const failed = (error: ErrorName, message: string): Coordinator => ({
    key,
    ...NO_NODE,
    errorCode: errorCode(error),
    errorMessage: message,
  })
  const find = finders[keyType]
  if (find === undefined) return failed('INVALID_REQUEST', `Nothing here is coordinated by keys of type ${keyType}.`)
  const found = await find(key, context)
  if (typeof found !== 'number') return failed(found.error, found.message)
  const node = nodesFor(context).find(({ nodeId }) => nodeId === found)
  if (node === undefined) return failed('COORDINATOR_NOT_AVAILABLE', 'The coordinator has no address on this listener.')
  return { key, ...node, errorCode: errorCode('NONE'), errorMessage: null }
}
