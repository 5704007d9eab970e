// The operations of transactions, as `calls.ts` has the others.
import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  decodeControlRecord,
  decodeRecords,
  EndTxn,
  Fetch,
  type FetchResponse,
  FindCoordinator,
  InitProducerId,
  OffsetFetch,
  Produce,
  TxnOffsetCommit,
  viewBatches,
} from '@jackdaw/protocol'
import type { ReadRecord, ReadTransactions } from '../history.ts'
import { byTopic, call, errorOf as error, idOf, type Call, topicOf } from './call.ts'
import { decodeValues, encodeValues } from './records.ts'

/** Short, so that what a dead producer leaves open ends within a run. */
const TRANSACTION_TIMEOUT_MS = 3000
const PRODUCE_TIMEOUT_MS = 1500
const FETCH_WAIT_MS = 300
const FETCH_BYTES = 64 * 1024

type Operations =
  | 'txnCoordinator'
  | 'txnInit'
  | 'txnAdd'
  | 'txnAddOffsets'
  | 'txnProduce'
  | 'txnOffsets'
  | 'txnEnd'
  | 'txnFetch'
  | 'txnCommitted'

export const transactionCalls: { readonly [F in Operations]: Call<F> } = {
  txnCoordinator: call<'txnCoordinator', typeof FindCoordinator>(FindCoordinator, {
    request: ({ id }, { version }) => ({
      key: version < 4 ? id : '',
      keyType: version < 1 ? 0 : 1,
      coordinatorKeys: version < 4 ? [] : [id],
    }),
    result: ({ errorCode, coordinators: [only] }, _, { version }) => ({
      error: error(version < 4 ? errorCode : (only?.errorCode ?? -1)),
    }),
  }),
  txnInit: call<'txnInit', typeof InitProducerId>(InitProducerId, {
    request: ({ id }) => ({
      transactionalId: id,
      transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
      enable2Pc: false,
      keepPreparedTxn: false,
    }),
    result: ({ errorCode, producerId, producerEpoch }) => ({
      error: error(errorCode),
      producer: { id: producerId, epoch: producerEpoch },
    }),
  }),
  txnAdd: call<'txnAdd', typeof AddPartitionsToTxn>(AddPartitionsToTxn, {
    request: ({ id, producer, partitions }) => ({
      transactions: [],
      v3AndBelowTransactionalId: id,
      v3AndBelowProducerId: producer.id,
      v3AndBelowProducerEpoch: producer.epoch,
      v3AndBelowTopics: byTopic(partitions).map(([name, items]) => ({
        name,
        partitions: items.map(({ partition }) => partition),
      })),
    }),
    result: ({ resultsByTopicV3AndBelow }) => {
      const codes = resultsByTopicV3AndBelow.flatMap(({ resultsByPartition }) =>
        resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode),
      )
      return { error: error(codes.find((code) => code !== 0) ?? 0) }
    },
  }),
  txnAddOffsets: call<'txnAddOffsets', typeof AddOffsetsToTxn>(AddOffsetsToTxn, {
    request: ({ id, producer, group }) => ({
      transactionalId: id,
      producerId: producer.id,
      producerEpoch: producer.epoch,
      groupId: group,
    }),
    result: ({ errorCode }) => ({ error: error(errorCode) }),
  }),
  txnProduce: call<'txnProduce', typeof Produce>(Produce, {
    idsSince: 13,
    request: ({ id, producer, batch }, knowledge) => ({
      transactionalId: id,
      acks: -1,
      timeoutMs: PRODUCE_TIMEOUT_MS,
      topicData: [
        {
          name: batch.topic,
          topicId: idOf(batch.topic, knowledge),
          partitionData: [{ index: batch.partition, records: encodeValues(batch, producer, true) }],
        },
      ],
    }),
    result: ({ responses: [topic] }) => {
      const [partition] = topic?.partitionResponses ?? []
      return { error: error(partition?.errorCode ?? -1), offset: partition?.baseOffset ?? -1 }
    },
  }),
  txnOffsets: call<'txnOffsets', typeof TxnOffsetCommit>(TxnOffsetCommit, {
    request: ({ id, producer, group, offset }) => ({
      transactionalId: id,
      groupId: group,
      producerId: producer.id,
      producerEpoch: producer.epoch,
      memberId: '',
      topics: [
        {
          name: offset.topic,
          partitions: [
            { partitionIndex: offset.partition, committedOffset: offset.offset, committedMetadata: offset.tag },
          ],
        },
      ],
    }),
    result: ({ topics: [topic] }) => ({ error: error(topic?.partitions[0]?.errorCode ?? -1) }),
  }),
  txnEnd: call<'txnEnd', typeof EndTxn>(EndTxn, {
    request: ({ id, producer, committed }) => ({
      transactionalId: id,
      producerId: producer.id,
      producerEpoch: producer.epoch,
      committed,
    }),
    result: ({ errorCode, producerId, producerEpoch }) => ({
      error: error(errorCode),
      producer: { id: producerId, epoch: producerEpoch },
    }),
  }),
  txnCommitted: call<'txnCommitted', typeof OffsetFetch>(OffsetFetch, {
    request: ({ group, at }, { version }) => {
      const topics = [{ name: at.topic, partitionIndexes: [at.partition] }]
      const many = version >= 8
      return {
        groupId: many ? '' : group,
        topics: many ? [] : topics,
        groups: many ? [{ groupId: group, memberId: null, topics }] : [],
        requireStable: true,
      }
    },
    result: ({ errorCode, topics, groups: [group] }) => {
      const whole = group?.errorCode ?? errorCode
      const partition = (group?.topics ?? topics)[0]?.partitions[0]
      return {
        error: error(whole !== 0 ? whole : (partition?.errorCode ?? -1)),
        offset: partition?.committedOffset ?? -1,
      }
    },
  }),
  txnFetch: call<'txnFetch', typeof Fetch>(Fetch, {
    idsSince: 13,
    request: ({ committedOnly, partitions }, knowledge) => ({
      maxWaitMs: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      isolationLevel: committedOnly ? 1 : 0,
      topics: byTopic(partitions).map(([topic, items]) => ({
        topic,
        topicId: idOf(topic, knowledge),
        partitions: items.map(({ partition, offset }) => ({
          partition,
          fetchOffset: offset,
          partitionMaxBytes: FETCH_BYTES / 4,
        })),
      })),
    }),
    result: ({ responses }, { committedOnly, partitions }, knowledge) =>
      responses.flatMap(({ topic, topicId, partitions: answers }) =>
        answers.map((answer) => {
          const at = { topic: topicOf(topic, topicId, knowledge), partition: answer.partitionIndex }
          const asked = partitions.find((one) => one.topic === at.topic && one.partition === at.partition)
          return { ...at, ...readAnswer(answer, asked?.offset ?? 0, committedOnly) }
        }),
      ),
  }),
}

type Answer = FetchResponse['responses'][number]['partitions'][number]

/** Steps over what is aborted as Kafka's consumers do: from the first offset of each listed transaction to its marker. */
const readAnswer = (
  answer: Answer,
  from: number,
  committedOnly: boolean,
): Omit<ReadTransactions, 'topic' | 'partition'> => {
  const told = {
    error: error(answer.errorCode),
    highWatermark: answer.highWatermark,
    lastStable: answer.lastStableOffset,
  }
  const batches = viewBatches(answer.records ?? Buffer.alloc(0))
  if (typeof batches === 'string') throw new Error(`the broker handed out bytes that are no batches: ${batches}`)
  const listed = (answer.abortedTransactions ?? []).toSorted((a, b) => a.firstOffset - b.firstOffset)
  const aborted = new Set<number>()
  const records: ReadRecord[] = []
  let next = from
  for (const batch of batches) {
    next = batch.lastOffset + 1
    while (listed[0] !== undefined && listed[0].firstOffset <= batch.lastOffset) aborted.add(listed.shift()!.producerId)
    if (batch.isControl) {
      const [marker] = decodeRecords(batch, { maxDecompressedBytes: 1000 })
      if (marker !== undefined && decodeControlRecord(marker).type === 'abort') aborted.delete(batch.producerId)
    } else if (!(committedOnly && batch.isTransactional && aborted.has(batch.producerId))) {
      records.push(...decodeValues(batch.bytes, from))
    }
  }
  return { ...told, next, records }
}
