// What must not be in the tree: traces of the machine that it was written on.
import { describe, expect, test } from 'vitest'
import { filesOf, read } from './tree.ts'

const texts = filesOf(/(\.(ts|mjs|js|json|ya?ml|md|txt|properties|sh|py|go|java|xml)|(^|\/)(\.gitignore|\.npmrc|run))$/)

/** What is looked for, and why. Written in two parts, so that this file does not find itself. */
const forbidden: readonly [why: string, pattern: RegExp][] = [
  ['a path of one machine', new RegExp('(?<![\\w.])/(?:' + 'root|home/\\w+|work|Users/\\w+)/[\\w.]')],
  ['the host of a package registry', new RegExp('(?:registry\\.' + 'npmjs\\.org|registry\\.' + 'yarnpkg)')],
  ['a private key', new RegExp('-----BEGIN ' + '(?:RSA |EC )?PRIVATE KEY')],
]

describe.each(forbidden)('%s', (_, pattern) => {
  test('is nowhere', () => {
    const found = texts.flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim().slice(0, 100)}`] : [])),
    )
    expect(found).toEqual([])
  })
})

test('the lockfile holds no download address', () => {
  expect(read('pnpm-lock.yaml').match(/^.*(?:tarball:|https?:\/\/).*$/gm) ?? []).toEqual([])
})
