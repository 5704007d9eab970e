// Who is measured, what each was told, and what a record that it acknowledged has gone through: a fast answer and a safe one are
// not the same thing, so the report puts the word beside the number.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repositoryRoot } from '../interop/toolbox/cache.ts'
import { freePorts } from '../interop/toolbox/net.ts'
import { type Program, run } from '../interop/toolbox/process.ts'
import { kafkaPrograms } from './java.ts'

export interface Launch {
  readonly program: Program
  readonly args: readonly string[]
}

export interface Contender {
  readonly name: string
  readonly title: string
  /** How it is set up, for the report. */
  readonly setting: string
  /** What happened to a record before it was acknowledged. */
  readonly acknowledges: string
  /** Whether it can be read from, and whether that is another measurement than that of some other contender. */
  readonly consumes: boolean
  /** Whether what was stored is there after a stop and a start. */
  readonly keeps: boolean
  /** Makes an empty directory ready to be started on, as often as one likes. */
  prepare(directory: string, port: number): Promise<Launch>
}

const node = join(repositoryRoot, 'node_modules/.bin/node')
const source = (path: string) => ({ command: node, args: ['--conditions=source', join(repositoryRoot, path)] })

/** Nobody waits for more members of a group that has one: a pause before every turn of consuming that nothing counts. */
const noDelay = { 'group.initial.rebalance.delay.ms': '0' }

const jackdaw = (storage: (directory: string) => string) => async (directory: string, port: number) => {
  const settings = Object.entries(noDelay).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const where = ['--storage', storage(directory), '--listeners', `PLAINTEXT://127.0.0.1:${port}`]
  return { program: source('apps/jackdaw/src/main.ts'), args: ['serve', ...where, ...settings] }
}

const kafka = (properties: Readonly<Record<string, string>>) => async (directory: string, port: number) => {
  const programs = await kafkaPrograms()
  const [controllerPort = 0] = await freePorts(1)
  const file = join(directory, 'server.properties')
  await mkdir(join(directory, 'logs'))
  const all = { ...kafkaProperties(port, controllerPort, join(directory, 'logs')), ...properties }
  const lines = Object.entries(all).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(file, lines.join(''))
  await run(programs.storage, ['format', '-t', 'amFja2Rhdy1iZW5jaC0xMQ', '-c', file, '--standalone'])
  return { program: programs.server, args: [file] }
}

/** What a single broker that is its own controller needs. All else is Kafka's default. */
function kafkaProperties(port: number, controllerPort: number, logDirectory: string): Record<string, string> {
  const listeners = `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners,
    'advertised.listeners': listeners,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': logDirectory,
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    ...noDelay,
  }
}

const table = [
  {
    name: 'jackdaw',
    title: 'Jackdaw',
    setting: 'file storage, defaults',
    acknowledges: 'written through to the disk, by group commit: survives a power cut',
    consumes: true,
    keeps: true,
    prepare: jackdaw((directory) => `file:${directory}`),
  },
  {
    name: 'kafka',
    title: 'Kafka',
    setting: 'as it ships: 1 GB heap, G1, no flush settings',
    acknowledges: 'in the page cache, not synced: a power cut of a single broker loses it',
    consumes: true,
    keeps: true,
    prepare: kafka({}),
  },
  {
    name: 'kafka-sync',
    title: 'Kafka, synced',
    setting: 'as it ships, and log.flush.interval.messages=1',
    acknowledges: 'written and fsync, for each appended batch by itself: survives a power cut',
    consumes: false,
    keeps: true,
    prepare: kafka({ 'log.flush.interval.messages': '1' }),
  },
  {
    name: 'bare-node',
    title: 'bare Node',
    setting: 'test/bench/bare-node.ts: frames, checksums, group commit into one file, nothing else',
    acknowledges: 'written and fdatasync, by group commit: survives a power cut',
    consumes: false,
    keeps: false,
    prepare: async (directory: string, port: number) => ({
      program: source('test/bench/bare-node.ts'),
      args: [directory, String(port)],
    }),
  },
  {
    name: 'jackdaw-memory',
    title: 'Jackdaw, memory',
    setting: 'memory storage',
    acknowledges: 'in the memory of the process: the end of the process loses it',
    consumes: true,
    keeps: false,
    prepare: jackdaw(() => 'memory:'),
  },
] as const satisfies readonly Contender[]

export const contenders: readonly Contender[] = table

/** Who is measured unless somebody else is named. */
export const usualContenders = ['jackdaw', 'kafka', 'kafka-sync', 'bare-node']

/** Ratios are "this one ÷ each other one": the first of these that takes part. */
export const ours = ['jackdaw', 'jackdaw-memory']
