// Fetch (1): reads record batches. Consumers and followers share it; the order of partitions is their priority.
import {
  array,
  errorCode,
  int32,
  int64,
  int64OrInfinity,
  int8,
  nullable,
  records,
  string,
  struct,
  uuid,
} from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v5 log start offset, v7 fetch sessions (KIP-227), v9 fencing by leader epoch (KIP-320), v11 reading from the nearest replica
 * (KIP-392), v12 is flexible and detects divergence inline (KIP-595), v13 topic ids (KIP-516), v14 OFFSET_MOVED_TO_TIERED_STORAGE
 * (KIP-405), v15 the follower's state moves into a struct (KIP-903), v16 endpoints of new leaders (KIP-951), v17 directory ids
 * (KIP-853), v18 the follower's high watermark (KIP-1166).
 */
export const Fetch = api(
  1,
  'Fetch',
  { versions: '4-18', flexible: '12+' },
  {
    request: {
      clusterId: nullable(string(), { versions: '12+', tag: 0, ignorable: true }),
      /** -1 for consumers. */
      replicaId: int32({ versions: '4-14', default: -1 }),
      replicaState: struct(
        {
          replicaId: int32({ default: -1 }),
          replicaEpoch: int64({ default: -1 }),
        },
        { versions: '15+', tag: 1 },
      ),
      maxWaitMs: int32(),
      minBytes: int32(),
      maxBytes: int32({ default: 0x7fffffff }),
      /** 0: read uncommitted, 1: read committed. */
      isolationLevel: int8({ default: 0 }),
      /** 0 asks for a new session, or for none. */
      sessionId: int32({ versions: '7+', ignorable: true }),
      /** -1: no session, 0: a full fetch, greater: an increment. */
      sessionEpoch: int32({ versions: '7+', default: -1, ignorable: true }),
      topics: array(
        struct({
          topic: string({ versions: '4-12', ignorable: true }),
          topicId: uuid({ versions: '13+', ignorable: true }),
          partitions: array(
            struct({
              partition: int32(),
              /** The epoch the sender knows; -1 skips the check. */
              currentLeaderEpoch: int32({ versions: '9+', default: -1, ignorable: true }),
              fetchOffset: int64(),
              lastFetchedEpoch: int32({ versions: '12+', default: -1 }),
              logStartOffset: int64({ versions: '5+', default: -1, ignorable: true }),
              partitionMaxBytes: int32(),
              replicaDirectoryId: uuid({ versions: '17+', tag: 0, ignorable: true }),
              /** Infinity: the sender has no use for it. */
              highWatermark: int64OrInfinity({ versions: '18+', default: Infinity, tag: 1, ignorable: true }),
            }),
          ),
        }),
      ),
      /** What a session no longer reads. */
      forgottenTopicsData: array(
        struct({
          topic: string({ versions: '7-12', ignorable: true }),
          topicId: uuid({ versions: '13+', ignorable: true }),
          partitions: array(int32()),
        }),
        { versions: '7+' },
      ),
      rackId: string({ versions: '11+', ignorable: true }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode({ versions: '7+', ignorable: true }),
      /** 0: there is no session. */
      sessionId: int32({ versions: '7+' }),
      responses: array(
        struct({
          topic: string({ versions: '4-12', ignorable: true }),
          topicId: uuid({ versions: '13+', ignorable: true }),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
              /** -1 where it is not known. */
              highWatermark: int64(),
              lastStableOffset: int64({ default: -1 }),
              logStartOffset: int64({ versions: '5+', default: -1, ignorable: true }),
              /** Set where the follower has to truncate. */
              divergingEpoch: struct(
                {
                  epoch: int32({ default: -1 }),
                  endOffset: int64({ default: -1 }),
                },
                { versions: '12+', tag: 0 },
              ),
              currentLeader: struct(
                {
                  leaderId: int32({ default: -1 }),
                  leaderEpoch: int32({ default: -1 }),
                },
                { versions: '12+', tag: 1 },
              ),
              snapshotId: struct(
                {
                  endOffset: int64({ default: -1 }),
                  epoch: int32({ default: -1 }),
                },
                { versions: '12+', tag: 2 },
              ),
              /** Null for read uncommitted. */
              abortedTransactions: nullable(
                array(
                  struct({
                    producerId: int64(),
                    firstOffset: int64(),
                  }),
                ),
              ),
              /** -1: read here. */
              preferredReadReplica: int32({ versions: '11+', default: -1 }),
              records: nullable(records()),
            }),
          ),
        }),
      ),
      nodeEndpoints: array(
        struct({
          nodeId: int32({ mapKey: true }),
          host: string(),
          port: int32(),
          rack: nullable(string(), { default: null }),
        }),
        { versions: '16+', tag: 0 },
      ),
    },
  },
)
export interface FetchRequest extends Infer<typeof Fetch.request> {}
export interface FetchResponse extends Infer<typeof Fetch.response> {}
