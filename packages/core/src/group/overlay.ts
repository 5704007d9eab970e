// A map as one decision sees it: the map of the state, which stays untouched, and what the decision has changed so far. Reading
// costs two lookups, and only the changes go into the decision, so a heartbeat in a group of thousands copies nobody.

/** Undefined = removed. */
export type Changes<Key, Value> = ReadonlyMap<Key, Value | undefined>

/** What Map and Overlay have in common: all that readers of a group need. */
export interface MapView<Key, Value> extends Iterable<[Key, Value]> {
  readonly size: number
  get(key: Key): Value | undefined
  has(key: Key): boolean
  keys(): Iterable<Key>
  values(): Iterable<Value>
}

export class Overlay<Key, Value extends NonNullable<unknown>> implements MapView<Key, Value> {
  readonly #base: MapView<Key, Value>
  readonly #changes = new Map<Key, Value | undefined>()
  #size: number

  constructor(base: MapView<Key, Value>) {
    this.#base = base
    this.#size = base.size
  }

  get changes(): Changes<Key, Value> {
    return this.#changes
  }

  get size(): number {
    return this.#size
  }

  get(key: Key): Value | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key)
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined
  }

  set(key: Key, value: Value): void {
    if (!this.has(key)) this.#size++
    this.#changes.set(key, value)
  }

  delete(key: Key): boolean {
    if (!this.has(key)) return false
    this.#size--
    if (this.#base.has(key)) this.#changes.set(key, undefined)
    else this.#changes.delete(key)
    return true
  }

  *[Symbol.iterator](): Generator<[Key, Value]> {
    for (const key of this.#base.keys()) {
      const value = this.get(key)
      if (value !== undefined) yield [key, value]
    }
    for (const [key, value] of this.#changes) if (value !== undefined && !this.#base.has(key)) yield [key, value]
  }

  *keys(): Generator<Key> {
    for (const [key] of this) yield key
  }

  *values(): Generator<Value> {
    for (const [, value] of this) yield value
  }
}

/** Makes `map` what the overlay showed. */
export function applyChanges<Key, Value>(map: Map<Key, Value>, changes: Changes<Key, Value>): void {
  for (const [key, value] of changes) {
    if (value === undefined) map.delete(key)
    else map.set(key, value)
  }
}
