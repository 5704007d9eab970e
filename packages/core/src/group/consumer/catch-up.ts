// Brings a group up to the topics that there are: expressions are resolved anew, and where topics have come, gone or grown the
// group gets a new epoch. Expressions take their time: as far as the work of one decision goes, the rest at the ticks of a
// timer that is due at once, so that requests of others come in between.

import { setTimer, type Turn } from '../turn.ts'
import { type ConsumerDraft, draftConsumerGroup } from './draft.ts'
import type { ConsumerGroup } from './model.ts'
import { compileRegex, isOver, type Search, searchOn, startSearch, WORK_PER_DECISION } from './regex.ts'
import { metadataHashOf, subscribedNames } from './subscriptions.ts'
import { NO_TOPICS, type TopicsView } from './topics-view.ts'

/** What a group's coordinator is at: not kept, since a new one does all of it again. */
export interface ConsumerWork {
  /** The topics that the group has been, or is being, brought up to. */
  readonly topics: TopicsView
  readonly unresolved: readonly string[]
  readonly search: Search | null
}

/** `regex`: of the member that asks; other members' are known. */
export function catchUp(turn: Turn, group: ConsumerDraft, regex: string | null): void {
  const { groupId } = group
  const { topics } = turn.state.volatile
  const before = turn.state.volatile.consumerWork.get(groupId)
  const known = regex === null || regex === '' || group.regexes.has(regex)
  // What every heartbeat comes to: nothing to do, whatever the group's size.
  if (known && before?.topics === topics && before.unresolved.length === 0 && before.search === null) return
  const regexes = regexesOf(group)
  const fresh = before?.topics !== topics
  let { unresolved, search }: ConsumerWork = fresh
    ? { topics, unresolved: [...regexes], search: null }
    : {
        ...before,
        unresolved: [...regexes].filter((regex) => before.unresolved.includes(regex) || !group.regexes.has(regex)),
      }
  if (search !== null && !regexes.has(search.regex)) search = null
  let changed = fresh
  let work = WORK_PER_DECISION
  while (work > 0 && (search !== null || unresolved.length > 0)) {
    search ??= begin(unresolved[0] as string, topics)
    unresolved = unresolved.filter((regex) => regex !== search?.regex)
    const tried: Search = searchOn(search, work)
    work -= (tried.tried - search.tried) * tried.compiled.instructions
    if (isOver(tried)) changed = resolved(turn, group, tried) || changed
    search = isOver(tried) ? null : tried
  }
  turn.volatile.push({ type: 'consumerWork', groupId, work: { topics, unresolved, search } })
  if (search !== null || unresolved.length > 0) setTimer(turn, { type: 'regex', groupId }, 0)
  if (changed) refreshHash(group, topics)
}

/** An expression that cannot be compiled was accepted by another version of the rules: it matches nothing. */
function begin(regex: string, topics: TopicsView): Search {
  const compiled = compileRegex(regex)
  if (typeof compiled !== 'string') return startSearch(regex, compiled, topics)
  return startSearch(regex, { instructions: 1, matches: () => false }, NO_TOPICS)
}

function resolved(turn: Turn, group: ConsumerDraft, { regex, found }: Search): boolean {
  const topics = [...found].sort()
  const former = group.regexes.get(regex)
  if (former !== undefined && former.topics.length === topics.length && former.topics.every((t, i) => t === topics[i]))
    return false
  // Kafka keeps the offset of its metadata here; nothing of ours needs to know it again.
  group.regexes.set(regex, { topics, version: 0, timestamp: turn.now.wall })
  return true
}

/** A new epoch asks for a new target. */
export function refreshHash(group: ConsumerDraft, topics: TopicsView): void {
  const hash = metadataHashOf(subscribedNames(group), topics)
  if (hash === group.metadataHash) return
  group.metadataHash = hash
  group.epoch++
}

export function regexesOf(group: ConsumerGroup): ReadonlySet<string> {
  const regexes = new Set<string>()
  for (const { subscribedTopicRegex } of group.members.values())
    if (subscribedTopicRegex !== null && subscribedTopicRegex !== '') regexes.add(subscribedTopicRegex)
  return regexes
}

/** Forgets what no member asks for any more. */
export function tidyRegexes(group: ConsumerDraft): void {
  if (group.regexes.size === 0) return
  const regexes = regexesOf(group)
  for (const regex of group.regexes.keys()) if (!regexes.has(regex)) group.regexes.delete(regex)
}

export function resolveOn(turn: Turn, groupId: string): void {
  const group = draftConsumerGroup(turn, groupId)
  if (group !== undefined) catchUp(turn, group, null)
}
