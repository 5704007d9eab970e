// OffsetForLeaderEpoch (23): where a leader epoch ends in this log, so that a reader learns whether it was misled (KIP-320).
import { array, errorCode, int32, int64, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v2 is fenced by the current leader epoch, v3 names the replica, v4 is flexible. */
export const OffsetForLeaderEpoch = api(
  23,
  'OffsetForLeaderEpoch',
  { versions: '2-4', flexible: '4+' },
  {
    request: {
      /** -1 for consumers, -2 to see beyond the high watermark. */
      replicaId: int32({ versions: '3+', default: -2, ignorable: true }),
      topics: array(
        struct({
          topic: string({ mapKey: true }),
          partitions: array(
            struct({
              partition: int32(),
              currentLeaderEpoch: int32({ default: -1 }),
              leaderEpoch: int32(),
            }),
          ),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      topics: array(
        struct({
          topic: string({ mapKey: true }),
          partitions: array(
            struct({
              errorCode: errorCode(),
              partition: int32(),
              /** The largest epoch not above the asked one; -1: none. */
              leaderEpoch: int32({ default: -1 }),
              /** Where that epoch ends; -1: unknown. */
              endOffset: int64({ default: -1 }),
            }),
          ),
        }),
      ),
    },
  },
)
export interface OffsetForLeaderEpochRequest extends Infer<typeof OffsetForLeaderEpoch.request> {}
export interface OffsetForLeaderEpochResponse extends Infer<typeof OffsetForLeaderEpoch.response> {}
