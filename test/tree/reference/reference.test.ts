import { expect, test } from 'vitest'
import { filesOf, read } from '../tree.ts'
import { pages } from './pages.ts'

test.each(pages)('$path is what the tables say (else: pnpm run docs)', ({ path, render }) => {
  expect(read(path)).toBe(render())
})

test('every page of the reference is written from a table', () => {
  expect(filesOf(/^docs\/reference\//)).toEqual(pages.map(({ path }) => path))
})
