import { builtinModules } from 'node:module'
import { describe, expect, test } from 'vitest'
import { layers } from './layers.ts'
import { filesOf, importsOf, nodesOf, packageOf, packages } from './tree.ts'
import type { Manifest } from './tree.ts'

const all = packages()
const ours = new Set(all.map(({ manifest }) => manifest.name))
const layerOf = (name: string) => layers.find((layer) => layer.packages.test(name))

describe.each(all)('$manifest.name', ({ manifest }) => {
  const layer = layerOf(manifest.name)
  const known = (names: object | undefined) => Object.keys(names ?? {}).filter((name) => ours.has(name))

  test('is in the layer table', () => {
    expect(layer).toBeDefined()
  })

  test('depends on layers below it only, and its tests on what they may', () => {
    const forbidden = known(manifest.dependencies).filter((name) => !layer?.may.test(name))
    const inTests = known(manifest.devDependencies).filter(
      (name) => !layer?.may.test(name) && !layer?.tests?.test(name),
    )
    expect([...forbidden, ...inTests]).toEqual([])
  })

  test('takes other packages of the workspace from the workspace', () => {
    const entries = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(entries.filter(([name, range]) => ours.has(name) && !range.startsWith('workspace:'))).toEqual([])
  })
})

test('files import only what their package declares', () => {
  const undeclared = filesOf(/\.(ts|mjs)$/).flatMap((path) => {
    const { manifest } = packageOf(path, all)
    const declared = new Set([manifest.name, ...namesIn(manifest, path)])
    return packagesImported(path)
      .filter((name) => !declared.has(name))
      .map((name) => `${path}: ${name}`)
  })
  expect(undeclared).toEqual([])
})

function namesIn(manifest: Manifest, path: string): string[] {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest
  const inTests = isTest(path) ? { ...devDependencies, ...testTools } : {}
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies, ...inTests })
}

function packagesImported(path: string): string[] {
  return importsOf(path)
    .filter((name) => !name.startsWith('.') && !isBuiltin(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    )
}

/** What every test has, from the root. */
const testTools = { vitest: '', 'fast-check': '' }

function isTest(path: string): boolean {
  return /(^|\/)(test|bench)\//.test(path) || path.endsWith('.config.ts')
}

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name)
}

test('the core makes no promises', () => {
  const asynchronous = filesOf(/^packages\/core\/src\/.*\.ts$/).filter((path) =>
    nodesOf(path).some(
      (node) => ('async' in node && node.async === true) || ('name' in node && node.name === 'Promise'),
    ),
  )
  expect(asynchronous).toEqual([])
})
