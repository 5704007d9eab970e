// kcat, told in the tests' words. Records come back through its JSON envelope.

import { type Output, type Program, type Running, run, start } from '../toolbox/process.ts'

export interface KcatRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly ts: number
  readonly headers?: readonly string[]
  readonly key: string | null
  readonly payload: string | null
}

export interface KcatProduce {
  readonly topic: string
  /** One record a line: `key<tab>value`, or the bare value where `keyed` is false. */
  readonly lines: readonly string[]
  readonly keyed?: boolean
  readonly partition?: number
  readonly codec?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly properties?: Readonly<Record<string, string | number>>
}

export class Kcat {
  readonly #program: Program
  readonly #bootstrap: string

  constructor(program: Program, bootstrap: string) {
    this.#program = program
    this.#bootstrap = bootstrap
  }

  produce(what: KcatProduce): Promise<Output> {
    const args = ['-P', '-t', what.topic, ...settings(what.properties)]
    if (what.keyed !== false) args.push('-K', '\t')
    if (what.partition !== undefined) args.push('-p', String(what.partition))
    if (what.codec !== undefined) args.push('-z', what.codec)
    for (const [name, value] of Object.entries(what.headers ?? {})) args.push('-H', `${name}=${value}`)
    return this.run(args, `${what.lines.join('\n')}\n`)
  }

  /** A producer that reads values from `write` until `finish`. */
  producer(topic: string, properties: Readonly<Record<string, string | number>>): KcatProducer {
    const args = ['-b', this.#bootstrap, '-P', '-E', '-t', topic, ...settings(properties)]
    return new KcatProducer(start(this.#program, args, { interactive: true }))
  }

  /** Reads from `from` to the end of the topic as it is now. */
  async consume(topic: string, from: string = 'beginning', more: readonly string[] = []): Promise<KcatRecord[]> {
    const { stdout } = await this.run(['-C', '-t', topic, '-o', from, '-e', '-q', '-J', ...more])
    return parseRecords(stdout)
  }

  /** A member of a group, until it is killed. */
  member(
    group: string,
    topics: readonly string[],
    properties: Readonly<Record<string, string | number>> = {},
  ): KcatMember {
    const args = ['-b', this.#bootstrap, '-G', group, '-J', '-u', ...settings({ ...memberProperties, ...properties })]
    return new KcatMember(start(this.#program, [...args, ...topics]))
  }

  run(args: readonly string[], input = ''): Promise<Output> {
    return run(this.#program, ['-b', this.#bootstrap, ...args], { input, withinMs: 60_000 })
  }
}

const memberProperties = {
  'auto.offset.reset': 'earliest',
  'session.timeout.ms': 6000,
  'heartbeat.interval.ms': 500,
  'auto.commit.interval.ms': 200,
  'topic.metadata.refresh.interval.ms': 1000,
}

/** A running `kcat -P`. */
export class KcatProducer implements AsyncDisposable {
  readonly #running: Running

  constructor(running: Running) {
    this.#running = running
  }

  /** Lines, each with its newline. */
  write(lines: string): void {
    this.#running.write(lines)
  }

  /** The exit code once everything written is delivered, or given up: 0 says that all of it was acknowledged. */
  finish(): Promise<number> {
    this.#running.endInput()
    return this.#running.exited
  }

  report(): string {
    return this.#running.report()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running[Symbol.asyncDispose]()
  }
}

/** A running `kcat -G`: what it has read, and what it says of its assignment. */
export class KcatMember implements AsyncDisposable {
  readonly #running: Running

  constructor(running: Running) {
    this.#running = running
  }

  get records(): KcatRecord[] {
    return parseRecords(this.#running.stdout)
  }

  /** The partitions of its latest assignment, or undefined before the first one. */
  get assignment(): number[] | undefined {
    const said = [...this.#running.stderr.matchAll(/^% Group .* rebalanced .*: (assigned|revoked)(?:: (.*))?$/gm)].at(
      -1,
    )
    if (said === undefined) return undefined
    if (said[1] === 'revoked') return []
    return [...(said[2] ?? '').matchAll(/\[(\d+)\]/g)]
      .map(([, partition]) => Number(partition))
      .toSorted((a, b) => a - b)
  }

  report(): string {
    return this.#running.report()
  }

  /** SIGTERM: leaves the group, commits. */
  async leave(): Promise<void> {
    await this.#running.kill('SIGTERM')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running[Symbol.asyncDispose]()
  }
}

const settings = (properties: Readonly<Record<string, string | number>> = {}): string[] =>
  Object.entries(properties).flatMap(([name, value]) => ['-X', `${name}=${value}`])

const parseRecords = (stdout: string): KcatRecord[] =>
  stdout
    .split('\n')
    .slice(0, -1) // what follows the last newline is empty, or a line still being written
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as KcatRecord)
