// The records of `__cluster_metadata`. Kafka's own where Kafka has one, so that its tools can read the log; three of ours say
// what Kafka has no word for: the cluster's identity, and which logs the storage holds.

import {
  array,
  ClientQuotaRecord,
  ConfigRecord,
  encodeMetadataRecord,
  int32,
  metadataDecoder,
  metadataRecord,
  PartitionRecord,
  ProducerIdsRecord,
  RegisterBrokerRecord,
  RemoveTopicRecord,
  string,
  TopicRecord,
  UnregisterBrokerRecord,
  uuid,
  type Infer,
} from '@jackdaw/protocol'

/** The cluster's identity, written once, first. */
export const ClusterRecord = metadataRecord(
  20_000,
  'ClusterRecord',
  { versions: '0', flexible: '0+' },
  { clusterId: string() },
)

/** The storage now holds the logs of these partitions. */
export const LogsStoredRecord = metadataRecord(
  20_001,
  'LogsStoredRecord',
  { versions: '0', flexible: '0+' },
  { topicId: uuid(), partitions: array(int32()) },
)

/** The storage no longer holds any log of this deleted topic. */
export const LogsRemovedRecord = metadataRecord(
  20_002,
  'LogsRemovedRecord',
  { versions: '0', flexible: '0+' },
  { topicId: uuid() },
)

const schemas = {
  ClusterRecord,
  RegisterBrokerRecord,
  UnregisterBrokerRecord,
  TopicRecord,
  PartitionRecord,
  LogsStoredRecord,
  RemoveTopicRecord,
  LogsRemovedRecord,
  ConfigRecord,
  ClientQuotaRecord,
  ProducerIdsRecord,
} as const

type Schemas = typeof schemas
export type ClusterRecordName = keyof Schemas
export type ClusterRec = { [N in ClusterRecordName]: { readonly type: N } & Infer<Schemas[N]> }[ClusterRecordName]

/** All are written in their first version: nothing that later versions add is said yet. */
const WRITTEN_VERSION = 0

const decodeRecord = metadataDecoder(schemas)

/** How the records lie in the log. A record of a kind that this version does not know is refused: it may change everything. */
export const clusterCodec = {
  encode: ({ type, ...value }: ClusterRec): { readonly key: null; readonly value: Buffer } => ({
    key: null,
    value: encodeMetadataRecord<never>(schemas[type], value as never, WRITTEN_VERSION),
  }),

  decode: (_key: Buffer | null, value: Buffer | null): ClusterRec => {
    if (value === null) throw new Error('A metadata record has no value.')
    const record = decodeRecord(value)
    if (record.type === 'unknown') {
      throw new Error(
        `Cluster metadata holds a record of type ${record.apiKey}, which this version of Jackdaw does not know.`,
      )
    }
    return { type: record.type, ...record.value } as ClusterRec
  },
}
