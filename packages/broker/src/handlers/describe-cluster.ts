// DescribeCluster (60), versions 0-2: brokers as the client's listener reaches them. Controllers are not endpoints of their
// own here, so asking for them (endpoint type 2, KIP-919) is refused.

import { DescribeCluster, errorCode } from '@jackdaw/protocol'

import { handler } from './handler.ts'
import { nodesFor } from './nodes.ts'

const BROKERS = 1

export const describeCluster = handler(DescribeCluster, { versions: '0-2' }, ({ endpointType }, context) => {
  const { cluster, brokerId } = context
  const refused = endpointType !== BROKERS
  return {
    errorCode: errorCode(refused ? 'MISMATCHED_ENDPOINT_TYPE' : 'NONE'),
    errorMessage: refused ? 'This address serves brokers, not controllers.' : null,
    endpointType: BROKERS,
    clusterId: cluster.state.clusterId,
    controllerId: brokerId,
    brokers: refused
      ? []
      : nodesFor(context).map(({ nodeId, host, port, rack }) => ({
          brokerId: nodeId,
          host,
          port,
          rack,
          isFenced: false,
        })),
  }
})
