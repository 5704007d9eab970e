// Many deadlines, of which a machine has to know the next one at once: a binary heap that also knows where each key lies, so
// that moving or clearing one (every heartbeat does) costs as little as adding it. Plain data; time comes from the caller.

import { invariant } from './invariant.ts'

export interface Due<What> {
  readonly key: string
  readonly at: number
  readonly what: What
}

export interface Deadlines<What> {
  readonly heap: Due<What>[]
  readonly places: Map<string, number>
}

export function noDeadlines<What>(): Deadlines<What> {
  return { heap: [], places: new Map() }
}

/** The earliest time that is set. */
export function nextDeadline(deadlines: Deadlines<unknown>): number | undefined {
  return deadlines.heap[0]?.at
}

/** Sets or moves the deadline of `due.key`. */
export function setDeadline<What>({ heap, places }: Deadlines<What>, due: Due<What>): void {
  const place = places.get(due.key) ?? heap.length
  heap[place] = due
  places.set(due.key, place)
  settle(heap, places, place)
}

export function clearDeadline<What>({ heap, places }: Deadlines<What>, key: string): void {
  const place = places.get(key)
  if (place === undefined) return
  places.delete(key)
  const last = heap.pop()
  invariant(last !== undefined, 'a deadline that has a place is in the heap')
  if (place === heap.length) return
  heap[place] = last
  places.set(last.key, place)
  settle(heap, places, place)
}

/** Those that are due at `now`, earliest first, at most `limit`; none is removed. Costs limit², whatever else is set. */
export function dueBy<What>({ heap }: Deadlines<What>, now: number, limit: number): Due<What>[] {
  const found: Due<What>[] = []
  const candidates = heap.length > 0 ? [0] : []
  while (found.length < limit) {
    let earliest = -1
    for (let i = 0; i < candidates.length; i++) {
      if (earliest < 0 || at(heap, candidates[i]) < at(heap, candidates[earliest])) earliest = i
    }
    const place = candidates[earliest]
    const due = place === undefined ? undefined : heap[place]
    if (place === undefined || due === undefined || due.at > now) break
    found.push(due)
    candidates.splice(earliest, 1)
    for (const child of [2 * place + 1, 2 * place + 2]) if (child < heap.length) candidates.push(child)
  }
  return found
}

const at = (heap: readonly Due<unknown>[], place: number | undefined): number =>
  (place === undefined ? undefined : heap[place])?.at ?? Infinity

/** Moves the entry at `place` up or down until parents are no later than their children. */
function settle(heap: Due<unknown>[], places: Map<string, number>, place: number): void {
  let here = place
  while (here > 0 && at(heap, here) < at(heap, (here - 1) >> 1)) here = swap(heap, places, here, (here - 1) >> 1)
  for (;;) {
    const left = 2 * here + 1
    const child = at(heap, left + 1) < at(heap, left) ? left + 1 : left
    if (at(heap, child) >= at(heap, here)) return
    here = swap(heap, places, here, child)
  }
}

function swap(heap: Due<unknown>[], places: Map<string, number>, from: number, to: number): number {
  const moving = heap[from]
  const other = heap[to]
  invariant(moving !== undefined && other !== undefined, 'only places inside the heap are swapped')
  heap[to] = moving
  heap[from] = other
  places.set(moving.key, to)
  places.set(other.key, from)
  return to
}
