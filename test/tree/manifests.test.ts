import { describe, expect, test } from 'vitest'
import { filesOf, nodesOf, packages } from './tree.ts'

const published = packages().filter(({ manifest }) => !manifest.private)

describe.each(published)('$manifest.name', ({ folder, manifest }) => {
  test('says what it is, under which licence, and on which Node', () => {
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/^[A-Z].*\.$/) as string,
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: '>=22.19' },
    })
  })

  test('ships what was built, and its sources run without a build', () => {
    expect(manifest.files).toContain('dist')
    const entries = Object.values(manifest.exports ?? {})
    expect(entries.length).toBeGreaterThan(0)
    for (const entry of entries) {
      expect(Object.keys(entry)).toEqual(['source', 'types', 'default'])
      expect(entry['source']).toMatch(/^\.\/src\/.*\.ts$/)
    }
  })

  test('publishes its entries without the condition that only this tree can use', () => {
    const withoutSource = Object.entries(manifest.exports ?? {}).map(([entry, conditions]) => {
      const others = Object.entries(conditions).filter(([condition]) => condition !== 'source')
      return [entry, Object.fromEntries(others)]
    })
    expect(manifest.publishConfig?.exports).toEqual(Object.fromEntries(withoutSource))
  })

  test('installs without running anything', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare']
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => hooks.includes(name))).toEqual([])
  })

  test('awaits nothing while it is loaded, so that require() takes it', () => {
    const awaiting = filesOf(new RegExp(`^${folder}/src/.*\\.ts$`)).filter((path) => {
      const nodes = nodesOf(path)
      const functions = nodes.filter(({ type }) => /Function/.test(type))
      const inside = (start: number) => functions.some((one) => one.start <= start && start < one.end)
      return nodes.some(({ type, start }) => type === 'AwaitExpression' && !inside(start))
    })
    expect(awaiting).toEqual([])
  })
})
