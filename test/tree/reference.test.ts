import { expect, test } from 'vitest'
import { pages } from './reference.ts'
import { read } from './tree.ts'

test.each(pages)('$path is what the tables say (else: pnpm run docs)', ({ path, render }) => {
  expect(read(path)).toBe(render())
})
