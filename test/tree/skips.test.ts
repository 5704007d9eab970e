import { describe, expect, test } from 'vitest'
import { filesOf, nodesOf } from './tree.ts'

const runners = /^(test|it|describe|suite)$/

interface Member {
  readonly object: { readonly name?: string; readonly object?: { readonly name?: string } }
  readonly property: { readonly name?: string }
}

/** `test.skip`, `describe.only`, `test.each.skip` and their like. */
function marksOf(path: string): string[] {
  return nodesOf(path).flatMap((node) => {
    if (node.type !== 'MemberExpression') return []
    const { object, property } = node as unknown as Member
    const runner = object.name ?? object.object?.name ?? ''
    return runners.test(runner) && /^(skip|only|todo|skipIf|runIf|fails)$/.test(property.name ?? '')
      ? [`${runner}.${property.name}`]
      : []
  })
}

describe('tests', () => {
  test('are skipped by context.skip(reason) alone, which says why, and never narrowed down', () => {
    const marked = filesOf(/\.test\.ts$/).flatMap((path) => marksOf(path).map((mark) => `${path}: ${mark}`))
    expect(marked).toEqual([])
  })
})
