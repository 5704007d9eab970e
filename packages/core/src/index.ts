export { clusterMachine, type ClusterMachine, type ClusterRules } from './cluster/machine.ts'
export type {
  ClusterCommand,
  ClusterEffect,
  ClusterReply,
  ConfigChanges,
  GrownTopic,
  NewTopic,
  TopicResult,
} from './cluster/commands.ts'
export { clusterCodec, type ClusterRec } from './cluster/records.ts'
export {
  configsOf,
  RESOURCE_TYPE_CODES,
  resourceTypeOf,
  topicNamed,
  visiblePartitions,
  type BrokerRegistration,
  type ClusterState,
  type PartitionState,
  type ResourceType,
  type Topic,
} from './cluster/state.ts'
export { FetchSessions, SAFE_FOR_MS, type BegunFetch, type SessionRequest } from './fetch/sessions.ts'
export type * from './group/commands.ts'
export type * from './group/consumer/commands.ts'
export type { GroupConfig } from './group/config.ts'
export type { AssignorName } from './group/consumer/assignors/assignor.ts'
export { topicsView, type TopicsView } from './group/consumer/topics-view.ts'
export type { GroupsState } from './group/group-state.ts'
export { groupPartition } from './group/hash.ts'
export { groupMachine } from './group/machine.ts'
export { groupCodec, type GroupRec } from './group/records.ts'
export { invariant, InvariantViolation } from './invariant.ts'
export type { Batch, Decision, Machine, Now, Reply } from './machine.ts'
export { endOfEpoch, epochAt, noteEpoch } from './partition-log/leader-epochs.ts'
export {
  applyBatch,
  applyDurable,
  applySnapshot,
  applyTrim,
  decideAdmission,
  decideAppend,
  emptyPartitionLog,
  lastStableOffset,
  NO_PRODUCER_ID,
  NO_TIMESTAMP,
  type AppendDecision,
  type PartitionLogState,
} from './partition-log/partition-log.ts'
export {
  checkSequence,
  expectSequence,
  expireProducers,
  type RefusedBatch,
  type SequencedBatch,
} from './partition-log/producer-state.ts'
export { encodeSnapshot, restoreSnapshot } from './partition-log/snapshot.ts'
export { validateProduced, type AppendRules, type BatchRefused, type RecordFault } from './partition-log/validate.ts'
export { newRate, rateOf, recordRate, throttleMs, type Rate, type RateWindows } from './quota/rate.ts'
export { findQuotas, type ClientQuota } from './cluster/quotas.ts'
export { connectionRateOf, quotaInForce, type QuotaClient, type QuotaInForce } from './quota/client-quota.ts'
export {
  abortedIn,
  askMembership,
  decideMarker,
  expireMemberships,
  isMember,
  settleMembership,
  type AbortedTransaction,
  type Marker,
  type MarkerDecision,
  type Membership,
} from './partition-log/transactions.ts'
export type * from './transaction/commands.ts'
export { transactionMachine, type TransactionMachine } from './transaction/machine.ts'
export { transactionCodec, type TransactionsRec } from './transaction/records.ts'
export { TRANSACTION_STATES, type TransactionsState, type TransactionStateName } from './transaction/state.ts'
export type { TransactionConfig } from './transaction/turn.ts'
