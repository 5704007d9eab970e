// Producer ids, given out one by one from blocks that cluster metadata has set aside: an id is given once, ever.

import type { Cluster } from './cluster.ts'
import type { Unavailable } from './runtime/unavailable.ts'

const BLOCK = 1000

export class ProducerIds {
  readonly #cluster: Cluster
  #next = 0
  #end = 0
  #allocating: Promise<Unavailable | undefined> | undefined

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  async next(): Promise<number | Unavailable> {
    while (this.#next === this.#end) {
      this.#allocating ??= this.#allocate().finally(() => {
        this.#allocating = undefined
      })
      const failure = await this.#allocating
      if (failure !== undefined) return failure
    }
    return this.#next++
  }

  async #allocate(): Promise<Unavailable | undefined> {
    const submitted = await this.#cluster.submit<'producerIds'>((to) => ({
      type: 'allocateProducerIds',
      to,
      count: BLOCK,
    }))
    if (!submitted.ok) return submitted
    this.#next = submitted.response.first
    this.#end = this.#next + submitted.response.count
    return undefined
  }
}
