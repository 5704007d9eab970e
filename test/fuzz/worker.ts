// The process that runs inputs, one after another, until one breaks a law. It may hang, crash or run out of memory: watch.ts,
// which started it, looks after that. `node --conditions=source --expose-gc worker.ts <work as JSON>`.
import { setImmediate as turn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { SeededRandom } from '@jackdaw/testing'
import { corpusOf } from './corpus.ts'
import { ERA_INPUTS, type Target } from './targets/target.ts'
import { Trace } from './trace.ts'

export interface Work {
  /** Names the stream of chance, and the files of the corpus. */
  readonly target: string
  /** The module that makes the target, and its export. */
  readonly module: string
  readonly export: string
  readonly seed: number
  readonly from: number
  readonly count: number
  readonly trace: string
  /** Runs these instead, each as one line of hex. */
  readonly inputs?: readonly string[]
}

export interface Figures {
  readonly inputs: number
  readonly bytes: number
  /** Inputs that were taken for what they claim to be. */
  readonly taken: number
  /** Bytes held after a collection: of the last eras, beyond those of the first after the warm-up. Undefined for a short run. */
  readonly grownBytes: number | undefined
  readonly peakRssBytes: number
  /** By the time that the processor took. */
  readonly slowest: { readonly ms: number; readonly index: number }
}

export type Told =
  | { readonly kind: 'DONE'; readonly figures: Figures }
  | {
      readonly kind: 'BROKEN'
      /** Of the seed's inputs, or of the lines of `file`. */
      readonly index: number
      readonly hex: string
      readonly error: string
      /** The file of the corpus whose inputs were run. */
      readonly file: string | undefined
    }

/** A process that never comes back to its event loop is no process that we know. */
const INPUTS_PER_TURN = 100
/** Code is compiled and caches fill during the first eras. */
const WARM_UP_INPUTS = 2 * ERA_INPUTS

/** Native libraries free what they handed out in a later turn of the event loop than the collection. */
const heldBytes = async (): Promise<number> => {
  globalThis.gc?.()
  await turn()
  globalThis.gc?.()
  await turn()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** From the first third to the last: single figures jump with what was just looked at. */
function growth(held: readonly number[]): number | undefined {
  const third = Math.floor(held.length / 3)
  return third === 0 ? undefined : median(held.slice(-third)) - median(held.slice(0, third))
}

const NONE: Buffer = Buffer.alloc(0)

/** Of this thread: what else the machine does at the time is nobody's fault. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

class Run {
  readonly #target: Target
  readonly #trace: Trace
  #index = 0
  #input = NONE
  #file: string | undefined
  #inputs = 0
  #bytes = 0
  #taken = 0
  #slowest = { ms: 0, index: 0 }
  readonly #held: number[] = []

  constructor(target: Target, trace: Trace) {
    this.#target = target
    this.#trace = trace
  }

  async seeded({ target, seed, from, count }: Work): Promise<void> {
    const chance = new SeededRandom(seed).fork(target)
    await this.#target.begin?.()
    for (this.#index = from; this.#index < from + count; this.#index++) {
      if (this.#index % ERA_INPUTS === 0 && this.#index > from) await this.#turn(this.#index - from)
      if (this.#index % INPUTS_PER_TURN === 0) await turn()
      this.#input = NONE
      await this.#runOne(this.#target.next(chance.fork(String(this.#index))))
    }
    this.#index--
    await this.#target.end?.()
    this.#held.push(await heldBytes())
  }

  async given(inputs: readonly string[], file?: string): Promise<void> {
    this.#file = file
    await this.#target.begin?.()
    for (const [index, hex] of inputs.entries()) {
      this.#index = index
      await this.#runOne(Buffer.from(hex, 'hex'))
    }
    await this.#target.end?.()
    this.#file = undefined
  }

  /** What fails at the end of an era came with its last input at the latest. */
  async #turn(done: number): Promise<void> {
    this.#index--
    await this.#target.end?.()
    this.#index++
    if (done >= WARM_UP_INPUTS) this.#held.push(await heldBytes())
    await this.#target.begin?.()
  }

  async #runOne(input: Buffer): Promise<void> {
    this.#input = input
    this.#trace.note(this.#index, input)
    const begun = cpuMs()
    const taken = this.#target.run(input)
    if (typeof taken === 'boolean' ? taken : await taken) this.#taken++
    const ms = cpuMs() - begun
    if (ms > this.#slowest.ms) this.#slowest = { ms, index: this.#index }
    this.#inputs++
    this.#bytes += input.length
  }

  broken(error: unknown): Told {
    const text = error instanceof Error ? (error.stack ?? String(error)) : String(error)
    const [index, hex, file] = [this.#index, this.#input.toString('hex'), this.#file]
    return { kind: 'BROKEN', index, hex, error: text, file }
  }

  figures(): Figures {
    const grownBytes = growth(this.#held)
    const peakRssBytes = process.resourceUsage().maxRSS * 1024
    const [inputs, bytes, taken, slowest] = [this.#inputs, this.#bytes, this.#taken, this.#slowest]
    return { inputs, bytes, taken, grownBytes, peakRssBytes, slowest }
  }
}

const tell = (told: Told): Promise<void> =>
  new Promise((resolve) => process.send!(told, undefined, {}, () => resolve()))

async function main(work: Work): Promise<void> {
  const module = (await import(pathToFileURL(work.module).href)) as Record<string, () => Target>
  const run = new Run(module[work.export]!(), new Trace(work.trace))
  try {
    if (work.inputs !== undefined) await run.given(work.inputs)
    else {
      for (const { inputs, name } of corpusOf(work.target)) await run.given(inputs, name)
      await run.seeded(work)
    }
    await tell({ kind: 'DONE', figures: run.figures() })
  } catch (error) {
    await tell(run.broken(error))
  }
  process.exit()
}

await main(JSON.parse(process.argv[2]!) as Work)
