// One file and one sync for all that gathered while the sync before was under way: the least that durable acknowledgements cost.

import type { FileHandle } from 'node:fs/promises'

interface Waiting {
  readonly chunks: readonly Uint8Array[]
  readonly done: () => void
}

export class GroupCommit {
  readonly #file: FileHandle
  #gathering: Waiting[] = []
  #busy = false

  constructor(file: FileHandle) {
    this.#file = file
  }

  /**
   * Calls `done` when the chunks, and all that was given before them, are on the disk. No chunks: waits for its turn only. A
   * failed write ends the process as an unhandled rejection: nothing that follows it could be acknowledged truthfully.
   */
  append(chunks: readonly Uint8Array[], done: () => void): void {
    this.#gathering.push({ chunks, done })
    if (!this.#busy) void this.#commit()
  }

  async #commit(): Promise<void> {
    this.#busy = true
    while (this.#gathering.length > 0) {
      const group = this.#gathering
      this.#gathering = []
      await this.#write(group.flatMap(({ chunks }) => chunks))
      for (const { done } of group) done()
    }
    this.#busy = false
  }

  async #write(chunks: readonly Uint8Array[]): Promise<void> {
    if (chunks.length === 0) return
    const wanted = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    const { bytesWritten } = await this.#file.writev(chunks)
    if (bytesWritten !== wanted) throw new Error(`${bytesWritten} of ${wanted} bytes were written.`)
    await this.#file.datasync()
  }
}
