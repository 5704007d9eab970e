// The counts that `npm test` ends with are worth what the reporter makes of a run that goes wrong in every way.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Outcome } from '../reporter.ts'
import { root } from './tree.ts'

const files = {
  'mixed.test.ts': `
    import { describe, expect, test } from 'vitest'
    test('passes', () => {})
    test('fails', () => expect(1).toBe(2))
    test('is skipped with a reason', (context) => context.skip('no such machine'))
    test.skip('is skipped without one', () => {})
    describe('in a group', () => {
      test('passes too', () => {})
    })`,
  'broken.test.ts': `import './nowhere.ts'`,
  'stray.test.ts': `
    import { test } from 'vitest'
    test('leaves a rejection behind', () => void Promise.reject(new Error('stray')))`,
}

function outcomeOf(folder: string): { outcome: Outcome; code: number | null } {
  const file = join(folder, 'outcome.json')
  const args = ['run', '--root', folder, '--reporter', join(root, 'test/reporter.ts')]
  const env = { ...process.env, JACKDAW_TEST_OUTCOME: file, VITEST: '' }
  const { status } = spawnSync(join(root, 'node_modules/.bin/vitest'), args, { env, stdio: 'ignore' })
  return { outcome: JSON.parse(readFileSync(file, 'utf8')) as Outcome, code: status }
}

test('failures, files that do not load, stray errors and skips are all told', () => {
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'reporter-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'vitest.config.ts'), 'export default {}')
  const { outcome, code } = outcomeOf(folder)
  expect(outcome).toEqual({
    passed: 3,
    failed: 3,
    skips: [
      { test: 'mixed.test.ts > is skipped with a reason', reason: 'no such machine' },
      { test: 'mixed.test.ts > is skipped without one' },
    ],
  })
  expect(code).toBe(1)
})
