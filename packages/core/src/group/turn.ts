// One decision in the making. Rules that take several steps (a member leaves, so the join phase ends, so everybody is answered)
// read better as steps than as one expression: a turn gives them drafts of the groups they touch, on overlays, and gathers what
// they want kept, timed and answered. The state itself is only read; `closeTurn` makes the decision, after the laws were checked.

import type { Batch, Decision, Now, Reply } from '../machine.ts'
import { batchesOf } from './batches.ts'
import { changesOf, checkConsumerGroup, type ConsumerDraft } from './consumer/changes.ts'
import type { GroupCommand, GroupResult } from './commands.ts'
import type { GroupConfig } from './config.ts'
import {
  findGroup,
  type Group,
  type GroupFields,
  type GroupsState,
  liveGroup,
  type Member,
  restingFields,
  type Timer,
  timerKey,
} from './group-state.ts'
import { checkAnswers, checkGroup } from './laws.ts'
import { Overlay } from './overlay.ts'
import type { GroupRec, KeptRec, LiveGroupRec, TimerRec, VolatileRec } from './records.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** A group that is being changed. */
export interface Draft extends Mutable<GroupFields> {
  readonly groupId: string
  readonly before: Group
  readonly members: Overlay<string, Member>
  readonly staticMembers: Overlay<string, string>
  readonly pending: Overlay<string, true>
  readonly support: Overlay<string, number>
  /** Deleted in this turn. */
  deleted: boolean
}

export interface Turn {
  readonly state: Readonly<GroupsState>
  readonly config: GroupConfig
  readonly now: Now
  readonly drafts: Map<string, Draft>
  readonly consumers: Map<string, ConsumerDraft>
  readonly kept: KeptRec[]
  readonly timers: Map<string, TimerRec>
  readonly volatile: VolatileRec[]
  readonly replies: Reply<GroupResult>[]
  /** Requests whose connections are gone. */
  readonly abandoned: Set<number>
  /** The producer in whose transaction everything is kept that is kept. */
  producer: Batch<GroupRec>['producer']
  /** That transaction ends. */
  control: Batch<GroupRec>['control']
}

export function openTurn(state: Readonly<GroupsState>, config: GroupConfig, now: Now): Turn {
  return {
    state,
    config,
    now,
    drafts: new Map(),
    consumers: new Map(),
    kept: [],
    timers: new Map(),
    volatile: [],
    replies: [],
    abandoned: new Set(),
    producer: undefined,
    control: undefined,
  }
}

/** The group, to be changed; undefined if there is none. */
export function draftGroup(turn: Turn, groupId: string): Draft | undefined {
  const draft = turn.drafts.get(groupId)
  if (draft !== undefined) return draft.deleted ? undefined : draft
  const group = turn.consumers.get(groupId)?.deleted ? undefined : findGroup(turn.state, groupId)
  return group === undefined ? undefined : startDraft(turn, group)
}

export function createGroup(turn: Turn, groupId: string): Draft {
  return startDraft(turn, liveGroup(groupId, { ...restingFields(undefined), stateTimestamp: turn.now.wall }))
}

function startDraft(turn: Turn, before: Group): Draft {
  const draft: Draft = {
    ...before,
    before,
    members: new Overlay(before.members),
    staticMembers: new Overlay(before.staticMembers),
    pending: new Overlay(before.pending),
    support: new Overlay(before.support),
    deleted: false,
  }
  turn.drafts.set(before.groupId, draft)
  return draft
}

/** The group as this turn sees it, to be read only. */
export function viewGroup(turn: Turn, groupId: string): Group | undefined {
  const draft = turn.drafts.get(groupId)
  if (draft !== undefined) return draft.deleted ? undefined : draft
  return turn.consumers.get(groupId)?.deleted ? undefined : findGroup(turn.state, groupId)
}

export function reply(turn: Turn, to: number, response: GroupResult): void {
  turn.replies.push({ to, response })
}

export function setTimer(turn: Turn, timer: Timer, afterMs: number): void {
  turn.timers.set(timerKey(timer), { type: 'timer', timer, at: turn.now.monotonic + afterMs })
}

export function clearTimer(turn: Turn, timer: Timer): void {
  turn.timers.set(timerKey(timer), { type: 'timer', timer, at: undefined })
}

export function closeTurn(turn: Turn, command: GroupCommand): Decision<GroupRec, GroupResult> {
  checkAnswers(turn, command)
  const groups: LiveGroupRec[] = []
  for (const draft of turn.drafts.values()) {
    const change = changeOf(turn, draft)
    if (change !== undefined) groups.push(change)
  }
  return {
    batches: batchesToKeep(turn),
    volatile: [...groups, ...turn.timers.values(), ...turn.volatile],
    replies: turn.replies,
  }
}

function batchesToKeep(turn: Turn): Batch<GroupRec>[] {
  const { config, producer, control } = turn
  if (control !== undefined) return [{ producer, control, records: [] }]
  return batchesOf([...keptOf(turn)], config.maxMessageBytes).map((batch) => ({ ...batch, producer }))
}

/** A group that changes its protocol ends as the one before it begins as the other. */
function* keptOf({ consumers, kept }: Turn): Generator<KeptRec> {
  const drafts = [...consumers.values()]
  for (const draft of drafts) checkConsumerGroup(draft)
  for (const draft of drafts) if (draft.deleted) yield* changesOf(draft)
  yield* kept
  for (const draft of drafts) if (!draft.deleted) yield* changesOf(draft)
}

/** What the turn changed in the group; undefined for nothing. */
function changeOf(turn: Turn, draft: Draft): LiveGroupRec | undefined {
  const { groupId, before } = draft
  const changes = {
    members: draft.members.changes,
    staticMembers: draft.staticMembers.changes,
    pending: draft.pending.changes,
    support: draft.support.changes,
  }
  checkGroup(draft)
  const resting = draft.deleted || (draft.state === 'Empty' && draft.pending.size === 0)
  if (resting) {
    if (!turn.state.volatile.live.has(groupId)) return undefined
    return { type: 'liveGroup', groupId, fields: null, ...NOTHING }
  }
  const fields = fieldsOf(draft)
  const unchanged =
    Object.values(changes).every(({ size }) => size === 0) &&
    Object.entries(fields).every(([name, value]) => before[name as keyof GroupFields] === value)
  return unchanged ? undefined : { type: 'liveGroup', groupId, fields, ...changes }
}

const NOTHING = { members: new Map(), staticMembers: new Map(), pending: new Map(), support: new Map() }

function fieldsOf(group: GroupFields): GroupFields {
  const { state, stateTimestamp, generation, protocolType, protocolName, leader } = group
  const { initialDelay, subscribedTopics, joining, pendingSync } = group
  return {
    state,
    stateTimestamp,
    generation,
    protocolType,
    protocolName,
    leader,
    initialDelay,
    subscribedTopics,
    joining,
    pendingSync,
  }
}
