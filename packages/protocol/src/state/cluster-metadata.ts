// The records of `__cluster_metadata`, as KRaft controllers write them: brokers, topics, partitions, configurations, credentials.
import {
  array,
  bool,
  bytes,
  float64,
  int16,
  int32,
  int64,
  int8,
  nullable,
  string,
  struct,
  uint16,
  uuid,
} from '../schema/field.ts'
import type { Infer } from '../schema/message.ts'
import { metadataDecoder, metadataRecord } from './metadata-record.ts'

/**
 * A broker has come, or come again. v1 a controlled shutdown, v2 the way from ZooKeeper, v3 directories (KIP-858), v4 cordoned ones
 * (KIP-1066).
 */
export const RegisterBrokerRecord = metadataRecord(
  0,
  'RegisterBrokerRecord',
  { versions: '0-4', flexible: '0+' },
  {
    brokerId: int32(),
    isMigratingZkBroker: bool({ versions: '2+' }),
    incarnationId: uuid(),
    /** Given by the controller; higher with every registration. */
    brokerEpoch: int64(),
    endPoints: array(
      struct({
        name: string({ mapKey: true }),
        host: string(),
        port: uint16(),
        securityProtocol: int16(),
      }),
    ),
    features: array(
      struct({
        name: string({ mapKey: true }),
        minSupportedVersion: int16(),
        maxSupportedVersion: int16(),
      }),
    ),
    rack: nullable(string()),
    /** Nothing may be led by this broker. */
    fenced: bool({ default: true }),
    inControlledShutdown: bool({ versions: '1+' }),
    logDirs: array(uuid(), { versions: '3+', tag: 0 }),
    cordonedLogDirs: nullable(array(uuid()), { versions: '4+', tag: 1 }),
  },
)
export interface RegisterBrokerRecord extends Infer<typeof RegisterBrokerRecord> {}

/** A broker will not come back. */
export const UnregisterBrokerRecord = metadataRecord(
  1,
  'UnregisterBrokerRecord',
  { versions: '0', flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64(),
  },
)
export interface UnregisterBrokerRecord extends Infer<typeof UnregisterBrokerRecord> {}

/** A topic exists; its partitions follow. */
export const TopicRecord = metadataRecord(
  2,
  'TopicRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string(),
    topicId: uuid(),
  },
)
export interface TopicRecord extends Infer<typeof TopicRecord> {}

/** The whole state of a partition. v1 directories (KIP-858), v2 eligible leaders (KIP-966). */
export const PartitionRecord = metadataRecord(
  3,
  'PartitionRecord',
  { versions: '0-2', flexible: '0+' },
  {
    partitionId: int32({ default: -1 }),
    topicId: uuid(),
    replicas: array(int32()),
    isr: array(int32()),
    removingReplicas: array(int32()),
    addingReplicas: array(int32()),
    /** -1: none. */
    leader: int32({ default: -1 }),
    /** 1: the leader was elected uncleanly and has not recovered. */
    leaderRecoveryState: int8({ tag: 0 }),
    /** Higher with every new leader. */
    leaderEpoch: int32({ default: -1 }),
    /** Higher with every change. */
    partitionEpoch: int32({ default: -1 }),
    directories: array(uuid(), { versions: '1+' }),
    eligibleLeaderReplicas: nullable(array(int32()), { versions: '2+', tag: 1 }),
    lastKnownElr: nullable(array(int32()), { versions: '2+', tag: 2 }),
  },
)
export interface PartitionRecord extends Infer<typeof PartitionRecord> {}

/** One configuration of one resource. */
export const ConfigRecord = metadataRecord(
  4,
  'ConfigRecord',
  { versions: '0', flexible: '0+' },
  {
    resourceType: int8(),
    resourceName: string(),
    name: string(),
    /** Null: back to the default. */
    value: nullable(string()),
  },
)
export interface ConfigRecord extends Infer<typeof ConfigRecord> {}

/** What changes in a partition; a null field stays as it is. v1 directories (KIP-858), v2 eligible leaders (KIP-966). */
export const PartitionChangeRecord = metadataRecord(
  5,
  'PartitionChangeRecord',
  { versions: '0-2', flexible: '0+' },
  {
    partitionId: int32({ default: -1 }),
    topicId: uuid(),
    isr: nullable(array(int32()), { tag: 0 }),
    /** -1: none, -2: as before. */
    leader: int32({ default: -2, tag: 1 }),
    replicas: nullable(array(int32()), { tag: 2 }),
    removingReplicas: nullable(array(int32()), { tag: 3 }),
    addingReplicas: nullable(array(int32()), { tag: 4 }),
    /** -1: as before. */
    leaderRecoveryState: int8({ default: -1, tag: 5 }),
    directories: nullable(array(uuid()), { versions: '1+', tag: 8 }),
    eligibleLeaderReplicas: nullable(array(int32()), { versions: '2+', tag: 6 }),
    lastKnownElr: nullable(array(int32()), { versions: '2+', tag: 7 }),
  },
)
export interface PartitionChangeRecord extends Infer<typeof PartitionChangeRecord> {}

/** A broker is out of reach. Replaced by BrokerRegistrationChangeRecord. */
export const FenceBrokerRecord = metadataRecord(
  7,
  'FenceBrokerRecord',
  { versions: '0', flexible: '0+' },
  {
    id: int32(),
    epoch: int64(),
  },
)
export interface FenceBrokerRecord extends Infer<typeof FenceBrokerRecord> {}

/** It is back. Replaced by BrokerRegistrationChangeRecord. */
export const UnfenceBrokerRecord = metadataRecord(
  8,
  'UnfenceBrokerRecord',
  { versions: '0', flexible: '0+' },
  {
    id: int32(),
    epoch: int64(),
  },
)
export interface UnfenceBrokerRecord extends Infer<typeof UnfenceBrokerRecord> {}

/** A topic is gone, with all that belongs to it. */
export const RemoveTopicRecord = metadataRecord(
  9,
  'RemoveTopicRecord',
  { versions: '0', flexible: '0+' },
  {
    topicId: uuid(),
  },
)
export interface RemoveTopicRecord extends Infer<typeof RemoveTopicRecord> {}

/** A delegation token without its secret, which follows from the cluster's (KIP-48). */
export const DelegationTokenRecord = metadataRecord(
  10,
  'DelegationTokenRecord',
  { versions: '0', flexible: '0+' },
  {
    owner: string(),
    requester: string(),
    renewers: array(string()),
    issueTimestamp: int64(),
    maxTimestamp: int64(),
    expirationTimestamp: int64(),
    tokenId: string(),
  },
)
export interface DelegationTokenRecord extends Infer<typeof DelegationTokenRecord> {}

/** How a user proves a password without anybody keeping it (KIP-554). */
export const UserScramCredentialRecord = metadataRecord(
  11,
  'UserScramCredentialRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string(),
    mechanism: int8(),
    salt: bytes(),
    storedKey: bytes(),
    serverKey: bytes(),
    iterations: int32(),
  },
)
export interface UserScramCredentialRecord extends Infer<typeof UserScramCredentialRecord> {}

/** The level of a feature that is in force (KIP-584). */
export const FeatureLevelRecord = metadataRecord(
  12,
  'FeatureLevelRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string(),
    featureLevel: int16(),
  },
)
export interface FeatureLevelRecord extends Infer<typeof FeatureLevelRecord> {}

/** A quota of users, client ids or addresses (KIP-546). */
export const ClientQuotaRecord = metadataRecord(
  14,
  'ClientQuotaRecord',
  { versions: '0', flexible: '0+' },
  {
    entity: array(
      struct({
        entityType: string(),
        /** Null: the default. */
        entityName: nullable(string()),
      }),
    ),
    key: string(),
    value: float64(),
    remove: bool(),
  },
)
export interface ClientQuotaRecord extends Infer<typeof ClientQuotaRecord> {}

/** A block of producer ids has been handed to a broker. */
export const ProducerIdsRecord = metadataRecord(
  15,
  'ProducerIdsRecord',
  { versions: '0', flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1 }),
    /** The first one that is still free. */
    nextProducerId: int64(),
  },
)
export interface ProducerIdsRecord extends Infer<typeof ProducerIdsRecord> {}

/** What changes in a broker's registration. v1 controlled shutdown, v2 directories (KIP-858), v3 cordoned ones (KIP-1066). */
export const BrokerRegistrationChangeRecord = metadataRecord(
  17,
  'BrokerRegistrationChangeRecord',
  { versions: '0-3', flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64(),
    /** -1: no longer, 1: from now on, 0: as before. */
    fenced: int8({ tag: 0 }),
    /** 1: from now on, 0: as before. */
    inControlledShutdown: int8({ versions: '1+', tag: 1 }),
    logDirs: array(uuid(), { versions: '2+', tag: 2 }),
    cordonedLogDirs: nullable(array(uuid()), { versions: '3+', tag: 3 }),
  },
)
export interface BrokerRegistrationChangeRecord extends Infer<typeof BrokerRegistrationChangeRecord> {}

/** An access rule. */
export const AccessControlEntryRecord = metadataRecord(
  18,
  'AccessControlEntryRecord',
  { versions: '0', flexible: '0+' },
  {
    id: uuid(),
    resourceType: int8(),
    resourceName: string(),
    patternType: int8(),
    principal: string(),
    host: string(),
    operation: int8(),
    permissionType: int8(),
  },
)
export interface AccessControlEntryRecord extends Infer<typeof AccessControlEntryRecord> {}

/** It no longer holds. */
export const RemoveAccessControlEntryRecord = metadataRecord(
  19,
  'RemoveAccessControlEntryRecord',
  { versions: '0', flexible: '0+' },
  {
    id: uuid(),
  },
)
export interface RemoveAccessControlEntryRecord extends Infer<typeof RemoveAccessControlEntryRecord> {}

/** Says nothing; makes the log go on. */
export const NoOpRecord = metadataRecord(20, 'NoOpRecord', { versions: '0', flexible: '0+' }, {})
export interface NoOpRecord extends Infer<typeof NoOpRecord> {}

/** How far the way from ZooKeeper has gone. A leftover, still met in old logs. */
export const ZkMigrationStateRecord = metadataRecord(
  21,
  'ZkMigrationStateRecord',
  { versions: '0', flexible: '0+' },
  {
    zkMigrationState: int8(),
  },
)
export interface ZkMigrationStateRecord extends Infer<typeof ZkMigrationStateRecord> {}

/** A user can no longer prove a password by this mechanism. */
export const RemoveUserScramCredentialRecord = metadataRecord(
  22,
  'RemoveUserScramCredentialRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string(),
    mechanism: int8(),
  },
)
export interface RemoveUserScramCredentialRecord extends Infer<typeof RemoveUserScramCredentialRecord> {}

/** What follows counts only once EndTransactionRecord comes (KIP-868). */
export const BeginTransactionRecord = metadataRecord(
  23,
  'BeginTransactionRecord',
  { versions: '0', flexible: '0+' },
  {
    name: nullable(string(), { tag: 0 }),
  },
)
export interface BeginTransactionRecord extends Infer<typeof BeginTransactionRecord> {}

/** It counts. */
export const EndTransactionRecord = metadataRecord(24, 'EndTransactionRecord', { versions: '0', flexible: '0+' }, {})
export interface EndTransactionRecord extends Infer<typeof EndTransactionRecord> {}

/** It never will. */
export const AbortTransactionRecord = metadataRecord(
  25,
  'AbortTransactionRecord',
  { versions: '0', flexible: '0+' },
  {
    reason: nullable(string(), { tag: 0 }),
  },
)
export interface AbortTransactionRecord extends Infer<typeof AbortTransactionRecord> {}

/** A delegation token has ended. */
export const RemoveDelegationTokenRecord = metadataRecord(
  26,
  'RemoveDelegationTokenRecord',
  { versions: '0', flexible: '0+' },
  {
    tokenId: string(),
  },
)
export interface RemoveDelegationTokenRecord extends Infer<typeof RemoveDelegationTokenRecord> {}

/** A controller has come (KIP-919). */
export const RegisterControllerRecord = metadataRecord(
  27,
  'RegisterControllerRecord',
  { versions: '0', flexible: '0+' },
  {
    controllerId: int32(),
    incarnationId: uuid(),
    zkMigrationReady: bool(),
    endPoints: array(
      struct({
        name: string({ mapKey: true }),
        host: string(),
        port: uint16(),
        securityProtocol: int16(),
      }),
    ),
    features: array(
      struct({
        name: string({ mapKey: true }),
        minSupportedVersion: int16(),
        maxSupportedVersion: int16(),
      }),
    ),
  },
)
export interface RegisterControllerRecord extends Infer<typeof RegisterControllerRecord> {}

/** Forgets the eligible leaders of a topic, or of all (KIP-966). */
export const ClearElrRecord = metadataRecord(
  28,
  'ClearElrRecord',
  { versions: '0', flexible: '0+' },
  {
    topicName: string(),
  },
)
export interface ClearElrRecord extends Infer<typeof ClearElrRecord> {}

/** Every record above, by name. */
export const metadataRecords = {
  RegisterBrokerRecord,
  UnregisterBrokerRecord,
  TopicRecord,
  PartitionRecord,
  ConfigRecord,
  PartitionChangeRecord,
  FenceBrokerRecord,
  UnfenceBrokerRecord,
  RemoveTopicRecord,
  DelegationTokenRecord,
  UserScramCredentialRecord,
  FeatureLevelRecord,
  ClientQuotaRecord,
  ProducerIdsRecord,
  BrokerRegistrationChangeRecord,
  AccessControlEntryRecord,
  RemoveAccessControlEntryRecord,
  NoOpRecord,
  ZkMigrationStateRecord,
  RemoveUserScramCredentialRecord,
  BeginTransactionRecord,
  EndTransactionRecord,
  AbortTransactionRecord,
  RemoveDelegationTokenRecord,
  RegisterControllerRecord,
  ClearElrRecord,
}

/** Decodes any of them; a type that is not known comes back as its bytes. */
export const decodeMetadataRecord = metadataDecoder(metadataRecords)
