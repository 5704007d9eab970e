// The target: who shall have what, computed by an assignor whenever the group has a new epoch, though not more often than the
// group's assignment interval. Members are then moved towards it one heartbeat at a time.

import type { Turn } from '../turn.ts'
import { ASSIGNORS, type AssignorInput, type AssignorName } from './assignors/assignor.ts'
import { type ConsumerDraft, setTarget } from './draft.ts'
import { type ConsumerGroup, NO_PARTITIONS } from './model.ts'
import { topicIdsOf } from './subscriptions.ts'
import type { TopicsView } from './topics-view.ts'

export function updateTarget(turn: Turn, group: ConsumerDraft, assignmentIntervalMs: number): void {
  if (group.epoch <= group.assignmentEpoch) return
  const age = turn.now.wall - group.assignmentTimestamp
  // A clock that was set back must not stop the group.
  if (age >= 0 && age < assignmentIntervalMs && group.assignmentEpoch > 0) return
  const input = inputOf(group, turn.state.volatile.topics)
  const assigned = ASSIGNORS[assignorOf(group, turn.config.consumerAssignors)](input)
  for (const { memberId } of input.members) setTarget(group, memberId, assigned.get(memberId) ?? NO_PARTITIONS)
  group.assignmentEpoch = group.epoch
  group.assignmentTimestamp = turn.now.wall
}

function inputOf(group: ConsumerGroup, topics: TopicsView): AssignorInput {
  const partitions = new Map<string, number>()
  const members = Array.from(group.members, ([memberId, member]) => {
    const topicIds = topicIdsOf(group, member, topics)
    for (const topicId of topicIds)
      partitions.set(topicId, topics.byName.get(topics.names.get(topicId) ?? '')?.partitions ?? 0)
    const previous = group.targets.get(memberId) ?? NO_PARTITIONS
    return { memberId, instanceId: member.instanceId, topicIds, previous }
  })
  return { members, partitions }
}

/** The one that most members ask for; the first one configured where nobody asks. */
export function assignorOf(group: ConsumerGroup, known: readonly AssignorName[]): AssignorName {
  const votes = new Map<AssignorName, number>()
  for (const { serverAssignor } of group.members.values()) {
    const vote = known.find((name) => name === serverAssignor)
    if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1)
  }
  let chosen: AssignorName | undefined
  for (const [name, count] of votes) if (chosen === undefined || count > (votes.get(chosen) ?? 0)) chosen = name
  return chosen ?? known[0] ?? 'uniform'
}
