#!/usr/bin/env node
// The `jackdaw` command under whatever Node it is called with. In the source tree the sources run under the pinned Node; an
// installed package runs its dist, and asks for the Node it needs.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const needed = [22, 19]
const source = fileURLToPath(new URL('../src/main.ts', import.meta.url))

if (existsSync(source)) {
  const { runSource } = await import('./source.mjs')
  runSource(source, process.argv.slice(2))
} else if (isOlder(process.versions.node, needed)) {
  process.stderr.write(`jackdaw needs Node ${needed.join('.')} or later; this is ${process.versions.node}.\n`)
  process.exitCode = 1
} else {
  await import('../dist/main.js')
}

function isOlder(version, [major, minor]) {
  const [thisMajor, thisMinor] = version.split('.').map(Number)
  return thisMajor < major || (thisMajor === major && thisMinor < minor)
}
