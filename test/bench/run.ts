// `pnpm bench`: measures Jackdaw beside Apache Kafka and writes the report. It takes long and wants the machine for itself; it
// is no test, and nothing here fails for being slow. The exit code is 1 where a contender failed, 2 where the words were wrong.

import { mkdirSync, rmSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repositoryRoot } from '../interop/toolbox/cache.ts'
import { runBench } from './bench.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { markdown, type Report } from './report.ts'

const cache = join(repositoryRoot, '.cache/bench')

async function main(options: Options): Promise<void> {
  const began = performance.now()
  const progress = (line: string) => {
    const minutes = ((performance.now() - began) / 60_000).toFixed(1).padStart(5)
    process.stderr.write(`${minutes} min  ${line}\n`)
  }
  const root = join(cache, `data-${process.pid}`)
  process.on('exit', () => rmSync(root, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  mkdirSync(cache, { recursive: true })
  const json = join(cache, `${new Date().toISOString().replaceAll(':', '-')}.json`)
  const reported = async (soFar: Report) => {
    await writeFile(`${json}.draft`, `${JSON.stringify(soFar, undefined, 2)}\n`)
    await rename(`${json}.draft`, json)
  }
  const report = await runBench({ ...options, root, progress, reported })
  const page = join(repositoryRoot, options.complete ? 'docs/benchmarks.md' : '.cache/bench/last.md')
  await writeFile(page, markdown(report))
  process.stdout.write(options.complete ? `Written: docs/benchmarks.md\n` : markdown(report))
  const failed = report.tables.some(({ rows }) => rows.some(({ failures }) => Object.keys(failures).length > 0))
  if (failed) process.exitCode = 1
}

function options(): Options | undefined {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}

const asked = options()
if (asked === undefined) process.stdout.write(usage)
else await main(asked)
