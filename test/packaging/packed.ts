// What a user gets: the workspace's packages built, packed, and installed by npm into an empty folder.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const root = join(import.meta.dirname, '../..')

/** The Node that runs this comes first, as it does for a user who has it. */
export const env = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  NODE_OPTIONS: '',
}

export interface Installed extends AsyncDisposable {
  readonly folder: string
  /** By package name: the manifest as it was published, and the paths in the tarball. */
  readonly packages: ReadonlyMap<string, Packed>
  /** Runs a program in the folder; rejects where its exit code is not 0. */
  run(program: string, ...args: string[]): Promise<{ stdout: string; stderr: string }>
}

export interface Packed {
  readonly manifest: Readonly<Record<string, unknown>>
  readonly files: readonly string[]
}

export async function installPacked(): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), 'jackdaw-packaging-'))
  const inFolder = (program: string, ...args: string[]) => run(program, args, { cwd: folder, env, maxBuffer: 16 << 20 })
  await pnpm('run', 'build')
  const tarballs = join(folder, 'tarballs')
  await pnpm(
    '--recursive',
    '--filter=!jackdaw-workspace',
    '--filter=!@jackdaw-test/*',
    'pack',
    '--pack-destination',
    tarballs,
  )
  const paths = readdirSync(tarballs).map((name) => join(tarballs, name))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, dependencies: {} }))
  await inFolder('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...paths)
  const packages = new Map<string, Packed>()
  for (const path of paths) {
    const { stdout } = await inFolder('tar', '-tzf', path)
    const files = stdout
      .trim()
      .split('\n')
      .map((file) => file.replace(/^package\//, ''))
    const { stdout: text } = await inFolder('tar', '-xzOf', path, 'package/package.json')
    const manifest = JSON.parse(text) as { name: string }
    packages.set(manifest.name, { manifest: { ...manifest }, files })
  }
  const dispose = () => Promise.resolve(rmSync(folder, { recursive: true, force: true }))
  return { folder, packages, run: inFolder, [Symbol.asyncDispose]: dispose }
}

async function pnpm(...args: string[]): Promise<void> {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string }
  await run('npx', ['--yes', packageManager, ...args], { cwd: root, env, maxBuffer: 16 << 20 })
}
