import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesOf, packages, read, root } from './tree.ts'

const pages = filesOf(/^(README|CONTRIBUTING|docs\/.*)\.md$|^docs\/.*\.md$|^(packages|apps)\/.*README\.md$/)
const scripts = packages().find(({ folder }) => folder === '')?.manifest.scripts ?? {}

describe.each(pages)('%s', (page) => {
  const text = read(page)

  test('links to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)].map(([, link]) => link!)
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
  })

  test('names paths that exist', () => {
    const paths = [...text.matchAll(/`((?:packages|apps|docs|test|\.ci|\.changeset)\/[\w./@*-]+)`/g)].map(
      ([, path]) => path!,
    )
    const withoutStar = (path: string) => path.replace(/\/?\*.*$/, '')
    expect(paths.filter((path) => !existsSync(join(root, withoutStar(path))))).toEqual([])
  })

  test('names scripts that exist', () => {
    const run = [...text.matchAll(/(?:npm|pnpm) run ([\w:-]+)/g)].map(([, script]) => script!)
    expect(run.filter((script) => !Object.hasOwn(scripts, script))).toEqual([])
  })
})
