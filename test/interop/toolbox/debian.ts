// Debian packages without root and without installing: apt resolves and downloads with its own directories inside the cache,
// dpkg-deb unpacks. Packages that the system already has are left to the system.

import { mkdir, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { cacheRoot, exclusively, once, progress } from './cache.ts'
import { orCannotBeHad } from './missing.ts'
import { type Output, run } from './process.ts'

const aptRoot = join(cacheRoot, 'apt')
const listsFreshMs = 24 * 60 * 60_000

/** The root of a directory tree that holds `packages` and whatever they need that the system lacks. */
export const unpacked = (name: string, packages: readonly string[]): Promise<string> =>
  once(`debian/${name}`, (directory) =>
    orCannotBeHad(`Debian's ${packages.join(', ')}`, async () => {
      await exclusively('apt', updateLists)
      const archives = join(directory, 'archives')
      await mkdir(archives)
      const wanted = [...new Set([...packages, ...(await missingDependencies(packages))])]
      progress(`downloading ${wanted.length} Debian packages for ${packages.join(', ')}`)
      await apt(['download', ...wanted], { cwd: archives })
      for (const file of await readdir(archives)) {
        await run({ command: 'dpkg-deb' }, ['-x', join(archives, file), directory], { withinMs: 120_000 })
      }
      await rm(archives, { recursive: true })
      await relinkInside(directory)
    }),
  )

/** What a program out of such a tree needs in its environment. */
export const unpackedEnvironment = (root: string): Record<string, string> => {
  const machine = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string] ?? ''
  const places = [`usr/lib/${machine}`, `lib/${machine}`, 'usr/lib', 'lib'].map((place) => join(root, place))
  return { LD_LIBRARY_PATH: places.filter((place) => existsSync(place)).join(':') }
}

const aptSettings = [
  `Dir::State=${join(aptRoot, 'state')}`,
  'Dir::State::status=/var/lib/dpkg/status',
  `Dir::Cache=${join(aptRoot, 'cache')}`,
  'Debug::NoLocking=1',
  'APT::Sandbox::User=',
  'Acquire::Languages=none',
]

const apt = (args: readonly string[], options: { cwd?: string } = {}): Promise<Output> =>
  run(
    { command: 'apt-get', env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' } },
    ['-q', ...aptSettings.flatMap((setting) => ['-o', setting]), ...args],
    { ...options, withinMs: 300_000 },
  )

const updateLists = async (): Promise<void> => {
  const stamp = join(aptRoot, 'updated')
  const updated = await stat(stamp).catch(() => undefined)
  if (updated !== undefined && Date.now() - updated.mtimeMs < listsFreshMs) return
  await mkdir(join(aptRoot, 'state', 'lists', 'partial'), { recursive: true })
  await mkdir(join(aptRoot, 'cache', 'archives', 'partial'), { recursive: true })
  progress('reading the package lists of Debian')
  await apt(['update'])
  await writeFile(stamp, '')
}

const missingDependencies = async (packages: readonly string[]): Promise<string[]> => {
  const plan = await apt(['--simulate', '--no-install-recommends', 'install', ...packages])
  return [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '')
}

/** Debian links by absolute path (a JRE's settings live under /etc): such links are made to stay inside the tree. */
const relinkInside = async (root: string): Promise<void> => {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue
    const link = join(entry.parentPath, entry.name)
    const target = await readlink(link)
    if (!target.startsWith('/') || !existsSync(join(root, target))) continue
    await rm(link)
    await symlink(relative(dirname(link), join(root, target)), link)
  }
}
