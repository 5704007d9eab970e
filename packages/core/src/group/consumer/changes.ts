// What a turn changes in a consumer group. Everything about such a group is kept, so its records follow from what has changed, and
// no rule writes a record by hand.

import { invariant } from '../../invariant.ts'
import type { Overlay } from '../overlay.ts'
import type { KeptRec } from '../records.ts'
import {
  type Assignment,
  type ConsumerGroup,
  type Current,
  currentOf,
  type EditableGroup,
  type MemberMetadata,
  type ResolvedRegex,
} from './model.ts'

export interface ConsumerDraft extends EditableGroup {
  /** Undefined for a group that is made in this turn. */
  readonly before: ConsumerGroup | undefined
  readonly members: Overlay<string, MemberMetadata>
  readonly targets: Overlay<string, Assignment>
  readonly currents: Overlay<string, Current>
  readonly regexes: Overlay<string, ResolvedRegex>
  readonly instances: Overlay<string, string>
  readonly owners: Overlay<string, string>
  /** Deleted in this turn. */
  deleted: boolean
}

/** What the turn changed in the group. In an order in which any prefix is a group that can go on. */
export function* changesOf(group: ConsumerDraft): Generator<KeptRec> {
  const { groupId, before } = group
  if (group.deleted) return yield* tombstonesOf(before)
  const { epoch, metadataHash, assignmentEpoch, assignmentTimestamp } = group
  if (before === undefined || epoch !== before.epoch || metadataHash !== before.metadataHash)
    yield { type: 'consumerGroup', groupId, value: { epoch, metadataHash } }
  for (const [memberId, value] of group.members.changes)
    if (value !== undefined) yield { type: 'consumerMember', groupId, memberId, value }
  for (const [regex, value] of group.regexes.changes)
    yield { type: 'consumerRegex', groupId, regex, value: value ?? null }
  for (const [memberId, value] of group.currents.changes)
    if (value === undefined) yield { type: 'consumerCurrent', groupId, memberId, value: null }
  for (const [memberId, value] of group.targets.changes)
    yield { type: 'consumerTarget', groupId, memberId, value: value ?? null }
  if (assignmentEpoch !== (before?.assignmentEpoch ?? 0) || assignmentTimestamp !== (before?.assignmentTimestamp ?? 0))
    yield { type: 'consumerTargetEpoch', groupId, value: { assignmentEpoch, assignmentTimestamp } }
  for (const [memberId, value] of group.currents.changes)
    if (value !== undefined) yield { type: 'consumerCurrent', groupId, memberId, value }
  for (const [memberId, value] of group.members.changes)
    if (value === undefined) yield { type: 'consumerMember', groupId, memberId, value: null }
}

function* tombstonesOf(group: ConsumerGroup | undefined): Generator<KeptRec> {
  if (group === undefined) return
  const { groupId } = group
  for (const memberId of group.currents.keys()) yield { type: 'consumerCurrent', groupId, memberId, value: null }
  for (const memberId of group.targets.keys()) yield { type: 'consumerTarget', groupId, memberId, value: null }
  yield { type: 'consumerTargetEpoch', groupId, value: null }
  for (const regex of group.regexes.keys()) yield { type: 'consumerRegex', groupId, regex, value: null }
  for (const memberId of group.members.keys()) yield { type: 'consumerMember', groupId, memberId, value: null }
  yield { type: 'consumerGroup', groupId, value: null }
}

/** What must hold when a decision is made, at a cost that follows what it changes. */
export function checkConsumerGroup(group: ConsumerDraft): void {
  if (group.deleted) return
  const { groupId, before, epoch, assignmentEpoch } = group
  invariant(epoch >= (before?.epoch ?? 0), `the epochs of a group only grow (${groupId})`)
  invariant(assignmentEpoch >= (before?.assignmentEpoch ?? 0), `the epochs of a target only grow (${groupId})`)
  invariant(assignmentEpoch <= epoch, `a target is made for an epoch that there is (${groupId})`)
  for (const [memberId, current] of group.currents.changes) {
    if (current === undefined) continue
    invariant(group.members.has(memberId), `only members hold partitions (${groupId}, ${memberId})`)
    invariant(current.memberEpoch <= epoch, `a member is not ahead of its group (${groupId}, ${memberId})`)
    const former = before === undefined || !before.members.has(memberId) ? undefined : currentOf(before, memberId)
    if (former !== undefined && former.memberEpoch > current.memberEpoch && current.memberEpoch >= 0)
      invariant(false, `the epochs of a member only grow (${groupId}, ${memberId})`)
  }
  for (const memberId of group.targets.changes.keys())
    invariant(
      !group.targets.has(memberId) || group.members.has(memberId),
      `only members have a target (${groupId}, ${memberId})`,
    )
}
