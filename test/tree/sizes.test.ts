import { describe, expect, test } from 'vitest'
import { longestFile, longestFunction, longFiles, longFunctions } from './sizes.ts'
import type { Excuse } from './sizes.ts'
import { filesOf, nodesOf, read } from './tree.ts'

const sources = filesOf(/\.(ts|mjs)$/)
const lineCount = (text: string) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

describe('files', () => {
  const lengths = new Map(sources.map((path) => [path, lineCount(read(path))]))
  test(`have at most ${longestFile} lines, or an excuse`, () => {
    expect(tooLong(lengths, longestFile, longFiles)).toEqual([])
  })
  test('are as long as their excuses say', () => {
    expect(outdated(lengths, longestFile, longFiles)).toEqual([])
  })
})

describe('functions', () => {
  // A test file's functions are its tests' frames.
  const lengths = new Map(sources.filter((path) => !path.endsWith('.test.ts')).flatMap(functionLengths))
  test(`have at most ${longestFunction} lines, or an excuse`, () => {
    expect(tooLong(lengths, longestFunction, longFunctions)).toEqual([])
  })
  test('are as long as their excuses say', () => {
    expect(outdated(lengths, longestFunction, longFunctions)).toEqual([])
  })
})

type Lengths = ReadonlyMap<string, number>
type Excuses = Readonly<Record<string, Excuse>>

function tooLong(lengths: Lengths, most: number, excuses: Excuses): string[] {
  return [...lengths]
    .filter(([name, lines]) => lines > Math.max(most, excuses[name]?.lines ?? 0))
    .map(([name, lines]) => `${name} has ${lines} lines: move a concept out`)
}

function outdated(lengths: Lengths, most: number, excuses: Excuses): string[] {
  return Object.entries(excuses).flatMap(([name, { lines }]) => {
    const now = lengths.get(name) ?? 0
    if (now <= most) return [`${name} needs no excuse any more`]
    return now < lines ? [`${name} has ${now} lines now: write that down`] : []
  })
}

/** The longest function of each name in a file. */
function functionLengths(path: string): [string, number][] {
  const text = read(path)
  const lineAt = (offset: number) => lineCount(text.slice(0, offset + 1))
  const lengths = new Map<string, number>()
  const names = new Map<number, string>()
  for (const node of nodesOf(path)) {
    const named = node as {
      id?: { name?: string } | null
      key?: { name?: string }
      init?: object | null
      value?: unknown
    }
    const name = named.id?.name ?? named.key?.name
    const held = (named.init ?? named.value) as { start?: number } | null | undefined
    if (name !== undefined && typeof held === 'object' && held?.start !== undefined) names.set(held.start, name)
    const isFunction = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)
    if (!isFunction) continue
    const key = `${path} ${named.id?.name ?? names.get(node.start) ?? `at line ${lineAt(node.start)}`}`
    const lines = lineAt(node.end - 1) - lineAt(node.start) + 1
    lengths.set(key, Math.max(lines, lengths.get(key) ?? 0))
  }
  return [...lengths]
}
