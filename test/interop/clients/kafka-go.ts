// The kafka-go command line of `go/client`, told in the tests' words.

import { type Output, type Program, type Running, run, start } from '../toolbox/process.ts'

export interface GoRecord {
  readonly partition?: number
  readonly offset?: number
  readonly key?: string | null
  readonly value: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly timestamp?: number
}

export interface GoProduce {
  readonly topic: string
  readonly records: readonly GoRecord[]
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly balancer?: 'murmur2' | 'crc32' | 'hash' | 'leastBytes'
  /** 0, 1 or -1 for all. Default all. */
  readonly acks?: 0 | 1 | -1
}

export interface GoConsume {
  readonly topic: string
  readonly partition?: number
  readonly group?: string
  readonly from?: 'first' | 'last'
  /** Ends after so many records; without it, reads until it is killed. */
  readonly count?: number
  readonly commit?: boolean
}

export class KafkaGo {
  readonly #program: Program
  readonly #bootstrap: string

  constructor(program: Program, bootstrap: string) {
    this.#program = program
    this.#bootstrap = bootstrap
  }

  create(topic: string, partitions: number): Promise<Output> {
    return this.#run('create', { topic, partitions })
  }

  delete(topic: string): Promise<Output> {
    return this.#run('delete', { topic })
  }

  produce({ compression, acks = -1, ...what }: GoProduce): Promise<Output> {
    return this.#run('produce', { ...what, acks, compression: compression === 'none' ? '' : compression })
  }

  /** Reads `count` records; fewer come back if there are none for 20 seconds. */
  async consume(what: GoConsume & { readonly count: number }): Promise<GoRecord[]> {
    return parse(await this.#run('consume', { ...what, withinMs: 20_000 }))
  }

  async offsets(topic: string, partitions: number): Promise<{ partition: number; first: number; last: number }[]> {
    const offsets = parse<{ partition: number; first: number; last: number }>(
      await this.#run('offsets', { topic, partitions }),
    )
    return offsets.toSorted((a, b) => a.partition - b.partition)
  }

  member(group: string, topic: string): GoMember {
    const request = { topic, group, from: 'first', commit: true, withinMs: 150_000 }
    return new GoMember(start(this.#program, ['consume'], { input: this.#input(request) }))
  }

  #run(command: string, request: object): Promise<Output> {
    return run(this.#program, [command], { input: this.#input(request), withinMs: 60_000 })
  }

  #input(request: object): string {
    return JSON.stringify({ ...request, brokers: [this.#bootstrap] })
  }
}

/** A running group reader. kafka-go does not say what it is assigned: only its records tell. */
export class GoMember implements AsyncDisposable {
  readonly #running: Running

  constructor(running: Running) {
    this.#running = running
  }

  get records(): GoRecord[] {
    return parse(this.#running)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running[Symbol.asyncDispose]()
  }
}

const parse = <T = GoRecord>({ stdout }: { readonly stdout: string }): T[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T)
