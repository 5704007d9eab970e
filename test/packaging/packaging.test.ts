import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { env, installPacked, root } from './packed.ts'
import type { Installed } from './packed.ts'

let installed: Installed

beforeAll(async () => {
  installed = await installPacked()
})

afterAll(async () => {
  await installed[Symbol.asyncDispose]()
})

test('a tarball holds what was built and nothing that only this tree can use', () => {
  for (const [name, { manifest, files }] of installed.packages) {
    const stray = files.filter((file) => !/^(package\.json|README\.md|LICENSE|bin\/|dist\/)/.test(file))
    expect(stray, name).toEqual([])
    expect(files, name).toContain('dist/index.js')
    const text = JSON.stringify(manifest)
    expect(text, name).not.toContain('workspace:')
    expect(text, name).not.toContain('"source"')
    expect(text, name).not.toContain('catalog:')
  }
  expect(installed.packages.size).toBeGreaterThan(10)
})

test('every package is taken by require and by import', async () => {
  const names = [...installed.packages.keys()]
  const lines = names.map((name) => `require('${name}'); await import('${name}');`)
  writeFileSync(
    join(installed.folder, 'load.cjs'),
    `async function load() { ${lines.join(' ')} }\nload().then(() => console.log('loaded'))\n`,
  )
  expect((await installed.run('node', 'load.cjs')).stdout).toBe('loaded\n')
})

test('the types of every package resolve', async () => {
  const names = [...installed.packages.keys()]
  const uses = names.map((name, at) => `import * as p${at} from '${name}'\nexport const u${at}: object = p${at}\n`)
  writeFileSync(join(installed.folder, 'use.mts'), uses.join(''))
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'es2024,esnext.disposable,esnext.array',
  ]
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const { stdout } = await installed.run(join(root, 'node_modules/.bin/tsc'), ...options, ...types, 'use.mts')
  expect(stdout).toBe('')
})

test('npx jackdaw --version says the version that was packed', async () => {
  const { stdout } = await installed.run('npx', '--no-install', 'jackdaw', '--version')
  expect(stdout.trim()).toBe(installed.packages.get('jackdaw')?.manifest['version'])
})

test('jackdaw serve starts a broker on a directory, and stops it', async () => {
  const bin = join(installed.folder, 'node_modules/.bin/jackdaw')
  const args = ['serve', '--listeners', 'PLAINTEXT://localhost:0', '--storage', 'file:data']
  const broker = spawn(bin, args, { cwd: installed.folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    broker.kill('SIGKILL')
  })
  const lines = createInterface(broker.stdout)[Symbol.asyncIterator]()
  const ready = JSON.parse(String((await lines.next()).value)) as { bootstrap: string[]; durability: string }
  expect(ready.durability).toBe('D3')
  const socket = net.connect({ host: '127.0.0.1', port: Number(ready.bootstrap[0]?.split(':').at(-1)) })
  await once(socket, 'connect')
  socket.destroy()
  broker.kill('SIGTERM')
  expect(await once(broker, 'exit')).toEqual([0, null])
})
