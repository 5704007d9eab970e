// A reader outside of any group: it reads all partitions from the beginning, now and then from the beginning again, and asks
// where they begin and end.
import { nameOf, type PartitionRef, type ReadPartition } from '../history.ts'
import type { Client } from '../client/client.ts'
import type { Stage } from '../stage.ts'
import { knowsTopics } from './producer.ts'

const LATEST = -1
const EARLIEST = -2

/** Positions by partition. */
export class Positions {
  readonly #at = new Map<string, number>()

  of(at: PartitionRef): number {
    return this.#at.get(nameOf(at)) ?? 0
  }

  set(at: PartitionRef, offset: number): void {
    this.#at.set(nameOf(at), offset)
  }
}

/** Reads on from `positions`; undefined where there was no answer. */
export const readOn = async (
  stage: Stage,
  client: Client,
  partitions: readonly PartitionRef[],
  positions: Positions,
): Promise<readonly ReadPartition[] | undefined> => {
  const asked = partitions.map((at) => ({ ...at, offset: positions.of(at) }))
  const answers = await client.call('fetch', { partitions: asked }, 'data')
  for (const answer of answers ?? []) {
    if (answer.error === 'OFFSET_OUT_OF_RANGE') {
      stage.impossible(client.who, 'a position fell out of the log', {
        at: nameOf(answer),
        offset: positions.of(answer),
      })
    }
    if (answer.error !== 'NONE') continue
    stage.learnEnd(answer, answer.highWatermark)
    const last = answer.records.at(-1)
    if (last) positions.set(answer, last[0] + 1)
  }
  return answers
}

export class Reader {
  readonly #stage: Stage
  readonly #client: Client
  #positions = new Positions()

  constructor(stage: Stage, who: string) {
    this.#stage = stage
    this.#client = stage.client(who)
  }

  get who(): string {
    return this.#client.who
  }

  /** It has read all that anybody knows of. */
  get done(): boolean {
    return this.#stage.partitions.every((at) => this.#positions.of(at) >= this.#stage.endOf(at))
  }

  async run(): Promise<void> {
    const stage = this.#stage
    const random = stage.random.fork(this.who)
    while (!stage.over) {
      if (!(await knowsTopics(stage, this.#client))) {
        await stage.sleep(random.between(50, 400))
        continue
      }
      if (!stage.calm && random.chance(0.03)) this.#positions = new Positions()
      if (!stage.calm && random.chance(0.1)) await this.#askOffsets()
      const partitions = stage.partitions.filter(() => stage.calm || random.chance(0.7))
      const answers = partitions.length > 0 ? await readOn(stage, this.#client, partitions, this.#positions) : undefined
      await stage.sleep(answers === undefined ? random.between(50, 400) : random.between(0, 100))
    }
  }

  async #askOffsets(): Promise<void> {
    const time = this.#stage.random.fork(this.who).chance(0.5) ? LATEST : EARLIEST
    await this.#client.call('listOffsets', { partitions: this.#stage.partitions.map((at) => ({ ...at, time })) })
  }
}
