// ListOffsets (2): offsets by time. Below zero a timestamp is a question: -1 latest, -2 earliest, -3 the record with the largest
// timestamp, -4 earliest that is local, -5 latest that is tiered, -6 earliest that waits to be tiered.
import { array, errorCode, int32, int64, int64OrInfinity, int8, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v2 isolation level and throttle time, v4 leader epochs (KIP-320), v5 OFFSET_NOT_AVAILABLE, v6 is flexible, v7 knows -3 (KIP-734),
 * v8 -4 (KIP-405), v9 -5 (KIP-1005), v10 a timeout for remote storage (KIP-1075), v11 -6 (KIP-1023).
 */
export const ListOffsets = api(
  2,
  'ListOffsets',
  { versions: '1-11', flexible: '6+' },
  {
    request: {
      /** -1 for consumers, -2 to see beyond the high watermark. */
      replicaId: int32(),
      isolationLevel: int8({ versions: '2+' }),
      topics: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              currentLeaderEpoch: int32({ versions: '4+', default: -1, ignorable: true }),
              /** Infinity: beyond any record. */
              timestamp: int64OrInfinity(),
            }),
          ),
        }),
      ),
      /** How long to wait for an answer from remote storage. */
      timeoutMs: int32({ versions: '10+', ignorable: true }),
    },
    response: {
      throttleTimeMs: int32({ versions: '2+', ignorable: true }),
      topics: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
              timestamp: int64({ default: -1 }),
              /** -1 where no record is that young. */
              offset: int64({ default: -1 }),
              leaderEpoch: int32({ versions: '4+', default: -1 }),
            }),
          ),
        }),
      ),
    },
  },
)
export interface ListOffsetsRequest extends Infer<typeof ListOffsets.request> {}
export interface ListOffsetsResponse extends Infer<typeof ListOffsets.response> {}
