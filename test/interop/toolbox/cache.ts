// Where fetched tools lie: `.cache/interop` of the repository, and the one way to put something there. A piece is built in a
// directory of its own and renamed into place, so a half-fetched one is never seen; a lock file keeps two runs from fetching the
// same piece twice. What could not be had is remembered for a while, so that ten test files do not each wait for a dead network.

import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CannotBeHad } from './missing.ts'
import { until } from './until.ts'

export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url))
export const cacheRoot = join(repositoryRoot, '.cache', 'interop')

const refusalRememberedMs = 10 * 60_000
const lockWaitMs = 9 * 60_000

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/** The directory `name` of the cache, made by `build` if it is not there yet. Throws CannotBeHad when `build` does. */
export const once = async (name: string, build: (directory: string) => Promise<void>): Promise<string> => {
  const place = join(cacheRoot, name)
  if (await exists(place)) return place
  return exclusively(name, async () => {
    if (await exists(place)) return place
    await throwRememberedRefusal(`${place}.missing`)
    return buildIn(place, build)
  })
}

/** Runs `act` while no other process runs one of the same `name`. */
export const exclusively = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
  const path = join(cacheRoot, `${name}.lock`)
  await mkdir(dirname(path), { recursive: true })
  await until(`the lock ${path}`, () => tryLock(path), { withinMs: lockWaitMs, everyMs: 250 })
  try {
    return await act()
  } finally {
    await rm(path, { force: true })
  }
}

export const progress = (line: string): void => {
  process.stderr.write(`interop: ${line}\n`)
}

const buildIn = async (place: string, build: (directory: string) => Promise<void>): Promise<string> => {
  const draft = `${place}.draft`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  try {
    await build(draft)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (error instanceof CannotBeHad) await writeFile(`${place}.missing`, error.message)
    throw error
  }
  await rename(draft, place)
  return place
}

const throwRememberedRefusal = async (path: string): Promise<void> => {
  const remembered = await stat(path).catch(() => undefined)
  if (remembered === undefined || Date.now() - remembered.mtimeMs > refusalRememberedMs) return
  throw new CannotBeHad(await readFile(path, 'utf8'))
}

const tryLock = async (path: string): Promise<boolean> => {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(String(process.pid))
    await file.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (await holderIsDead(path)) await rm(path, { force: true })
    return false
  }
}

const holderIsDead = async (path: string): Promise<boolean> => {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''))
  if (!pid) return false // being written, or just released
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
