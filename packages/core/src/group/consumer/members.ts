// Who a heartbeat comes from: the member as it is known, as it joins, or as the static member whose place it takes. And how
// members go.

import { clearTimer, setTimer, type Turn } from '../turn.ts'
import { tidyRegexes } from './catch-up.ts'
import { type ConsumerDraft, dropMember, setCurrent, setMember, setTarget } from './draft.ts'
import {
  type ConsumerGroup,
  type Current,
  currentOf,
  JUST_JOINED,
  type MemberMetadata,
  NOTHING_HELD,
  sameHolding,
  STATIC_LEAVE_EPOCH,
} from './model.ts'
import { ownsNoOther, reconcile } from './reconcile.ts'
import type { Refusal } from './refusal.ts'
import { topicIdsOf } from './subscriptions.ts'
import type { TopicPartitions } from './model.ts'

/** Whether the epoch is one that the member may come with. */
export function epochFault(
  { memberEpoch, previousMemberEpoch, assigned }: Current,
  received: number,
  owned: readonly TopicPartitions[] | null,
): Refusal | undefined {
  if (received === 0 || received === memberEpoch) return undefined
  // It may have missed the answer that gave it its epoch.
  if (received < memberEpoch && received === previousMemberEpoch && ownsNoOther(owned, assigned)) return undefined
  const relation = received > memberEpoch ? 'greater' : 'smaller'
  return {
    error: 'FENCED_MEMBER_EPOCH',
    message: `The member has a ${relation} epoch (${received}) than the coordinator knows (${memberEpoch}): it must give up all partitions and join again.`,
  }
}

export const unknownMember = (memberId: string, groupId: string): Refusal => ({
  error: 'UNKNOWN_MEMBER_ID',
  message: `Member ${memberId} is not a member of group ${groupId}.`,
})

/** The new process of a static member gets the place of the former one: target, partitions and all. */
export function replaceStaticMember(turn: Turn, group: ConsumerDraft, formerId: string, memberId: string): void {
  const metadata = group.members.get(formerId)
  if (metadata === undefined || formerId === memberId) return
  const target = group.targets.get(formerId)
  const { assigned } = currentOf(group, formerId)
  dropMember(turn, group, formerId)
  setMember(group, memberId, metadata)
  if (target !== undefined) setTarget(group, memberId, target)
  setCurrent(group, memberId, { ...JUST_JOINED, assigned })
}

/** Moves the member a step towards the target. False: it has to be fenced. */
export function moveOn(
  turn: Turn,
  group: ConsumerDraft,
  memberId: string,
  owned: readonly TopicPartitions[] | null,
): boolean {
  const member = group.members.get(memberId)
  if (member === undefined) return false
  const current = currentOf(group, memberId)
  // Most heartbeats find nothing to do, and need not know what the member reads.
  let topicIds: ReadonlySet<string> | undefined
  const next = reconcile({
    current,
    owned,
    target: group.targets.get(memberId),
    targetEpoch: group.assignmentEpoch,
    isSubscribed: (topicId) => {
      topicIds ??= topicIdsOf(group, member, turn.state.volatile.topics)
      return topicIds.has(topicId)
    },
    resubscribed: group.members.changes.has(memberId) || group.regexes.changes.size > 0,
    isTaken: (topicId, partition) => {
      const owner = group.owners.get(`${topicId}-${partition}`)
      return owner !== undefined && owner !== memberId
    },
  })
  if (next === undefined) return false
  if (!group.currents.has(memberId) || !sameCurrent(current, next)) setCurrent(group, memberId, next)
  watchRevocation(turn, group.groupId, memberId, { before: current, after: next, member })
  return true
}

function sameCurrent(one: Current, other: Current): boolean {
  return (
    one === other ||
    (one.memberEpoch === other.memberEpoch &&
      one.previousMemberEpoch === other.previousMemberEpoch &&
      one.state === other.state &&
      sameHolding(one.assigned, other.assigned) &&
      sameHolding(one.revoking, other.revoking))
  )
}

interface Step {
  readonly before: Current
  readonly after: Current
  readonly member: MemberMetadata
}

/** Who has to give up partitions has as long as its rebalance timeout, counted anew when more are asked of it. */
function watchRevocation(turn: Turn, groupId: string, memberId: string, { before, after, member }: Step): void {
  const timer = { type: 'revocation', groupId, memberId } as const
  if (after.state !== 'unrevoked') {
    if (before.state === 'unrevoked') clearTimer(turn, timer)
  } else if (before.state !== 'unrevoked' || !sameHolding(before.revoking, after.revoking))
    setTimer(turn, timer, rebalanceTimeoutOf(member))
}

const REBALANCE_TIMEOUT_MS = 300_000

export const rebalanceTimeoutOf = ({ rebalanceTimeoutMs }: MemberMetadata): number =>
  rebalanceTimeoutMs > 0 ? rebalanceTimeoutMs : REBALANCE_TIMEOUT_MS

/** Takes members out; the rest gets a new target at the next heartbeat. */
export function removeMembers(turn: Turn, group: ConsumerDraft, memberIds: readonly string[]): void {
  for (const memberId of memberIds) dropMember(turn, group, memberId)
  tidyRegexes(group)
  group.epoch++
}

/** A static member says that it will be back: it keeps its place until its session ends. */
export function leaveForNow(turn: Turn, group: ConsumerDraft, memberId: string): void {
  clearTimer(turn, { type: 'revocation', groupId: group.groupId, memberId })
  const { assigned, previousMemberEpoch } = currentOf(group, memberId)
  setCurrent(group, memberId, {
    memberEpoch: STATIC_LEAVE_EPOCH,
    previousMemberEpoch,
    state: 'stable',
    assigned,
    revoking: NOTHING_HELD,
  })
}

export const isAway = (group: ConsumerGroup, memberId: string): boolean =>
  currentOf(group, memberId).memberEpoch === STATIC_LEAVE_EPOCH
