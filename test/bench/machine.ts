// What was measured on, as far as it matters to others: processor, memory, kernel, file system, run-times, and how long the disk takes
// to sync. No names and no paths of the machine.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from '../interop/toolbox/cache.ts'
import { kafkaVersion } from '../interop/toolbox/kafka-jars.ts'
import { type Program, run } from '../interop/toolbox/process.ts'
import { median, quantile } from './statistics.ts'

/** What is described, in the order of the report. */
export type Machine = Readonly<Record<string, string>>

export async function describeMachine(directory: string, java: Program): Promise<Machine> {
  const sync = await syncTimes(directory)
  const ms = (value: number) => `${value.toFixed(2)} ms`
  return {
    Processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores (${arch()})`,
    Memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    Kernel: `Linux ${release().split('-')[0]}`,
    'File system': fileSystemOf(directory, readFileSync('/proc/self/mountinfo', 'utf8')),
    'Disk sync': `4 KiB appended and fdatasync: median ${ms(median(sync))}, p99 ${ms(quantile(sync, 0.99))}`,
    'Load before': `${loadavg()[0]?.toFixed(2)} (1-minute average)`,
    Node: process.versions.node,
    Java: await javaVersion(java),
    Kafka: kafkaVersion,
    Jackdaw: commit(),
  }
}

const SYNCS = 200

async function syncTimes(directory: string): Promise<number[]> {
  const path = join(directory, `sync-${process.pid}`)
  const file = await open(path, 'w')
  const block = Buffer.alloc(4096, 'x')
  const times: number[] = []
  for (let i = 0; i < SYNCS; i++) {
    const began = performance.now()
    await file.write(block)
    await file.datasync()
    times.push(performance.now() - began)
  }
  await file.close()
  await rm(path)
  return times
}

/** The type of the mount that holds `directory`: the longest of the mount points above it, the later one of equals. */
export function fileSystemOf(directory: string, mountinfo: string): string {
  const mounts = mountinfo.split('\n').map((line) => {
    const [before = '', after = ''] = line.split(' - ')
    return { point: before.split(' ')[4] ?? '', type: after.split(' ')[0] ?? '' }
  })
  const above = mounts.filter(({ point, type }) => type !== '' && isAbove(point, directory))
  return above.reduce((best, mount) => (mount.point.length >= best.point.length ? mount : best), noMount).type
}

const noMount = { point: '', type: 'unknown' }
const isAbove = (point: string, directory: string) =>
  point === '/' || point === directory || directory.startsWith(`${point}/`)

async function javaVersion(java: Program): Promise<string> {
  const { stderr } = await run({ ...java, args: [] }, ['-version'])
  return /version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown'
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8' }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ', with uncommitted changes'
    return `commit ${git('rev-parse', '--short', 'HEAD')}${changed}`
  } catch {
    return 'not in a git repository'
  }
}
