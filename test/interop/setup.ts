// `node test/interop/setup.ts`: fetches every foreign client ahead of the tests and says what is there and what is not.
// Tries again what was not to be had a while ago.

import { glob, rm } from 'node:fs/promises'
import { cacheRoot } from './toolbox/cache.ts'
import { findTool, toolbox, toolNames } from './toolbox/toolbox.ts'

for await (const refusal of glob(`${cacheRoot}/**/*.missing`)) await rm(refusal, { force: true })

const indented = (text: string) => text.trimEnd().replaceAll('\n', '\n    ')

const rows: string[] = []
for (const name of toolNames) {
  const began = performance.now()
  const found = await findTool(name)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const word = found.missing === undefined ? `there (${seconds} s)` : `cannot be had here. ${indented(found.why)}`
  rows.push(`${toolbox[name].title.padEnd(50)} ${word}`)
}

console.log(rows.join('\n'))
