// ShareFetch (78): records for a share group's member, and its acknowledgements for earlier ones (KIP-932).
import {
  array,
  bool,
  errorCode,
  int16,
  int32,
  int64,
  int8,
  nullable,
  records,
  string,
  struct,
  uuid,
} from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 is the first that is stable, v2 acquire modes (KIP-1206) and renewal (KIP-1222). */
export const ShareFetch = api(
  78,
  'ShareFetch',
  { versions: '1-2', flexible: '0+' },
  {
    request: {
      groupId: nullable(string(), { default: null }),
      memberId: nullable(string()),
      /** 0: a new session, -1: the last request of one. */
      shareSessionEpoch: int32(),
      maxWaitMs: int32(),
      minBytes: int32(),
      maxBytes: int32({ default: 0x7fffffff }),
      maxRecords: int32(),
      batchSize: int32(),
      /** 0: batches as they are, 1: no more records than asked for. */
      shareAcquireMode: int8({ versions: '2+', ignorable: true }),
      isRenewAck: bool({ versions: '2+' }),
      topics: array(
        struct({
          topicId: uuid({ mapKey: true }),
          partitions: array(
            struct({
              partitionIndex: int32({ mapKey: true }),
              acknowledgementBatches: array(
                struct({
                  firstOffset: int64(),
                  lastOffset: int64(),
                  /** 0: gap, 1: accept, 2: release, 3: reject, 4: renew. One for all offsets, or one each. */
                  acknowledgeTypes: array(int8()),
                }),
              ),
            }),
          ),
        }),
      ),
      forgottenTopicsData: array(
        struct({
          topicId: uuid(),
          partitions: array(int32()),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string(), { default: null }),
      acquisitionLockTimeoutMs: int32(),
      responses: array(
        struct({
          topicId: uuid({ mapKey: true }),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string(), { default: null }),
              acknowledgeErrorCode: errorCode(),
              acknowledgeErrorMessage: nullable(string(), { default: null }),
              currentLeader: struct({
                leaderId: int32(),
                leaderEpoch: int32(),
              }),
              records: records(),
              /** Which of the offsets in `records` are this member's. */
              acquiredRecords: array(
                struct({
                  firstOffset: int64(),
                  lastOffset: int64(),
                  deliveryCount: int16(),
                }),
              ),
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
      ),
    },
  },
)
export interface ShareFetchRequest extends Infer<typeof ShareFetch.request> {}
export interface ShareFetchResponse extends Infer<typeof ShareFetch.response> {}
