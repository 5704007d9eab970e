// Every message of this package, under the name that Apache's schema files give it.
import { apis } from '../../src/messages/index.ts'
import { ConsumerProtocolAssignment, ConsumerProtocolSubscription } from '../../src/messages/consumer-protocol.ts'
import { RequestHeader, ResponseHeader } from '../../src/messages/header.ts'
import type { Message } from '../../src/schema/message.ts'
import { ControlRecordTypeSchema, EndTxnMarker, LeaderChangeMessage } from '../../src/state/control-record.ts'
import { metadataRecords } from '../../src/state/cluster-metadata.ts'
import { offsetsRecords, shareStateRecords, transactionRecords } from '../../src/state/record-tables.ts'

const coordinatorRecords = [offsetsRecords, transactionRecords, shareStateRecords].flatMap((table) =>
  Object.values(table),
)

export const messages: readonly Message[] = [
  RequestHeader,
  ResponseHeader,
  ...apis.flatMap((api) => [api.request, api.response]),
  ConsumerProtocolSubscription,
  ConsumerProtocolAssignment,
  ControlRecordTypeSchema,
  EndTxnMarker,
  LeaderChangeMessage,
  ...coordinatorRecords.flatMap(({ key, value }) => [key.schema, value.schema]),
  ...Object.values(metadataRecords),
]

/** The number that the schema files call apiKey, for those that have one. */
export const apiKeys: ReadonlyMap<string, number> = new Map<string, number>([
  ...apis.flatMap((api): [string, number][] => [
    [api.request.name, api.key],
    [api.response.name, api.key],
  ]),
  ...coordinatorRecords.flatMap(({ key, value }): [string, number][] => [
    [key.schema.name, key.type],
    [value.schema.name, key.type],
  ]),
  ...Object.values(metadataRecords).map((record): [string, number] => [record.name, record.apiKey]),
])

export const versionsOf = (message: Message): number[] =>
  Array.from({ length: message.versions.max - message.versions.min + 1 }, (_, i) => message.versions.min + i)
