// The suite without a test runner: runs every case of the adapter that a module exports and prints a verdict. The module
// exports `logStore` (a LogStoreFactory), `coordination` (a CoordinationFactory), or both.

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { coordinationCases } from './coordination/suite.ts'
import type { CoordinationFactory } from './coordination/bench.ts'
import { logStoreCases } from './log-store/suite.ts'
import type { LogStoreFactory } from './log-store/bench.ts'
import type { Verdict } from './suite.ts'

const USAGE = `Usage: jackdaw-conformance <module> [words of a case's name]

Runs the laws of a Jackdaw adapter. The module exports
  logStore       a LogStoreFactory: { open(), crash?(), vanish?(), corrupt?(), faults?, bytesRead?(), scale? }
  coordination   a CoordinationFactory: { open(), … }
With words, only the cases whose names contain all of them run.
`

interface Adapter {
  readonly logStore?: LogStoreFactory
  readonly coordination?: CoordinationFactory
}

type Print = (line: string) => void

/** Returns the exit code: 0 where every case that could run passed, 1 where one did not, 2 where nothing could be run. */
export async function main(
  [module, ...words]: readonly string[],
  print: Print = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  if (module === undefined || module.startsWith('-')) {
    print(USAGE)
    return 2
  }
  const adapter = (await import(pathToFileURL(resolve(module)).href)) as Adapter
  const suites = [
    ...(adapter.logStore ? [{ port: 'LogStore', verdicts: await logStoreCases(adapter.logStore) }] : []),
    ...(adapter.coordination
      ? [{ port: 'Coordination', verdicts: await coordinationCases(adapter.coordination) }]
      : []),
  ]
  if (suites.length === 0) {
    print(`${module} exports neither "logStore" nor "coordination".`)
    return 2
  }
  const chosen = suites.map(({ port, verdicts }) => ({
    port,
    verdicts: verdicts.filter(({ name }) => words.every((word) => name.includes(word))),
  }))
  if (chosen.every(({ verdicts }) => verdicts.length === 0)) {
    print(`No case has all of these words in its name: ${words.join(' ')}`)
    return 2
  }
  let failed = 0
  for (const { port, verdicts } of chosen) failed += await runAll(port, verdicts, print)
  return failed === 0 ? 0 : 1
}

async function runAll(port: string, verdicts: readonly Verdict[], print: Print): Promise<number> {
  const failures: { name: string; error: unknown }[] = []
  const skipped = verdicts.filter((verdict) => verdict.skipped !== undefined)
  print(port)
  for (const law of new Set(verdicts.map((verdict) => verdict.law))) {
    const cases = verdicts.filter((verdict) => verdict.law === law)
    const runnable = cases.filter((verdict) => verdict.skipped === undefined)
    const before = failures.length
    for (const { name, run } of runnable)
      await withinLimit(run).catch((error: unknown) => failures.push({ name, error }))
    const broken = failures.length - before
    const skips = cases.length > runnable.length ? `, ${cases.length - runnable.length} skipped` : ''
    const verdict = broken > 0 ? 'BROKEN' : runnable.length > 0 ? 'ok    ' : '-     '
    print(`  ${verdict} ${law} (${runnable.length - broken} of ${runnable.length}${skips})`)
  }
  for (const { name, skipped: reason } of skipped) print(`  skipped: ${name} (${reason})`)
  for (const { name, error } of failures) print(`\n  ${name}\n    ${textOf(error).replaceAll('\n', '\n    ')}`)
  const passed = verdicts.length - skipped.length - failures.length
  print(`\n${port}: ${passed} passed, ${failures.length} failed, ${skipped.length} skipped\n`)
  return failures.length
}

/** A test runner has a time limit; so has the command. */
const CASE_LIMIT_MS = 120_000

async function withinLimit(run: () => Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`It hangs: no end after ${CASE_LIMIT_MS} ms.`)), CASE_LIMIT_MS)
  await Promise.race([run(), promise]).finally(() => clearTimeout(timer))
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : `not an error: ${String(error)}`
