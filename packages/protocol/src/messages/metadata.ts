// Metadata (3): brokers, topics, leaders. An empty list of topics asks for all in v0; from v1 on null does, and an empty list asks for
// none.
import { array, bool, errorCode, int32, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v1 racks and controller id, v2 cluster id, v3 throttle time, v4 may forbid auto-creation, v5 offline replicas, v7 leader epochs,
 * v8 authorized operations (KIP-430), v9 is flexible, v10 answers with topic ids (KIP-516), v11 leaves the cluster's operations to
 * DescribeCluster (KIP-700), v12 asks by topic id, v13 a top-level error (KIP-1102).
 */
export const Metadata = api(
  3,
  'Metadata',
  { versions: '0-13', flexible: '9+' },
  {
    request: {
      /** Null: all topics. */
      topics: nullable(
        array(
          struct({
            topicId: uuid({ versions: '10+', ignorable: true }),
            /** Null where the topic is asked for by id. */
            name: nullable(string(), { nullable: '10+' }),
          }),
        ),
        { nullable: '1+' },
      ),
      allowAutoTopicCreation: bool({ versions: '4+', default: true }),
      includeClusterAuthorizedOperations: bool({ versions: '8-10' }),
      includeTopicAuthorizedOperations: bool({ versions: '8+' }),
    },
    response: {
      throttleTimeMs: int32({ versions: '3+', ignorable: true }),
      brokers: array(
        struct({
          nodeId: int32({ mapKey: true }),
          host: string(),
          port: int32(),
          rack: nullable(string(), { versions: '1+', ignorable: true }),
        }),
      ),
      clusterId: nullable(string(), { versions: '2+', ignorable: true }),
      /** Any broker that takes administrative requests. */
      controllerId: int32({ versions: '1+', default: -1, ignorable: true }),
      topics: array(
        struct({
          errorCode: errorCode(),
          /** Null where an id was asked for that nobody knows. */
          name: nullable(string(), { nullable: '12+', mapKey: true }),
          topicId: uuid({ versions: '10+', ignorable: true }),
          isInternal: bool({ versions: '1+', ignorable: true }),
          partitions: array(
            struct({
              errorCode: errorCode(),
              partitionIndex: int32(),
              /** -1: there is none. */
              leaderId: int32(),
              leaderEpoch: int32({ versions: '7+', default: -1, ignorable: true }),
              replicaNodes: array(int32()),
              isrNodes: array(int32()),
              offlineReplicas: array(int32(), { versions: '5+', ignorable: true }),
            }),
          ),
          /** A bit per operation; the smallest int32 where it was not asked for. */
          topicAuthorizedOperations: int32({ versions: '8+', default: -2147483648 }),
        }),
      ),
      /** A bit per operation; the smallest int32 where it was not asked for. */
      clusterAuthorizedOperations: int32({ versions: '8-10', default: -2147483648 }),
      errorCode: errorCode({ versions: '13+', ignorable: true }),
    },
  },
)
export interface MetadataRequest extends Infer<typeof Metadata.request> {}
export interface MetadataResponse extends Infer<typeof Metadata.response> {}
