// Apache's messages that this package does not have, each with the reason. The drift test fails for a name that is neither here
// nor implemented, and for one that is both.
const removed = 'removed from Kafka: no version is valid'
const quorum = "KRaft's controller quorum, which Coordination replaces"
const registration = 'brokers registering with KRaft controllers, which Coordination replaces'
const controllers = 'sent by Kafka brokers to KRaft controllers only'

const api = (name: string, reason: string): Record<string, string> => ({
  [`${name}Request`]: reason,
  [`${name}Response`]: reason,
})

export const leftOut: Readonly<Record<string, string>> = {
  ...api('LeaderAndIsr', removed),
  ...api('StopReplica', removed),
  ...api('UpdateMetadata', removed),
  ...api('ControlledShutdown', removed),
  ...api('Vote', quorum),
  ...api('BeginQuorumEpoch', quorum),
  ...api('EndQuorumEpoch', quorum),
  ...api('FetchSnapshot', quorum),
  ...api('UpdateRaftVoter', quorum),
  ...api('BrokerRegistration', registration),
  ...api('BrokerHeartbeat', registration),
  ...api('ControllerRegistration', registration),
  ...api('AlterPartition', controllers),
  ...api('AllocateProducerIds', controllers),
  ...api('AssignReplicasToDirs', controllers),
  ...api('Envelope', controllers),
  DefaultPrincipalData: 'the principal inside an Envelope, which is left out',
  KRaftVersionRecord: quorum,
  VotersRecord: quorum,
  SnapshotHeaderRecord: 'snapshots of the KRaft log, whose files are not read',
  SnapshotFooterRecord: 'snapshots of the KRaft log, whose files are not read',
  QuorumStateData: 'a file on the disk of a KRaft voter',
  SubscriptionInfoData: "what Kafka Streams' members tell each other inside JoinGroup, opaque to brokers",
}
