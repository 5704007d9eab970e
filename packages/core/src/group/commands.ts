// What can be asked of a group coordinator, and what it answers: Kafka's requests and responses with what handlers resolve left
// out (authorization, topic ids, versions of single fields). Requests carry `to` and are answered exactly once; events are not.

import type { ErrorName } from '@jackdaw/protocol'

import type {
  ConsumerGroupDescribe,
  ConsumerGroupDescribeResult,
  ConsumerGroupHeartbeat,
  ConsumerGroupHeartbeatResult,
} from './consumer/commands.ts'
import type { ConsumerGroupStateName } from './consumer/model.ts'
import type { TopicsView } from './consumer/topics-view.ts'
import type { GroupStateName, Protocol } from './group-state.ts'

export interface JoinGroup {
  readonly type: 'joinGroup'
  readonly to: number
  /** From 4 on a new dynamic member is first told its id; from 9 on a static leader may be told to skip the assignment. */
  readonly apiVersion: number
  readonly groupId: string
  /** '' = a new member. */
  readonly memberId: string
  /** The id that a new member gets: unique, made by the caller. */
  readonly newMemberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  /** -1 = the session timeout (version 0 had no other). */
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly Protocol[]
}

export interface JoinGroupResult {
  readonly error: ErrorName
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** '' where there is none. */
  readonly leader: string
  readonly skipAssignment: boolean
  readonly memberId: string
  /** For the leader; empty for all others. */
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly metadata: Buffer
  }[]
}

export interface SyncGroup {
  readonly type: 'syncGroup'
  readonly to: number
  readonly groupId: string
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  /** Null before version 5. */
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** Of the leader; ignored from others. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[]
}

export interface SyncGroupResult {
  readonly error: ErrorName
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

export interface Heartbeat {
  readonly type: 'heartbeat'
  readonly to: number
  readonly groupId: string
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
}

export interface HeartbeatResult {
  readonly error: ErrorName
}

export interface LeaveGroup {
  readonly type: 'leaveGroup'
  readonly to: number
  readonly groupId: string
  /** One before version 3. A member id of '' with an instance id is an administrator who removes a static member. */
  readonly members: readonly { readonly memberId: string; readonly groupInstanceId: string | null }[]
}

export interface LeaveGroupResult {
  readonly error: ErrorName
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly error: ErrorName
  }[]
}

export interface OffsetCommit {
  readonly type: 'offsetCommit'
  readonly to: number
  /** From 9 on a group that is not there is GROUP_ID_NOT_FOUND. */
  readonly apiVersion: number
  readonly groupId: string
  /** -1 = from outside of the group. */
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  /** -1 = as configured; only versions 2 to 4 can ask for another. */
  readonly retentionTimeMs: number
  readonly topics: readonly {
    readonly name: string
    /** The zero uuid where the caller does not know. */
    readonly topicId: string
    readonly partitions: readonly {
      readonly partitionIndex: number
      readonly committedOffset: number
      readonly committedLeaderEpoch: number
      readonly committedMetadata: string | null
    }[]
  }[]
}

/** Offsets that count when the producer's transaction commits. */
export interface TxnOffsetCommit {
  readonly type: 'txnOffsetCommit'
  readonly to: number
  readonly groupId: string
  readonly producerId: number
  readonly producerEpoch: number
  /** -1 = from a producer that does not say who consumes. */
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly topics: OffsetCommit['topics']
}

/** The producer's transaction has ended: its marker is to be written here. */
export interface EndOffsetsTransaction {
  readonly type: 'endOffsetsTransaction'
  readonly to: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly committed: boolean
  readonly coordinatorEpoch: number
}

export interface EndOffsetsTransactionResult {
  readonly error: ErrorName
}

/** Results of partitions, in the order of the request. */
export interface TopicErrors {
  readonly name: string
  readonly partitions: readonly { readonly partitionIndex: number; readonly error: ErrorName }[]
}

export interface OffsetCommitResult {
  readonly topics: readonly (TopicErrors & { readonly topicId: string })[]
}

export interface OffsetFetch {
  readonly type: 'offsetFetch'
  readonly to: number
  readonly groupId: string
  /** Of a member of a consumer group; null = whoever asks is none. */
  readonly memberId?: string | null
  /** -1 = whoever asks is no member. */
  readonly memberEpoch?: number
  /** Offsets that an open transaction may still change are an error (KIP-447). */
  readonly requireStable: boolean
  /** Null = all. */
  readonly topics:
    | readonly {
        readonly name: string
        /** The zero uuid = whatever topic has the name. */
        readonly topicId: string
        readonly partitionIndexes: readonly number[]
      }[]
    | null
}

export interface OffsetFetchResult {
  readonly error: ErrorName
  readonly topics: readonly {
    readonly name: string
    readonly topicId: string
    readonly partitions: readonly {
      readonly partitionIndex: number
      /** -1 = nothing is committed. */
      readonly committedOffset: number
      readonly committedLeaderEpoch: number
      readonly metadata: string
      readonly error: ErrorName
    }[]
  }[]
}

export interface OffsetDelete {
  readonly type: 'offsetDelete'
  readonly to: number
  readonly groupId: string
  readonly topics: readonly {
    readonly name: string
    readonly partitions: readonly { readonly partitionIndex: number }[]
  }[]
}

export interface OffsetDeleteResult {
  readonly error: ErrorName
  readonly topics: readonly TopicErrors[]
}

export interface ListGroups {
  readonly type: 'listGroups'
  readonly to: number
  /** Both filters ignore case; empty = all. */
  readonly statesFilter: readonly string[]
  readonly typesFilter: readonly string[]
}

export interface ListGroupsResult {
  readonly groups: readonly {
    readonly groupId: string
    readonly protocolType: string
    readonly groupState: GroupStateName | ConsumerGroupStateName
    readonly groupType: 'classic' | 'consumer'
  }[]
}

export interface DescribeGroups {
  readonly type: 'describeGroups'
  readonly to: number
  /** From 6 on a group that is not there is GROUP_ID_NOT_FOUND; before, it is merely dead. */
  readonly apiVersion: number
  readonly groupIds: readonly string[]
}

export interface DescribedGroup {
  readonly error: ErrorName
  readonly errorMessage: string | null
  readonly groupId: string
  readonly groupState: GroupStateName | 'Dead'
  readonly protocolType: string
  /** The chosen protocol of a stable group; '' otherwise. */
  readonly protocolData: string
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly clientId: string
    readonly clientHost: string
    readonly memberMetadata: Buffer
    readonly memberAssignment: Buffer
  }[]
}

export interface DescribeGroupsResult {
  readonly groups: readonly DescribedGroup[]
}

export interface DeleteGroups {
  readonly type: 'deleteGroups'
  readonly to: number
  readonly groupIds: readonly string[]
}

export interface DeleteGroupsResult {
  readonly results: readonly { readonly groupId: string; readonly error: ErrorName }[]
}

/** The log has been replayed: the first command of a machine. */
export interface Loaded {
  readonly type: 'loaded'
}

/** The topics of the cluster are others than before. Always a new view, never one that was changed. */
export interface TopicsChanged {
  readonly type: 'topicsChanged'
  readonly topics: TopicsView
}

export interface Tick {
  readonly type: 'tick'
}

/** The connection of a request that may wait is gone. Its member stays until its session ends, and gets no reply. */
export interface Abandoned {
  readonly type: 'abandoned'
  readonly groupId: string
  /** The `to` of the request. */
  readonly request: number
}

export interface TopicsDeleted {
  readonly type: 'topicsDeleted'
  readonly topics: readonly { readonly name: string; readonly topicId: string }[]
}

export type GroupRequest =
  | JoinGroup
  | SyncGroup
  | Heartbeat
  | LeaveGroup
  | OffsetCommit
  | TxnOffsetCommit
  | EndOffsetsTransaction
  | OffsetFetch
  | OffsetDelete
  | ListGroups
  | DescribeGroups
  | DeleteGroups
  | ConsumerGroupHeartbeat
  | ConsumerGroupDescribe

export type GroupEvent = Loaded | Tick | Abandoned | TopicsDeleted | TopicsChanged
export type GroupCommand = GroupRequest | GroupEvent

/** What each request is answered with. */
export interface GroupResults {
  readonly joinGroup: JoinGroupResult
  readonly syncGroup: SyncGroupResult
  readonly heartbeat: HeartbeatResult
  readonly leaveGroup: LeaveGroupResult
  readonly offsetCommit: OffsetCommitResult
  readonly txnOffsetCommit: OffsetCommitResult
  readonly endOffsetsTransaction: EndOffsetsTransactionResult
  readonly offsetFetch: OffsetFetchResult
  readonly offsetDelete: OffsetDeleteResult
  readonly listGroups: ListGroupsResult
  readonly describeGroups: DescribeGroupsResult
  readonly deleteGroups: DeleteGroupsResult
  readonly consumerGroupHeartbeat: ConsumerGroupHeartbeatResult
  readonly consumerGroupDescribe: ConsumerGroupDescribeResult
}

export type GroupResult = GroupResults[GroupRequest['type']]
