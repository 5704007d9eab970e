// DescribeProducers (61): the idempotent producers that a partition remembers; for finding transactions that hang (KIP-664).
import { array, errorCode, int32, int64, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const DescribeProducers = api(
  61,
  'DescribeProducers',
  { versions: '0', flexible: '0+' },
  {
    request: {
      topics: array(
        struct({
          name: string(),
          partitionIndexes: array(int32()),
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
              errorMessage: nullable(string(), { default: null }),
              activeProducers: array(
                struct({
                  producerId: int64(),
                  producerEpoch: int32(),
                  lastSequence: int32({ default: -1 }),
                  lastTimestamp: int64({ default: -1 }),
                  coordinatorEpoch: int32(),
                  /** -1: no transaction is open. */
                  currentTxnStartOffset: int64({ default: -1 }),
                }),
              ),
            }),
          ),
        }),
      ),
    },
  },
)
export interface DescribeProducersRequest extends Infer<typeof DescribeProducers.request> {}
export interface DescribeProducersResponse extends Infer<typeof DescribeProducers.response> {}
