// Chance that can be had again: xoshiro128** seeded by splitmix32. Not for secrets. Streams are forked by name, and a fork
// depends on the seed and its name alone, never on how much was drawn before: one more consumer shifts nobody else's numbers.
import type { Random } from '@jackdaw/ports'

const UINT32 = 0x1_0000_0000

/** One step of splitmix32: spreads a counter over 32 bits. */
const mix = (value: number): number => {
  let z = (value + 0x9e37_79b9) | 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a_2d97)
  return (z ^ (z >>> 15)) >>> 0
}

/** FNV-1a over UTF-16 units, then mixed with the seed. */
const derive = (seed: number, name: string): number => {
  let hash = 0x811c_9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193)
  return mix(mix(seed) ^ hash)
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k))

/** A stream of numbers that its seed decides. */
export class SeededRandom implements Random {
  readonly seed: number
  readonly #state: Int32Array

  /** `seed` is taken modulo 2^32. */
  constructor(seed: number) {
    this.seed = seed >>> 0
    this.#state = new Int32Array(4)
    let word = this.seed
    for (let i = 0; i < 4; i++) {
      word = mix(word)
      this.#state[i] = word
    }
  }

  /** A stream of its own for one consumer. The same name gives the same stream again. */
  fork(name: string): SeededRandom {
    return new SeededRandom(derive(this.seed, name))
  }

  /** 32 bits, unsigned. */
  uint32(): number {
    const s = this.#state
    const s1 = s[1]!
    const result = Math.imul(rotl(Math.imul(s1, 5), 7), 9)
    s[2]! ^= s[0]!
    s[3]! ^= s1
    s[1]! ^= s[2]!
    s[0]! ^= s[3]!
    s[2]! ^= s1 << 9
    s[3] = rotl(s[3]!, 11)
    return result >>> 0
  }

  /** A number in [0, 1) with 53 random bits. */
  next(): number {
    return (this.uint32() * 0x20_0000 + (this.uint32() >>> 11)) / (UINT32 * 0x20_0000)
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    for (let i = 0; i < count; i += 4) {
      const word = this.uint32()
      for (let j = i; j < Math.min(i + 4, count); j++) bytes[j] = word >>> ((j - i) * 8)
    }
    return bytes
  }

  /** A whole number in [min, max], both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** A number in [min, max), at a thousandth: durations that a log can print exactly. */
  between(min: number, max: number): number {
    return Math.floor((min + this.next() * (max - min)) * 1000) / 1000
  }

  /** True with this probability. Always draws, so that a changed probability shifts nothing after it. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from')
    return items[this.int(0, items.length - 1)]!
  }

  /** The key of a table of weights; weights are relative and at least one is above zero. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries<number>(weights) as [K, number][]
    let rest = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      rest -= weight
      if (rest < 0) return key
    }
    return entries.findLast(([, weight]) => weight > 0)![0]
  }
}
