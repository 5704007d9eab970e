// FindCoordinator (10), versions 0-6: which broker coordinates a group. From version 4 on several keys in one request, each
// with an error of its own (KIP-699). The offsets topic is created when the first group looks for its coordinator.

import { errorCode, FindCoordinator, type ErrorName } from '@jackdaw/protocol'

import { handler, type RequestContext } from './handler.ts'
import { NO_NODE, nodesFor, type Node } from './nodes.ts'

const MANY_SINCE = 4
const GROUP = 0

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
  if (keyType !== GROUP) return failed('COORDINATOR_NOT_AVAILABLE', 'This broker coordinates consumer groups only.')
  const found = await context.groups.coordinatorOf(key)
  if (typeof found !== 'number') return failed(found.error, found.message)
  const node = nodesFor(context).find(({ nodeId }) => nodeId === found)
  if (node === undefined) return failed('COORDINATOR_NOT_AVAILABLE', 'The coordinator has no address on this listener.')
  return { key, ...node, errorCode: errorCode('NONE'), errorMessage: null }
}
