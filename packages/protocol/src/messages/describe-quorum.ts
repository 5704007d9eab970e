// DescribeQuorum (55): voters, observers and progress of a replicated log: in Kafka that of the cluster metadata (KIP-595).
import { array, errorCode, int32, int64, nullable, string, struct, uint16, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

const replicaState = struct({
  replicaId: int32(),
  replicaDirectoryId: uuid({ versions: '2+' }),
  logEndOffset: int64(),
  lastFetchTimestamp: int64({ versions: '1+', default: -1, ignorable: true }),
  lastCaughtUpTimestamp: int64({ versions: '1+', default: -1, ignorable: true }),
})

/** v1 when replicas fetched and caught up (KIP-836), v2 nodes, directories and error messages (KIP-853). */
export const DescribeQuorum = api(
  55,
  'DescribeQuorum',
  { versions: '0-2', flexible: '0+' },
  {
    request: {
      topics: array(
        struct({
          topicName: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
            }),
          ),
        }),
      ),
    },
    response: {
      errorCode: errorCode(),
      errorMessage: nullable(string(), { versions: '2+', default: '', ignorable: true }),
      topics: array(
        struct({
          topicName: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string(), { versions: '2+', default: '', ignorable: true }),
              leaderId: int32(),
              leaderEpoch: int32(),
              highWatermark: int64(),
              currentVoters: array(replicaState),
              observers: array(replicaState),
            }),
          ),
        }),
      ),
      nodes: array(
        struct({
          nodeId: int32({ mapKey: true }),
          listeners: array(
            struct({
              name: string({ mapKey: true }),
              host: string(),
              port: uint16(),
            }),
          ),
        }),
        { versions: '2+' },
      ),
    },
  },
)
export interface DescribeQuorumRequest extends Infer<typeof DescribeQuorum.request> {}
export interface DescribeQuorumResponse extends Infer<typeof DescribeQuorum.response> {}
