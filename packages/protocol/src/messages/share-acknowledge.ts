// ShareAcknowledge (79): acknowledges records without fetching more (KIP-932).
import { array, bool, errorCode, int32, int64, int8, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 is the first that is stable, v2 renewal (KIP-1222). */
export const ShareAcknowledge = api(
  79,
  'ShareAcknowledge',
  { versions: '1-2', flexible: '0+' },
  {
    request: {
      groupId: nullable(string(), { default: null }),
      memberId: nullable(string()),
      /** -1: the last request of a session. */
      shareSessionEpoch: int32(),
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
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string(), { default: null }),
      acquisitionLockTimeoutMs: int32({ versions: '2+', ignorable: true }),
      responses: array(
        struct({
          topicId: uuid({ mapKey: true }),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string(), { default: null }),
              currentLeader: struct({
                leaderId: int32(),
                leaderEpoch: int32(),
              }),
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
export interface ShareAcknowledgeRequest extends Infer<typeof ShareAcknowledge.request> {}
export interface ShareAcknowledgeResponse extends Infer<typeof ShareAcknowledge.response> {}
