// Produce (0): appends record batches to partitions. With acks = 0 there is no response at all, not even for an error.
import { array, errorCode, int16, int32, int64, nullable, records, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v3 transactional id and record format 2, v5 log start offset, v7 may carry zstd (KIP-110), v8 says which record was refused
 * (KIP-467), v9 is flexible, v10 names the new leader (KIP-951), v11 TRANSACTION_ABORTABLE and v12 adds partitions to the
 * transaction by itself (KIP-890), v13 topic ids instead of names (KIP-516). A broker advertises 0 as its lowest version all the
 * same: librdkafka reads the range as a list of features.
 */
export const Produce = api(
  0,
  'Produce',
  { versions: '3-13', flexible: '9+' },
  {
    request: {
      /** Null outside of transactions. */
      transactionalId: nullable(string(), { default: null }),
      /** 0: no answer, 1: the leader has it, -1: all in-sync replicas have it. */
      acks: int16(),
      /** How long the broker may wait for replicas. */
      timeoutMs: int32(),
      topicData: array(
        struct({
          name: string({ versions: '3-12', ignorable: true, mapKey: true }),
          topicId: uuid({ versions: '13+', ignorable: true, mapKey: true }),
          partitionData: array(
            struct({
              index: int32(),
              records: nullable(records()),
            }),
          ),
        }),
      ),
    },
    response: {
      responses: array(
        struct({
          name: string({ versions: '3-12', ignorable: true, mapKey: true }),
          topicId: uuid({ versions: '13+', ignorable: true, mapKey: true }),
          partitionResponses: array(
            struct({
              index: int32(),
              errorCode: errorCode(),
              /** -1 where nothing was appended. */
              baseOffset: int64(),
              /** -1 unless the topic stamps records with its own time. */
              logAppendTimeMs: int64({ default: -1 }),
              logStartOffset: int64({ versions: '5+', default: -1, ignorable: true }),
              /** The records that caused the whole batch to be refused. */
              recordErrors: array(
                struct({
                  batchIndex: int32(),
                  batchIndexErrorMessage: nullable(string(), { default: null }),
                }),
                { versions: '8+', ignorable: true },
              ),
              errorMessage: nullable(string(), { versions: '8+', ignorable: true }),
              /** Where to turn to after NOT_LEADER_OR_FOLLOWER. */
              currentLeader: struct(
                {
                  leaderId: int32({ default: -1 }),
                  leaderEpoch: int32({ default: -1 }),
                },
                { versions: '10+', tag: 0 },
              ),
            }),
          ),
        }),
      ),
      throttleTimeMs: int32({ default: 0 }),
      /** The brokers that `currentLeader` speaks of. */
      nodeEndpoints: array(
        struct({
          nodeId: int32({ mapKey: true }),
          host: string(),
          port: int32(),
          rack: nullable(string(), { default: null }),
        }),
        { versions: '10+', tag: 0 },
      ),
    },
  },
)
export interface ProduceRequest extends Infer<typeof Produce.request> {}
export interface ProduceResponse extends Infer<typeof Produce.response> {}
