// A consumer group that a turn changes. Rules set what shall be; which records that makes is for `changes.ts`.

import { invariant } from '../../invariant.ts'
import { Overlay } from '../overlay.ts'
import { clearTimer, type Turn } from '../turn.ts'
import type { ConsumerDraft } from './changes.ts'
import {
  type Assignment,
  type ConsumerGroup,
  type Current,
  emptyConsumerGroup,
  keysOf,
  type MemberMetadata,
  putCurrent,
  putMember,
  sameAssignment,
} from './model.ts'

export type { ConsumerDraft } from './changes.ts'

/** The consumer group as this turn sees it, to be read only; undefined where there is none, or another kind of group. */
export function viewConsumerGroup(turn: Turn, groupId: string): ConsumerGroup | undefined {
  const draft = turn.consumers.get(groupId)
  if (draft !== undefined) return draft.deleted ? undefined : draft
  return turn.state.consumers.get(groupId)
}

/** The consumer group, to be changed; undefined where there is none, or another kind of group. */
export function draftConsumerGroup(turn: Turn, groupId: string): ConsumerDraft | undefined {
  const draft = turn.consumers.get(groupId)
  if (draft !== undefined) return draft.deleted ? undefined : draft
  const group = turn.state.consumers.get(groupId)
  return group === undefined ? undefined : startDraft(turn, group, group)
}

/** A new group, whose epochs go on from `epoch`. */
export function createConsumerGroup(turn: Turn, groupId: string, epoch = 0): ConsumerDraft {
  return startDraft(turn, { ...emptyConsumerGroup(groupId), epoch }, undefined)
}

function startDraft(turn: Turn, group: ConsumerGroup, before: ConsumerGroup | undefined): ConsumerDraft {
  const draft: ConsumerDraft = {
    ...group,
    before,
    members: new Overlay(group.members),
    targets: new Overlay(group.targets),
    currents: new Overlay(group.currents),
    regexes: new Overlay(group.regexes),
    instances: new Overlay(group.instances),
    owners: new Overlay(group.owners),
    deleted: false,
  }
  turn.consumers.set(group.groupId, draft)
  return draft
}

export function setMember(group: ConsumerDraft, memberId: string, member: MemberMetadata): void {
  putMember(group, memberId, member)
}

export function setTarget(group: ConsumerDraft, memberId: string, target: Assignment): void {
  if (!sameAssignment(group.targets.get(memberId), target)) group.targets.set(memberId, target)
}

export function setCurrent(group: ConsumerDraft, memberId: string, current: Current): void {
  for (const key of keysOf(current)) {
    const owner = group.owners.get(key)
    invariant(
      owner === undefined || owner === memberId,
      `a partition has one owner (${group.groupId}, ${key}: ${owner}, ${memberId})`,
    )
  }
  putCurrent(group, memberId, current)
}

/** Takes the member out with all that it had: others may have it from now on. */
export function dropMember(turn: Turn, group: ConsumerDraft, memberId: string): void {
  const { groupId } = group
  putCurrent(group, memberId, undefined)
  group.targets.delete(memberId)
  putMember(group, memberId, undefined)
  for (const type of ['session', 'revocation', 'rejoin', 'resync'] as const)
    clearTimer(turn, { type, groupId, memberId })
}

export function deleteConsumerGroup(turn: Turn, group: ConsumerDraft): void {
  for (const memberId of group.members.keys()) dropMember(turn, group, memberId)
  group.deleted = true
  clearTimer(turn, { type: 'regex', groupId: group.groupId })
  turn.volatile.push({ type: 'consumerWork', groupId: group.groupId, work: null })
}
