// `pnpm run docs`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages } from './reference.ts'
import { root } from './tree.ts'

for (const { path, render } of pages) {
  writeFileSync(join(root, path), render())
  console.log(path)
}
