// The suite's command on an adapter that keeps the laws. (What it says of one that does not is tested beside the command.)

import { fileURLToPath } from 'node:url'
import { main } from '@jackdaw/conformance/cli'
import { expect, test } from 'vitest'

test('the command runs the chosen cases of both ports and says that they hold', async () => {
  const lines: string[] = []
  const module = fileURLToPath(new URL('adapter-module.ts', import.meta.url))
  const code = await main([module, 'abort'], (line) => lines.push(line))
  expect(lines).toContain('  ok     hints (1 of 1)')
  expect(lines).toContain('\nLogStore: 1 passed, 0 failed, 0 skipped\n')
  expect(lines).toContain('  ok     election (1 of 1)')
  expect(code).toBe(0)
})
