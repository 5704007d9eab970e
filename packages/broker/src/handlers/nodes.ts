// How requests are told where brokers are: by the listener that they came in by.

import type { BrokerRegistration } from '@jackdaw/core'

import type { RequestContext } from './handler.ts'

export interface Node {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** The brokers that can be reached by the client's listener, in order of id. */
export const nodesFor = ({ cluster, listener }: RequestContext): readonly Node[] =>
  [...cluster.state.brokers.values()]
    .toSorted((a, b) => a.id - b.id)
    .flatMap((broker) => nodeOf(broker, listener) ?? [])

const nodeOf = ({ id, rack, endpoints }: BrokerRegistration, listener: string): Node | undefined => {
  const endpoint = endpoints.find((candidate) => candidate.listener === listener)
  return endpoint === undefined ? undefined : { nodeId: id, host: endpoint.host, port: endpoint.port, rack }
}

export const NO_NODE: Node = { nodeId: -1, host: '', port: -1, rack: null }
