// Tells run.ts what became of a vitest run: counts, and the reason of every skip. Written to the file that
// JACKDAW_TEST_OUTCOME names.
import { writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

export interface Skip {
  readonly test: string
  /** What was given to `context.skip`; undefined where nothing was. */
  readonly reason?: string | undefined
}

export interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skips: readonly Skip[]
}

export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const path = process.env['JACKDAW_TEST_OUTCOME']
    if (path === undefined) return
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    // A file that does not load and an error outside of any test have no test to fail, and are failures all the same.
    const brokenFiles = modules.filter((module) => module.errors().length > 0).length
    const brokenSuites = modules
      .flatMap((module) => [...module.children.allSuites()])
      .filter((suite) => suite.errors().length > 0)
    const outcome: Outcome = {
      passed: count('passed'),
      failed: count('failed') + count('pending') + brokenFiles + brokenSuites.length + unhandled.length,
      skips: tests.flatMap((test) => skipOf(test)),
    }
    writeFileSync(path, JSON.stringify(outcome))
  }
}

function skipOf(test: TestCase): Skip[] {
  const result = test.result()
  return result.state === 'skipped'
    ? [{ test: `${test.module.relativeModuleId} > ${test.fullName}`, reason: result.note }]
    : []
}
