// ReadShareGroupStateSummary (87): as ReadShareGroupState, without the single deliveries (KIP-932).
import { array, errorCode, int32, int64, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 how many deliveries are complete (KIP-1226). */
export const ReadShareGroupStateSummary = api(
  87,
  'ReadShareGroupStateSummary',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      groupId: string(),
      topics: array(
        struct({
          topicId: uuid(),
          partitions: array(
            struct({
              partition: int32(),
              leaderEpoch: int32(),
            }),
          ),
        }),
      ),
    },
    response: {
      results: array(
        struct({
          topicId: uuid(),
          partitions: array(
            struct({
              partition: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string(), { default: null }),
              stateEpoch: int32(),
              leaderEpoch: int32(),
              startOffset: int64(),
              deliveryCompleteCount: int32({ versions: '1+', default: -1, ignorable: true }),
            }),
          ),
        }),
      ),
    },
  },
)
export interface ReadShareGroupStateSummaryRequest extends Infer<typeof ReadShareGroupStateSummary.request> {}
export interface ReadShareGroupStateSummaryResponse extends Infer<typeof ReadShareGroupStateSummary.response> {}
