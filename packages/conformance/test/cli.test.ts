import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { main } from '../src/cli.ts'

async function run(source: string, ...words: string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'conformance-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const module = join(directory, 'adapter.mjs')
  await writeFile(module, source)
  const lines: string[] = []
  const code = await main([module, ...words], (line) => lines.push(line))
  return { code, text: lines.join('\n') }
}

test('without a module the command says how it is used', async () => {
  const lines: string[] = []
  expect(await main([], (line) => lines.push(line))).toBe(2)
  expect(await main(['--help'], (line) => lines.push(line))).toBe(2)
  expect(lines.join('\n')).toContain('Usage: jackdaw-conformance <module>')
})

test('a module that exports no adapter is told so', async () => {
  const { code, text } = await run('export const store = 1')
  expect(code).toBe(2)
  expect(text).toContain('exports neither "logStore" nor "coordination"')
})

test('a broken law is named, with the case and its error, and the command fails', async () => {
  const { code, text } = await run(
    `export const coordination = {
      freeWithinMs: 10,
      open: async () => ({
        elect: async () => { throw new Error('no quorum') },
        holders: async () => [],
        async *changed() {},
        [Symbol.asyncDispose]: async () => {},
      }),
    }`,
    'terms',
  )
  expect(code).toBe(1)
  expect(text).toMatch(/BROKEN terms \(0 of 2, 2 skipped\)/)
  expect(text).toContain('terms: a term rises when the holder dies (the factory has no kill())')
  expect(text).toContain('no quorum')
  expect(text).toContain('Coordination: 0 passed, 2 failed, 2 skipped')
})

test('words that no case has are an error, not a success', async () => {
  const { code, text } = await run(
    `export const coordination = { open: async () => { throw new Error('unused') } }`,
    'no such case',
  )
  expect(code).toBe(2)
  expect(text).toContain('No case has all of these words in its name: no such case')
})
