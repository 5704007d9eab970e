// The program of `go/`, which drives segmentio/kafka-go: built into the cache with the Go on PATH, else with Debian's.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheRoot, once, progress, repositoryRoot } from './cache.ts'
import { unpacked, unpackedEnvironment } from './debian.ts'
import { orCannotBeHad } from './missing.ts'
import { onPath, versionOf } from './path.ts'
import { type Program, run } from './process.ts'

const sources = join(repositoryRoot, 'test/interop/go')
const oldestMinor = 19

/** The directory of the built programs: one for each directory below `go/`. */
const built = async (): Promise<string> =>
  once(`go-${await fingerprint()}`, (directory) =>
    orCannotBeHad('kafka-go', async () => {
      const go = await goProgram()
      progress('building the kafka-go programs')
      const env = {
        GOTOOLCHAIN: 'local',
        GOFLAGS: '-modcacherw -buildvcs=false',
        GOMODCACHE: join(cacheRoot, 'go-modules'),
        GOCACHE: join(cacheRoot, 'go-build'),
      }
      await run(go, ['build', '-o', `${directory}/`, './...'], { cwd: sources, env, withinMs: 500_000 })
    }),
  )

export const kafkaGoPrograms = async (): Promise<{ program(name: string): Program }> => {
  const directory = await built()
  return { program: (name) => ({ command: join(directory, name) }) }
}

const goProgram = async (): Promise<Program> => {
  const installed = await onPath('go')
  if (installed !== undefined) {
    const [major, minor] = await versionOf({ command: installed }, ['version'])
    if (major > 1 || minor >= oldestMinor) return { command: installed }
  }
  const root = await unpacked('go', ['golang-go'])
  const [home] = (await readdir(join(root, 'usr/lib'))).filter((name) => name.startsWith('go-1.'))
  const goRoot = join(root, 'usr/lib', home ?? 'go')
  return { command: join(goRoot, 'bin/go'), env: { ...unpackedEnvironment(root), GOROOT: goRoot, CGO_ENABLED: '0' } }
}

const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256')
  const entries = await readdir(sources, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const file of files.toSorted()) hash.update(file.slice(sources.length)).update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}
