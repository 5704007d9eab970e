// Regular expressions of members, in RE2's syntax as Kafka's brokers read them. They come from clients and run against every topic
// name, so the engine takes linear time, what it is given is bounded, and a decision tries only so many names: the rest
// follows at ticks. Never the language's own RegExp, which a client could keep busy for years.

import { RE2JS, RE2JSException } from 're2js'

import type { TopicsView } from './topics-view.ts'

const PATTERN_LENGTH_MAX = 512
/** Of the compiled program: what one character of a name may cost. */
const INSTRUCTIONS_MAX = 500
/** Pattern length times counted repetitions: what compiling may come to before it is known how large the program is. */
const EXPANSION_MAX = 20_000
/** Names tried in one decision times the instructions of the program. */
export const WORK_PER_DECISION = 20_000

export interface CompiledRegex {
  matches(name: string): boolean
  readonly instructions: number
}

/** The compiled expression, or why there is none. Whole names have to match. */
export function compileRegex(pattern: string): CompiledRegex | string {
  if (pattern.length > PATTERN_LENGTH_MAX) return `it is longer than ${PATTERN_LENGTH_MAX} characters`
  if (pattern.length * repetitions(pattern) > EXPANSION_MAX) return 'its counted repetitions are too many'
  try {
    const compiled = RE2JS.compile(pattern)
    const instructions = compiled.programSize()
    if (instructions > INSTRUCTIONS_MAX) return `it compiles to more than ${INSTRUCTIONS_MAX} instructions`
    return { instructions, matches: (name) => compiled.matches(name) }
  } catch (fault) {
    if (fault instanceof RE2JSException) return fault.message
    throw fault
  }
}

/** All numbers between braces together, at least 1. They multiply when nested, but RE2 allows no more than 1000 of that. */
function repetitions(pattern: string): number {
  let sum = 1
  let number = 0
  let counting = false
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charCodeAt(i)
    if (char === 0x7b) counting = true
    else if (counting && char >= 0x30 && char <= 0x39) {
      number = Math.min(number * 10 + char - 0x30, EXPANSION_MAX)
      continue
    } else if (char !== 0x2c) counting = false
    sum += number
    number = 0
  }
  return sum
}

/** A search for the names that match, which may take several decisions. */
export interface Search {
  readonly regex: string
  readonly compiled: CompiledRegex
  readonly names: readonly string[]
  readonly tried: number
  readonly found: readonly string[]
}

export function startSearch(regex: string, compiled: CompiledRegex, { byName }: TopicsView): Search {
  return { regex, compiled, names: [...byName.keys()], tried: 0, found: [] }
}

/** Tries as many names as `work` allows, at least one. */
export function searchOn(search: Search, work: number): Search {
  const { compiled, names, tried } = search
  const until = Math.min(names.length, tried + Math.max(1, Math.floor(work / compiled.instructions)))
  const found = names.slice(tried, until).filter((name) => compiled.matches(name))
  return { ...search, tried: until, found: [...search.found, ...found] }
}

export const isOver = ({ tried, names }: Search): boolean => tried === names.length
