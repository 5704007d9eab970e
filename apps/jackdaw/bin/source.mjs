// Runs a TypeScript file of this workspace under the pinned Node, without a build, as if it were this process: same
// arguments, same terminal, same signals, same exit code.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { pinnedNode, root } from './setup.mjs'

export function runSource(file, args) {
  // Node keeps what it made of the sources: a start costs half of what it does otherwise.
  const env = { NODE_COMPILE_CACHE: join(root, '.cache/compile'), ...process.env }
  const child = spawn(pinnedNode, ['--conditions=source', file, ...args], { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  if (process.env.npm_lifecycle_event) endWithParent(child)
  child.on('error', (error) => {
    process.stderr.write(`${pinnedNode} did not start: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal]
  })
}

/** npm and npx pass SIGTERM on to a shell that keeps it to itself: when they are gone, so should be what they started. */
function endWithParent(child) {
  const parent = process.ppid
  const look = () => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }
  setInterval(look, 250).unref()
}
