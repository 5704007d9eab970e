// DescribeShareGroupOffsets (90): where share groups stand (KIP-932).
import { array, errorCode, int32, int64, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 the lag (KIP-1226). */
export const DescribeShareGroupOffsets = api(
  90,
  'DescribeShareGroupOffsets',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      groups: array(
        struct({
          groupId: string(),
          /** Null: all. */
          topics: nullable(
            array(
              struct({
                topicName: string(),
                partitions: array(int32()),
              }),
            ),
          ),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      groups: array(
        struct({
          groupId: string(),
          topics: array(
            struct({
              topicName: string(),
              topicId: uuid(),
              partitions: array(
                struct({
                  partitionIndex: int32(),
                  startOffset: int64(),
                  leaderEpoch: int32(),
                  /** -1: unknown. */
                  lag: int64({ versions: '1+', default: -1, ignorable: true }),
                  errorCode: errorCode(),
                  errorMessage: nullable(string(), { default: null }),
                }),
              ),
            }),
          ),
          errorCode: errorCode(),
          errorMessage: nullable(string(), { default: null }),
        }),
      ),
    },
  },
)
export interface DescribeShareGroupOffsetsRequest extends Infer<typeof DescribeShareGroupOffsets.request> {}
export interface DescribeShareGroupOffsetsResponse extends Infer<typeof DescribeShareGroupOffsets.response> {}
