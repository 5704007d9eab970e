// DescribeCluster (60): brokers, or controllers, without any topic (KIP-700).
import { array, bool, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 may ask for controllers (KIP-919), v2 may include fenced brokers (KIP-1073). */
export const DescribeCluster = api(
  60,
  'DescribeCluster',
  { versions: '0-2', flexible: '0+' },
  {
    request: {
      includeClusterAuthorizedOperations: bool(),
      /** 1: brokers, 2: controllers. */
      endpointType: int8({ versions: '1+', default: 1 }),
      includeFencedBrokers: bool({ versions: '2+' }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string(), { default: null }),
      endpointType: int8({ versions: '1+', default: 1 }),
      clusterId: string(),
      controllerId: int32({ default: -1 }),
      brokers: array(
        struct({
          brokerId: int32({ mapKey: true }),
          host: string(),
          port: int32(),
          rack: nullable(string(), { default: null }),
          isFenced: bool({ versions: '2+' }),
        }),
      ),
      /** A bit per operation; the smallest int32 where it was not asked for. */
      clusterAuthorizedOperations: int32({ default: -2147483648 }),
    },
  },
)
export interface DescribeClusterRequest extends Infer<typeof DescribeCluster.request> {}
export interface DescribeClusterResponse extends Infer<typeof DescribeCluster.response> {}
