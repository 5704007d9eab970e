// Kafka's own command line tools, told in the tests' words.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { KafkaJars, KafkaToolName } from '../toolbox/kafka-jars.ts'
import { type Output, type Running, run, type RunOptions, start } from '../toolbox/process.ts'

export interface JavaRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: string
  readonly headers: string
  readonly key: string
  readonly value: string
}

export interface JavaProduce {
  readonly topic: string
  /** One record a line: `key<tab>value`; with `headers` the line starts with `name:value,…<tab>`; bare values if not `keyed`. */
  readonly lines: readonly string[]
  readonly keyed?: boolean
  readonly headers?: boolean
  readonly codec?: string
  readonly properties?: Readonly<Record<string, string | number>>
}

export interface JavaConsume {
  readonly topic: string
  readonly count: number
  /** `beginning` reads from there when the group has no offset; without it, only what comes from now on. */
  readonly from?: 'beginning'
  readonly more?: readonly string[]
}

export class JavaTools {
  readonly #jars: KafkaJars
  readonly #bootstrap: string

  constructor(jars: KafkaJars, bootstrap: string) {
    this.#jars = jars
    this.#bootstrap = bootstrap
  }

  /** Runs a tool as it is told, without the broker's address. */
  runPlain(tool: KafkaToolName, args: readonly string[], options: RunOptions = {}): Promise<Output> {
    return run(this.#jars.program(tool), args, options)
  }

  /** Runs a tool against the broker; an exit code of 1, how the tools say no, is an answer too if `mayFail`. */
  run(tool: KafkaToolName, args: readonly string[], options: RunOptions & { mayFail?: boolean } = {}): Promise<Output> {
    const exitCodes = options.mayFail ? [0, 1] : [0]
    return run(this.#jars.program(tool), this.#to(args), { exitCodes, ...options })
  }

  /** Starts a tool that runs until it is killed or told the end of its input. */
  start(tool: KafkaToolName, args: readonly string[]): Running {
    return start(this.#jars.program(tool), this.#to(args), { interactive: true })
  }

  produce(what: JavaProduce): Promise<Output> {
    const reader = { 'parse.key': what.keyed ?? true, 'parse.headers': what.headers ?? false }
    const args = ['--topic', what.topic, ...properties('--reader-property', reader)]
    if (what.codec !== undefined) args.push('--compression-codec', what.codec)
    args.push(...properties('--command-property', what.properties ?? {}))
    return this.run('kafka-console-producer', args, { input: `${what.lines.join('\n')}\n` })
  }

  /** Reads exactly `count` records; fails if they do not come. */
  async consume(what: JavaConsume): Promise<JavaRecord[]> {
    const { stdout } = await this.run('kafka-console-consumer', this.#consumerArgs(what))
    const records = parseRecords(stdout)
    if (records.length !== what.count) throw new Error(`${records.length} records of ${what.count} came:\n${stdout}`)
    return records
  }

  /** What kafka-dump-log finds in the segments of a partition below `directory`. Throws if anything in them is not valid. */
  async dumpLog(directory: string, partition: string, more: readonly string[] = []): Promise<string> {
    const files = await segmentsOf(directory, partition)
    const args = ['--files', files.join(','), '--print-data-log', ...more]
    const { stdout, stderr } = await this.runPlain('kafka-dump-log', args)
    const wrong = /^.*(invalid bytes|isvalid: false|Exception).*$/m.exec(stdout + stderr)
    if (wrong) throw new Error(`${partition}: ${wrong[0]}\n${stdout}`)
    return stdout
  }

  #consumerArgs({ topic, count, from, more = [] }: JavaConsume): string[] {
    const start = from === 'beginning' ? ['--from-beginning'] : []
    const limits = ['--max-messages', String(count), '--timeout-ms', '30000']
    return ['--topic', topic, ...start, ...limits, ...printEverything, ...more]
  }

  #to(args: readonly string[]): string[] {
    return ['--bootstrap-server', this.#bootstrap, ...args]
  }
}

const segmentsOf = async (directory: string, partition: string): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const segments = entries.filter(
    ({ name, parentPath }) => name.endsWith('.log') && parentPath.endsWith(`/${partition}`),
  )
  if (segments.length === 0) throw new Error(`There are no segments of ${partition} below ${directory}.`)
  return segments.map(({ name, parentPath }) => join(parentPath, name)).toSorted()
}

const properties = (flag: string, values: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])

/** What makes the console consumer print all there is of a record. */
export const printEverything = properties('--formatter-property', {
  'print.timestamp': true,
  'print.partition': true,
  'print.offset': true,
  'print.headers': true,
  'print.key': true,
})

const parseRecords = (stdout: string): JavaRecord[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [timestamp = '', partition = '', offset = '', headers = '', key = '', ...value] = line.split('\t')
      return {
        timestamp,
        partition: Number(partition.replace('Partition:', '')),
        offset: Number(offset.replace('Offset:', '')),
        headers,
        key,
        value: value.join('\t'),
      }
    })

interface VerifiableEvent {
  readonly name: string
  readonly partitions?: readonly { readonly topic: string; readonly partition: number }[]
  readonly value?: string
}

/** A group member in a JVM of its own: kafka-verifiable-consumer, which reports its assignment and each record. */
export class JavaMember implements AsyncDisposable {
  readonly #running: Running

  constructor(tools: JavaTools, group: string, topic: string, more: readonly string[] = []) {
    const args = ['--group-id', group, '--topic', topic, '--reset-policy', 'earliest', '--verbose', ...more]
    this.#running = tools.start('kafka-verifiable-consumer', args)
  }

  get values(): string[] {
    return this.#events()
      .filter(({ name }) => name === 'record_data')
      .map(({ value }) => value ?? '')
  }

  /** The partitions that it holds now, or undefined before it was given any or none. */
  get assignment(): number[] | undefined {
    let held: Set<number> | undefined
    for (const { name, partitions = [] } of this.#events()) {
      if (name === 'partitions_assigned') held = new Set([...(held ?? []), ...partitions.map((one) => one.partition)])
      if (name === 'partitions_revoked') for (const { partition } of partitions) held?.delete(partition)
    }
    return held && [...held].toSorted((a, b) => a - b)
  }

  report(): string {
    return this.#running.report()
  }

  async leave(): Promise<void> {
    await this.#running.kill('SIGTERM')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running[Symbol.asyncDispose]()
  }

  #events(): VerifiableEvent[] {
    const lines = this.#running.stdout.split('\n').slice(0, -1)
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as VerifiableEvent)
  }
}
