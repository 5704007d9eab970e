// The group coordinator of one partition of `__consumer_offsets` as a machine: classic and consumer groups, committed offsets. A table
// says which rule answers which command, another what each record changes.

import { clearDeadline, nextDeadline, setDeadline } from '../deadlines.ts'
import { invariant } from '../invariant.ts'
import type { Batch, Machine } from '../machine.ts'
import { deleteGroups, describeGroups, listGroups } from './admin.ts'
import type { GroupCommand, GroupResult } from './commands.ts'
import type { GroupConfig } from './config.ts'
import { consumerGroupDescribe } from './consumer/describe.ts'
import { consumerGroupHeartbeat } from './consumer/heartbeat.ts'
import { applyConsumerRec, type ConsumerRec } from './consumer/records.ts'
import { abandoned, loaded, tick } from './expiry.ts'
import { emptyGroups, type GroupsState, liveGroup, timerKey } from './group-state.ts'
import { heartbeat } from './heartbeat.ts'
import { joinGroup } from './join.ts'
import { leaveGroup } from './leave.ts'
import { offsetCommit, offsetDelete, offsetFetch } from './offsets.ts'
import { applyChanges } from './overlay.ts'
import { addPending, overtakePending, takePending } from './pending-offsets.ts'
import type { GroupRec } from './records.ts'
import { topicsDeleted } from './retention.ts'
import { syncGroup } from './sync.ts'
import { endOffsetsTransaction, txnOffsetCommit } from './txn-offsets.ts'
import { closeTurn, openTurn, type Turn } from './turn.ts'

type Rules = { [T in GroupCommand['type']]: (turn: Turn, command: Extract<GroupCommand, { type: T }>) => void }

const rules: Rules = {
  joinGroup,
  syncGroup,
  heartbeat,
  leaveGroup,
  offsetCommit,
  txnOffsetCommit,
  endOffsetsTransaction,
  offsetFetch,
  offsetDelete,
  listGroups,
  describeGroups,
  deleteGroups,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
  loaded,
  tick,
  abandoned,
  topicsDeleted,
  topicsChanged: (turn, { topics }) => void turn.volatile.push({ type: 'topics', topics }),
}

type Changes = {
  [T in GroupRec['type']]: (state: GroupsState, record: Extract<GroupRec, { type: T }>, at: number) => void
}

const consumer = ({ consumers }: GroupsState, record: ConsumerRec): void => applyConsumerRec(consumers, record)

const changes: Changes = {
  consumerGroup: consumer,
  consumerTargetEpoch: consumer,
  consumerMember: consumer,
  consumerTarget: consumer,
  consumerCurrent: consumer,
  consumerRegex: consumer,

  groupMetadata: ({ groups }, { groupId, value }) => {
    if (value === null) groups.delete(groupId)
    else groups.set(groupId, value)
  },

  offsetCommit: ({ offsets, pending }, record, at) => {
    const { groupId, topic, partition, value } = record
    overtakePending(pending, record, at)
    const topics = offsets.get(groupId) ?? new Map()
    const partitions = topics.get(topic) ?? new Map()
    if (value === null) partitions.delete(partition)
    else partitions.set(partition, value)
    if (partitions.size > 0) topics.set(topic, partitions)
    else topics.delete(topic)
    if (topics.size > 0) offsets.set(groupId, topics)
    else offsets.delete(groupId)
  },

  liveGroup: ({ volatile: { live } }, { groupId, fields, members, staticMembers, pending, support }) => {
    if (fields === null) return void live.delete(groupId)
    const group = live.get(groupId) ?? liveGroup(groupId, fields)
    Object.assign(group, fields)
    applyChanges(group.members, members)
    applyChanges(group.staticMembers, staticMembers)
    applyChanges(group.pending, pending)
    applyChanges(group.support, support)
    live.set(groupId, group)
  },

  timer: ({ volatile: { deadlines } }, { timer, at }) => {
    const key = timerKey(timer)
    if (at === undefined) clearDeadline(deadlines, key)
    else setDeadline(deadlines, { key, at, what: timer })
  },

  sweep: (state, { unswept }) => {
    state.volatile.unswept = unswept
  },

  topics: (state, { topics }) => {
    state.volatile.topics = topics
  },

  consumerWork: ({ volatile: { consumerWork } }, { groupId, work }) => {
    if (work === null) consumerWork.delete(groupId)
    else consumerWork.set(groupId, work)
  },

  loaded: (state) => {
    state.volatile.loaded = true
  },
}

/** After the replay the first command is `loaded`. */
export function groupMachine(config: GroupConfig): Machine<GroupsState, GroupCommand, GroupRec, GroupResult> {
  return {
    initial: emptyGroups,

    decide(state, command, now) {
      const first = command.type === 'loaded'
      invariant(first !== state.volatile.loaded, `a coordinator is loaded once, before anything else (${command.type})`)
      const turn = openTurn(state, config, now)
      decide(turn, command)
      return closeTurn(turn, command)
    },

    apply(state, batch, at) {
      if (batch.producer !== undefined) return applyInTransaction(state, batch.producer.id, batch, at)
      batch.records.forEach((record, index) => change(state, record, at + index))
    },

    owed: () => [],

    deadline: (state) => nextDeadline(state.volatile.deadlines),
  }
}

/** What is committed counts from the marker on, but not where something newer was committed before it. */
function applyInTransaction(
  state: GroupsState,
  producerId: number,
  { records, control }: Batch<GroupRec>,
  at: number,
): void {
  records.forEach((record, index) => {
    if (record.type === 'offsetCommit') addPending(state.pending, producerId, record, at + index)
  })
  if (control === undefined) return
  const ended = takePending(state.pending, producerId)
  if (control.type === 'commit') for (const { record, at: when } of ended) change(state, record, when)
}

function decide<T extends GroupCommand['type']>(turn: Turn, command: Extract<GroupCommand, { type: T }>): void {
  const rule: Rules[T] = rules[command.type as T]
  rule(turn, command)
}

function change<T extends GroupRec['type']>(
  state: GroupsState,
  record: Extract<GroupRec, { type: T }>,
  at: number,
): void {
  const apply: Changes[T] = changes[record.type as T]
  apply(state, record, at)
}
