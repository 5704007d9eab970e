// One run from its options to its report. Nothing is printed and no file is written here but those of the brokers.

import { mkdir } from 'node:fs/promises'
import { ours } from './contenders.ts'
import { kafkaPrograms } from './java.ts'
import { describeMachine } from './machine.ts'
import type { Options } from './options.ts'
import type { Report, Table } from './report.ts'
import type { Bench } from './rounds.ts'

export interface BenchOptions extends Omit<Options, 'complete'> {
  /** Where the brokers' directories are made. */
  readonly root: string
  readonly progress: (line: string) => void
  /** Told after each measurement what there is so far, so that a long run that is broken off is not for nothing. */
  readonly reported: (soFar: Report) => Promise<void>
}

/** Resolves to the report of all measurements. Contenders that fail are in it; only what concerns all is thrown. */
export async function runBench(options: BenchOptions): Promise<Report> {
  const { root, plan, contenders, progress, command } = options
  await mkdir(root, { recursive: true })
  const programs = await kafkaPrograms()
  const bench: Bench = { contenders, plan, programs, root, progress }
  const machine = await describeMachine(root, programs.server)
  const tables: Table[] = []
  const common = { date: new Date().toISOString(), command, plan, machine }
  const taking = contenders.map(({ name, title, setting, acknowledges }) => ({ name, title, setting, acknowledges }))
  const mine = ours.find((name) => contenders.some((contender) => contender.name === name))
  const report: Report = { ...common, contenders: taking, ours: mine, tables }
  for (const { name, title, about, run } of options.measurements) {
    tables.push({ name, title, about, rows: await run(bench) })
    await options.reported(report)
  }
  return report
}
