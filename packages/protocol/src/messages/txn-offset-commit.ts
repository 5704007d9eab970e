// TxnOffsetCommit (28): offsets that count once the transaction commits.
import { array, errorCode, int16, int32, int64, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v2 leader epoch, v3 is flexible and checks the member (KIP-447), v4 TRANSACTION_ABORTABLE, v5 adds the group to the transaction by
 * itself (both KIP-890).
 */
export const TxnOffsetCommit = api(
  28,
  'TxnOffsetCommit',
  { versions: '0-5', flexible: '3+' },
  {
    request: {
      transactionalId: string(),
      groupId: string(),
      producerId: int64(),
      producerEpoch: int16(),
      /** -1 from a producer that does not say who consumes. */
      generationId: int32({ versions: '3+', default: -1 }),
      memberId: string({ versions: '3+' }),
      groupInstanceId: nullable(string(), { versions: '3+' }),
      topics: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              committedOffset: int64(),
              committedLeaderEpoch: int32({ versions: '2+', default: -1, ignorable: true }),
              committedMetadata: nullable(string()),
            }),
          ),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      topics: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
            }),
          ),
        }),
      ),
    },
  },
)
export interface TxnOffsetCommitRequest extends Infer<typeof TxnOffsetCommit.request> {}
export interface TxnOffsetCommitResponse extends Infer<typeof TxnOffsetCommit.response> {}
