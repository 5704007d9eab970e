// Installs the workspace when it is not installed yet, or when the lockfile has changed since. Plain JavaScript for whatever
// Node (20 and later) is at hand; it needs nothing but that Node's own npm.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The Node that the sources run on: pinned like every other dependency. */
export const pinnedNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

const stamp = join(root, 'node_modules/.installed')

/** Returns an exit code: 0 when everything is in place. */
export function installWhenNeeded() {
  const wanted = fingerprint()
  if (isInstalled(wanted)) return 0
  const pnpm = readJson('package.json').packageManager
  say(`Installing dependencies with ${pnpm} (the first time only; takes about a minute)`)
  const { status, error } = spawnSync(
    'npx',
    ['--yes', pnpm, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'],
    // What it prints goes to stderr: stdout belongs to the command that was asked for.
    { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
  )
  if (status !== 0) {
    say(
      `Installing failed${error ? `: ${error.message}` : ''}. What it says above tells why (is the registry reachable?).`,
    )
    return status ?? 1
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stamp, wanted)
  return 0
}

/** A file that is missing or other than it was means: install again. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)))
  return `${hash.digest('hex')}\n`
}

function isInstalled(wanted) {
  return existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'))
}

function say(line) {
  process.stderr.write(`${line}\n`)
}
