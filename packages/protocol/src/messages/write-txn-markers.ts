// WriteTxnMarkers (27): a transaction's outcome, written into its partitions. Sent by coordinators, and by operators who end a
// transaction that hangs.
import { array, bool, errorCode, int16, int32, int64, int8, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 is flexible, v2 the transaction version (KIP-1228). */
export const WriteTxnMarkers = api(
  27,
  'WriteTxnMarkers',
  { versions: '1-2', flexible: '1+' },
  {
    request: {
      markers: array(
        struct({
          producerId: int64(),
          producerEpoch: int16(),
          /** True: commit. */
          transactionResult: bool(),
          topics: array(
            struct({
              name: string(),
              partitionIndexes: array(int32()),
            }),
          ),
          /** Fences markers of a former coordinator. */
          coordinatorEpoch: int32(),
          transactionVersion: int8({ versions: '2+', ignorable: true }),
        }),
      ),
    },
    response: {
      markers: array(
        struct({
          producerId: int64(),
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
        }),
      ),
    },
  },
)
export interface WriteTxnMarkersRequest extends Infer<typeof WriteTxnMarkers.request> {}
export interface WriteTxnMarkersResponse extends Infer<typeof WriteTxnMarkers.response> {}
