// AddPartitionsToTxn (24): makes partitions part of a transaction. Up to v3 for clients, one transaction each; from v4 on for brokers,
// in batches, and also only to verify.
import { array, bool, errorCode, int16, int32, int64, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

const addPartitionsToTxnTopic = struct({
  name: string({ mapKey: true }),
  partitions: array(int32()),
})

const addPartitionsToTxnPartitionResult = struct({
  partitionIndex: int32({ mapKey: true }),
  partitionErrorCode: errorCode(),
})

const addPartitionsToTxnTopicResult = struct({
  name: string({ mapKey: true }),
  resultsByPartition: array(addPartitionsToTxnPartitionResult),
})

/** v2 PRODUCER_FENCED, v3 is flexible, v4 batches and verification, v5 TRANSACTION_ABORTABLE (both KIP-890). */
export const AddPartitionsToTxn = api(
  24,
  'AddPartitionsToTxn',
  { versions: '0-5', flexible: '3+' },
  {
    request: {
      transactions: array(
        struct({
          transactionalId: string({ mapKey: true }),
          producerId: int64(),
          producerEpoch: int16(),
          /** Ask whether the partitions are in the transaction, add nothing. */
          verifyOnly: bool({ default: false }),
          topics: array(addPartitionsToTxnTopic),
        }),
        { versions: '4+' },
      ),
      v3AndBelowTransactionalId: string({ versions: '0-3' }),
      v3AndBelowProducerId: int64({ versions: '0-3' }),
      v3AndBelowProducerEpoch: int16({ versions: '0-3' }),
      v3AndBelowTopics: array(addPartitionsToTxnTopic, { versions: '0-3' }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode({ versions: '4+', ignorable: true }),
      resultsByTransaction: array(
        struct({
          transactionalId: string({ mapKey: true }),
          topicResults: array(addPartitionsToTxnTopicResult),
        }),
        { versions: '4+' },
      ),
      resultsByTopicV3AndBelow: array(addPartitionsToTxnTopicResult, { versions: '0-3' }),
    },
  },
)
export interface AddPartitionsToTxnRequest extends Infer<typeof AddPartitionsToTxn.request> {}
export interface AddPartitionsToTxnResponse extends Infer<typeof AddPartitionsToTxn.response> {}
