// ConsumerGroupHeartbeat: the whole conversation of a member. It joins with epoch 0, says what it reads and what it holds, is moved
// a step towards the target, and leaves with -1, or -2 as a static member that will be back.

import { fitsInBatch } from '../batches.ts'
import type { ConsumerGroupHeartbeat, ConsumerGroupHeartbeatResult } from './commands.ts'
import { reply, setTimer, type Turn } from '../turn.ts'
import { catchUp, tidyRegexes } from './catch-up.ts'
import { type ConsumerDraft, draftConsumerGroup, setMember, viewConsumerGroup } from './draft.ts'
import { downgradeIfClassic, groupForJoin } from './migration.ts'
import {
  epochFault,
  isAway,
  leaveForNow,
  moveOn,
  removeMembers,
  replaceStaticMember,
  unknownMember,
} from './members.ts'
import {
  type ConsumerGroup,
  currentOf,
  JUST_JOINED,
  LEAVE_EPOCH,
  listHolding,
  type MemberMetadata,
  sameHolding,
  STATIC_LEAVE_EPOCH,
} from './model.ts'
import type { Refusal } from './refusal.ts'
import { compileRegex } from './regex.ts'
import { metadataHashOf, subscribedNames } from './subscriptions.ts'
import { updateTarget } from './target.ts'

export function consumerGroupHeartbeat(turn: Turn, command: ConsumerGroupHeartbeat): void {
  const answer = requestFault(turn, command) ?? (command.memberEpoch < 0 ? leave(turn, command) : beat(turn, command))
  reply(turn, command.to, 'message' in answer ? refused(command, answer) : answer)
}

const refused = (command: ConsumerGroupHeartbeat, { error, message }: Refusal): ConsumerGroupHeartbeatResult => ({
  error,
  errorMessage: message,
  memberId: null,
  memberEpoch: 0,
  heartbeatIntervalMs: 0,
  assignment: null,
})

const invalid = (message: string): Refusal => ({ error: 'INVALID_REQUEST', message })

function requestFault({ config }: Turn, command: ConsumerGroupHeartbeat): Refusal | undefined {
  const { groupId, memberId, memberEpoch, instanceId, rackId, serverAssignor } = command
  if (groupId.trim() === '') return invalid("GroupId can't be empty.")
  if (instanceId !== null && instanceId.trim() === '') return invalid("InstanceId can't be empty.")
  if (rackId !== null && rackId.trim() === '') return invalid("RackId can't be empty.")
  if (memberEpoch < STATIC_LEAVE_EPOCH) return invalid(`MemberEpoch is ${memberEpoch}, but must be at least -2.`)
  if (memberId.trim() === '') return invalid("MemberId can't be empty.")
  if (memberEpoch === STATIC_LEAVE_EPOCH && instanceId === null) return invalid("InstanceId can't be null.")
  if (memberEpoch === 0) {
    if (command.rebalanceTimeoutMs <= 0) return invalid('RebalanceTimeoutMs must be provided in the first request.')
    if (command.topicPartitions === null || command.topicPartitions.length > 0)
      return invalid('TopicPartitions must be empty when (re-)joining.')
    if (command.subscribedTopicNames === null && command.subscribedTopicRegex === null)
      return invalid('SubscribedTopicNames or SubscribedTopicRegex must be set in the first request.')
  }
  if (serverAssignor !== null && !config.consumerAssignors.some((name) => name === serverAssignor)) {
    const message = `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${config.consumerAssignors.join(', ')}.`
    return { error: 'UNSUPPORTED_ASSIGNOR', message }
  }
  return undefined
}

type Answer = ConsumerGroupHeartbeatResult | Refusal

function beat(turn: Turn, command: ConsumerGroupHeartbeat): Answer {
  const { groupId, memberId, memberEpoch, topicPartitions, settings } = command
  // Before anything is drafted: what is refused must not leave a trace.
  const fault = beatFault(turn, command)
  if (fault !== undefined) return fault
  const group = memberEpoch === 0 ? groupForJoin(turn, groupId) : draftConsumerGroup(turn, groupId)
  if (group === undefined) return noGroup(groupId)
  if ('message' in group) return group
  const before = group.before === undefined ? JUST_JOINED : currentOf(group.before, memberId)
  enter(turn, group, command)
  catchUp(turn, group, group.members.get(memberId)?.subscribedTopicRegex ?? null)
  updateTarget(turn, group, settings.assignmentIntervalMs)
  // It was checked above that it need not be fenced.
  moveOn(turn, group, memberId, topicPartitions)
  setTimer(turn, { type: 'session', groupId, memberId }, settings.sessionTimeoutMs)
  const current = currentOf(group, memberId)
  const changed = !sameHolding(before.assigned, current.assigned)
  return {
    error: 'NONE',
    errorMessage: null,
    memberId,
    memberEpoch: current.memberEpoch,
    heartbeatIntervalMs: settings.heartbeatIntervalMs,
    assignment: memberEpoch === 0 || isFull(command) || changed ? listHolding(current.assigned) : null,
  }
}

const isFull = ({
  rebalanceTimeoutMs,
  subscribedTopicNames,
  subscribedTopicRegex,
  topicPartitions,
}: ConsumerGroupHeartbeat): boolean =>
  rebalanceTimeoutMs !== -1 &&
  (subscribedTopicNames !== null || subscribedTopicRegex !== null) &&
  topicPartitions !== null

const noGroup = (groupId: string): Refusal => ({
  error: 'GROUP_ID_NOT_FOUND',
  message: `There is no consumer group ${groupId}.`,
})

function beatFault(turn: Turn, command: ConsumerGroupHeartbeat): Refusal | undefined {
  const { groupId, memberId, memberEpoch, topicPartitions, subscribedTopicRegex } = command
  const group = viewConsumerGroup(turn, groupId)
  const value = metadataOf(group?.members.get(memberId), command)
  if (!fitsInBatch({ type: 'consumerMember', groupId, memberId, value }, turn.config.maxMessageBytes))
    return invalid('What the member says of itself is larger than a record may be.')
  if (group === undefined && memberEpoch > 0) return noGroup(groupId)
  if (group !== undefined) {
    const fault = memberFault(turn, group, command)
    if (fault !== undefined) return fault
    const current = group.currents.get(memberId)
    if (current?.state === 'unknown' && (topicPartitions === null || topicPartitions.length > 0)) {
      const message = 'What the member holds is not known: it must give up all partitions and join again.'
      return { error: 'FENCED_MEMBER_EPOCH', message }
    }
  }
  if (subscribedTopicRegex === null || subscribedTopicRegex === '' || group?.regexes.has(subscribedTopicRegex)) return
  const compiled = compileRegex(subscribedTopicRegex)
  if (typeof compiled !== 'string') return undefined
  const message = `SubscribedTopicRegex \`${subscribedTopicRegex.slice(0, 256)}\` is not a valid regular expression: ${compiled}.`
  return { error: 'INVALID_REGULAR_EXPRESSION', message }
}

function memberFault(turn: Turn, group: ConsumerGroup, command: ConsumerGroupHeartbeat): Refusal | undefined {
  const { groupId, memberId, memberEpoch, instanceId, topicPartitions } = command
  const known = instanceId === null ? undefined : group.instances.get(instanceId)
  if (memberEpoch > 0) {
    if (instanceId !== null && known === undefined) return unknownMember(memberId, groupId)
    if (known !== undefined && known !== memberId) return fencedInstance(command, known)
    if (!group.members.has(memberId)) return unknownMember(memberId, groupId)
    return epochFault(currentOf(group, memberId), memberEpoch, topicPartitions)
  }
  if (known !== undefined && known !== memberId) return isAway(group, known) ? undefined : unreleased(command, known)
  if (group.members.has(memberId) || group.members.size < turn.config.consumerMaxSize) return undefined
  const message = `The consumer group has reached its maximum capacity of ${turn.config.consumerMaxSize} members.`
  return { error: 'GROUP_MAX_SIZE_REACHED', message }
}

const fencedInstance = ({ memberId, instanceId }: ConsumerGroupHeartbeat, by: string): Refusal => ({
  error: 'FENCED_INSTANCE_ID',
  message: `Static member ${memberId} with instance id ${instanceId} was fenced by member ${by}.`,
})

const unreleased = ({ memberId, instanceId }: ConsumerGroupHeartbeat, by: string): Refusal => ({
  error: 'UNRELEASED_INSTANCE_ID',
  message: `Static member ${memberId} with instance id ${instanceId} cannot join: member ${by} owns the instance id.`,
})

/** Notes what the member says of itself. Who is new, or reads something else, asks for a new target. */
function enter(turn: Turn, group: ConsumerDraft, command: ConsumerGroupHeartbeat): void {
  const { memberId, instanceId } = command
  const former = instanceId === null ? undefined : group.instances.get(instanceId)
  if (former !== undefined) replaceStaticMember(turn, group, former, memberId)
  const before = group.members.get(memberId)
  const after = metadataOf(before, command)
  if (before !== undefined && sameMetadata(before, after)) return
  setMember(group, memberId, after)
  if (before?.subscribedTopicRegex !== after.subscribedTopicRegex) tidyRegexes(group)
  const other =
    before === undefined ||
    before.subscribedTopicRegex !== after.subscribedTopicRegex ||
    before.serverAssignor !== after.serverAssignor ||
    !sameNames(before.subscribedTopicNames, after.subscribedTopicNames)
  if (!other) return
  group.epoch++
  group.metadataHash = metadataHashOf(subscribedNames(group), turn.state.volatile.topics)
}

function metadataOf(before: MemberMetadata | undefined, command: ConsumerGroupHeartbeat): MemberMetadata {
  const { rebalanceTimeoutMs, subscribedTopicNames } = command
  return {
    instanceId: command.instanceId ?? before?.instanceId ?? null,
    rackId: command.rackId ?? before?.rackId ?? null,
    clientId: command.clientId,
    clientHost: command.clientHost,
    subscribedTopicNames:
      subscribedTopicNames === null ? (before?.subscribedTopicNames ?? []) : [...new Set(subscribedTopicNames)].sort(),
    subscribedTopicRegex: command.subscribedTopicRegex ?? before?.subscribedTopicRegex ?? '',
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? (before?.rebalanceTimeoutMs ?? -1) : rebalanceTimeoutMs,
    serverAssignor: command.serverAssignor ?? before?.serverAssignor ?? null,
    classicMemberMetadata: null,
  }
}

function sameMetadata(one: MemberMetadata, other: MemberMetadata): boolean {
  return (
    one.instanceId === other.instanceId &&
    one.rackId === other.rackId &&
    one.clientId === other.clientId &&
    one.clientHost === other.clientHost &&
    one.subscribedTopicRegex === other.subscribedTopicRegex &&
    one.rebalanceTimeoutMs === other.rebalanceTimeoutMs &&
    one.serverAssignor === other.serverAssignor &&
    one.classicMemberMetadata === other.classicMemberMetadata &&
    sameNames(one.subscribedTopicNames, other.subscribedTopicNames)
  )
}

const sameNames = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name, i) => name === other[i])

function leave(turn: Turn, command: ConsumerGroupHeartbeat): Answer {
  const { groupId, memberId, memberEpoch, instanceId } = command
  const group = draftConsumerGroup(turn, groupId)
  if (group === undefined) return noGroup(groupId)
  const known = instanceId === null ? memberId : group.instances.get(instanceId)
  if (known === undefined) return unknownMember(memberId, groupId)
  if (known !== memberId) return fencedInstance(command, known)
  if (!group.members.has(memberId)) return unknownMember(memberId, groupId)
  if (memberEpoch === LEAVE_EPOCH) {
    removeMembers(turn, group, [memberId])
    downgradeIfClassic(turn, group)
  } else leaveForNow(turn, group, memberId)
  return { error: 'NONE', errorMessage: null, memberId, memberEpoch, heartbeatIntervalMs: 0, assignment: null }
}
