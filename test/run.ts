// Runs every suite of budget.ts, or those named on the command line, and ends with one line of totals. The exit code is 0 when
// nothing failed; where CI is set, a skip whose reason is not in budget.ts is a failure.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { acceptedSkips, suites } from './budget.ts'
import type { Suite } from './budget.ts'
import type { Outcome, Skip } from './reporter.ts'

const root = join(import.meta.dirname, '..')
const cache = join(root, '.cache/test')
const strict = process.env['CI'] !== undefined && process.env['CI'] !== 'false'

/** The program's exit code. What runs past `minutes` is ended and counts as 1. */
async function execute(command: readonly string[], minutes: number, env: Record<string, string>): Promise<number> {
  const [program = '', ...args] = command
  const bin = join(root, 'node_modules/.bin')
  // The pinned Node comes first on the path, so that the tools' own launchers find it.
  const path = [dirname(process.execPath), bin, process.env['PATH']].join(delimiter)
  const child = spawn(join(bin, program), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, ...env },
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  const timer = setTimeout(() => {
    console.log(`${command.join(' ')} was ended: it took more than ${minutes} minutes`)
    child.kill('SIGKILL')
  }, minutes * 60_000)
  process.on('SIGINT', forward).on('SIGTERM', forward)
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code) => resolve(code ?? 1))
    })
  } finally {
    clearTimeout(timer)
    process.off('SIGINT', forward).off('SIGTERM', forward)
  }
}

async function runSuite({ name, run, minutes }: Suite): Promise<Outcome> {
  const limit = 3 * minutes
  if ('command' in run) {
    const code = await execute(run.command, limit, {})
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skips: [] }
  }
  const file = join(cache, `${name}.json`)
  rmSync(file, { force: true })
  const reporters = ['--reporter=dot', `--reporter=${join(root, 'test/reporter.ts')}`]
  const code = await execute(['vitest', 'run', '--project', run.project, ...reporters], limit, {
    JACKDAW_TEST_OUTCOME: file,
  })
  const outcome = readOutcome(file)
  return code !== 0 && outcome.failed === 0 ? { ...outcome, failed: 1 } : outcome
}

/** A run that ended before it could tell is a failure. */
function readOutcome(file: string): Outcome {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome
  } catch {
    return { passed: 0, failed: 1, skips: [] }
  }
}

function chosen(): readonly Suite[] {
  const names = process.argv.slice(2)
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name))
  if (unknown.length > 0) {
    console.log(`There is no suite ${unknown.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}`)
    process.exit(2)
  }
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name))
}

const isAccepted = (skip: Skip) =>
  acceptedSkips.some(({ path, reason }) => skip.test.startsWith(path) && skip.reason === reason)

const minutesSince = (start: number) => ((performance.now() - start) / 60_000).toFixed(1)

async function main(): Promise<void> {
  mkdirSync(cache, { recursive: true })
  let [passed, failed, skipped] = [0, 0, 0]
  const lines: string[] = []
  for (const suite of chosen()) {
    console.log(`\n# ${suite.name}: ${suite.why}`)
    const start = performance.now()
    const outcome = await runSuite(suite)
    const refused = strict ? outcome.skips.filter((skip) => !isAccepted(skip)) : []
    passed += outcome.passed
    failed += outcome.failed + refused.length
    skipped += outcome.skips.length - refused.length
    lines.push(
      `${suite.name}: ${outcome.failed} of ${outcome.passed + outcome.failed} failed, ${minutesSince(start)} of ${suite.minutes} min`,
    )
    for (const skip of outcome.skips) {
      const verdict = refused.includes(skip) ? 'FAILED, for it was skipped' : 'skipped'
      lines.push(`  ${verdict}: ${skip.test}: ${skip.reason ?? 'no reason was given'}`)
    }
  }
  console.log(`\n${lines.join('\n')}`)
  console.log(`${availableParallelism()} cores, Node ${process.versions.node}`)
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  process.exitCode = failed === 0 ? 0 : 1
}

await main()
